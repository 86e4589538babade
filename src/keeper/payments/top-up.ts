import { type Nano, parseUsd } from '#core/money/nano.ts';
import type { TopUpDecision, TopUpState } from '#store/payment-store.ts';
import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { nanoPerCent, type PaymentDesk } from './payment-desk.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const monthMs = 30 * dayMs;
/** One that is on its way is waited for; what a card refused is tried again later, and not for ever. */
const againMs = 10 * 60_000;
const refusedAgainMs = dayMs;
const refusalsMax = 3;
/** Stripe carries out once what bears one name, and remembers the name a day. */
const nameKnownMs = 23 * hourMs;
/** So long Stripe says again what became of a payment. */
const toldWithinMs = 3 * dayMs;

export type TopUpRule = { readonly below: Nano; readonly add: Nano; readonly month: Nano };

/** "below:5,add:20,month:100" in dollars; undefined: none. */
export function readTopUp(setting: string): TopUpRule | undefined {
  const match = /^below:([\d.]{1,12}),add:([\d.]{1,12}),month:([\d.]{1,12})$/.exec(setting);
  const [below, add, month] = (match?.slice(1) ?? []).map(parseUsd);
  if (below === undefined || add === undefined || month === undefined || add === 0n) return undefined;
  return { below, add, month };
}

type TopUpContext = {
  readonly now: () => number;
  readonly log: KeeperLog;
  /** Whoever charges leads: asked before each card, since a card may take its time. */
  readonly lead: () => Promise<boolean>;
};

/** Tops up each wallet that has less than its owner said, within what the owner allows a month. Gives how many. */
export async function topUpWallets(
  { payments }: Pick<Store, 'payments'>,
  desk: PaymentDesk,
  { now, log, lead }: TopUpContext,
): Promise<number> {
  let begun = 0;
  for (const row of await payments.topUps()) {
    const rule = readTopUp(row.setting);
    if (!rule || row.balance >= rule.below) continue;
    if (!(await lead())) return begun;
    const ask = { workspace: row.workspace, since: now() - monthMs, now: now() };
    const payment = await payments.beginTopUp(ask, (state) => decideTopUp(rule, state, ask.now));
    if (!payment) continue;
    // One card that cannot be charged keeps no other wallet waiting.
    await topUp(payments, desk, payment, now).catch((thrown) =>
      log('top-up-failed', { workspace: row.workspace, ...faultFields(thrown) }),
    );
    begun += 1;
  }
  return begun;
}

function decideTopUp({ below, add, month }: TopUpRule, state: TopUpState, now: number): TopUpDecision {
  const { balance, open, sum, states, lastAt } = state;
  if (balance >= below) return 'wait';
  if (open && now - open.begunAt < toldWithinMs) {
    // Nobody knows whether the card was charged: the same payment is asked for again, never another one.
    const isTime = now - open.askedAt >= againMs && now - open.begunAt < nameKnownMs;
    return isTime ? 'again' : 'wait';
  }
  // Stripe takes whole cents.
  const amount = (add / nanoPerCent) * nanoPerCent;
  return sum + amount > month || mustWait(states, now - lastAt) ? 'wait' : { add: amount };
}

function mustWait(states: readonly string[], sinceLast: number): boolean {
  const firstGood = states.findIndex((state) => state !== 'failed');
  const refusals = firstGood < 0 ? states.length : firstGood;
  if (refusals >= refusalsMax) return true;
  return sinceLast < (refusals > 0 ? refusedAgainMs : againMs) && states.length > 0;
}

async function topUp(
  payments: Store['payments'],
  { stripe }: PaymentDesk,
  { id, amount, customer, method }: NonNullable<Awaited<ReturnType<Store['payments']['beginTopUp']>>>,
  now: () => number,
): Promise<void> {
  try {
    const cents = Number(amount / nanoPerCent);
    const { intent, isPaid } = await stripe.charge({ payment: id, cents, customer, method });
    await payments.name(id, { intent }, now());
    // The event says the same again, and changes nothing then.
    if (isPaid) await payments.take({ id: `reply-${id}`, kind: 'reply' }, { kind: 'paid', payment: id, intent }, now());
  } catch (thrown) {
    // A card that refuses is an answer. Whatever else it was, the event tells what became of it.
    if (!isRefusal(thrown)) throw thrown;
    await payments.take({ id: `reply-${id}`, kind: 'reply' }, { kind: 'failed', payment: id }, now());
  }
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Error && 'type' in thrown && thrown.type === 'StripeCardError';
}
