import { type Nano, parseUsd } from '#core/money/nano.ts';
import type { TopUpRow } from '#store/payment-store.ts';
import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { nanoPerCent, type PaymentDesk } from './payment-desk.ts';

const monthMs = 30 * 86_400_000;
/** One that is on its way is waited for; what a card refused is tried again later, and not for ever. */
const againMs = 10 * 60_000;
const refusedAgainMs = 86_400_000;
const refusalsMax = 3;

export type TopUpRule = { readonly below: Nano; readonly add: Nano; readonly month: Nano };

/** "below:5,add:20,month:100" in dollars; undefined: none. */
export function readTopUp(setting: string): TopUpRule | undefined {
  const match = /^below:([\d.]{1,12}),add:([\d.]{1,12}),month:([\d.]{1,12})$/.exec(setting);
  const [below, add, month] = (match?.slice(1) ?? []).map(parseUsd);
  if (below === undefined || add === undefined || month === undefined || add === 0n) return undefined;
  return { below, add, month };
}

/** Tops up each wallet that has less than its owner said, within what the owner allows a month. Gives how many. */
export async function topUpWallets(
  { payments }: Pick<Store, 'payments'>,
  desk: PaymentDesk,
  { now, log }: { readonly now: number; readonly log: KeeperLog },
): Promise<number> {
  let begun = 0;
  for (const row of await payments.topUps()) {
    const rule = readTopUp(row.setting);
    if (!rule || row.customer === null || row.method === null || row.balance >= rule.below) continue;
    const { sum, states, lastAt } = await payments.automatic(row.workspace, now - monthMs);
    if (sum + rule.add > rule.month || mustWait(states, now - lastAt)) continue;
    const asked = { row, customer: row.customer, method: row.method, add: rule.add, now };
    // One card that cannot be charged keeps no other wallet waiting.
    await topUp(payments, desk, asked).catch((thrown) =>
      log('top-up-failed', { workspace: row.workspace, ...faultFields(thrown) }),
    );
    begun += 1;
  }
  return begun;
}

function mustWait(states: readonly string[], sinceLast: number): boolean {
  const firstGood = states.findIndex((state) => state !== 'failed');
  const refusals = firstGood < 0 ? states.length : firstGood;
  if (refusals >= refusalsMax) return true;
  return sinceLast < (refusals > 0 ? refusedAgainMs : againMs) && states.length > 0;
}

type TopUp = {
  readonly row: TopUpRow;
  readonly customer: string;
  readonly method: string;
  readonly add: Nano;
  readonly now: number;
};

async function topUp(
  payments: Store['payments'],
  { stripe }: PaymentDesk,
  { row, customer, method, add, now }: TopUp,
): Promise<void> {
  const { workspace } = row;
  const cents = Number(add / nanoPerCent);
  const amount = BigInt(cents) * nanoPerCent;
  const { id } = await payments.begin({ workspace, kind: 'auto', provider: 'stripe', amount, now });
  try {
    const { intent, isPaid } = await stripe.charge({ payment: id, cents, customer, method });
    await payments.name(id, { intent }, now);
    // The event says the same again, and changes nothing then.
    if (isPaid) await payments.take({ id: `reply-${id}`, kind: 'reply' }, { kind: 'paid', payment: id, intent }, now);
  } catch (thrown) {
    // A card that refuses is an answer. Whatever else it was, the event tells what became of it.
    if (!isRefusal(thrown)) throw thrown;
    await payments.take({ id: `reply-${id}`, kind: 'reply' }, { kind: 'failed', payment: id }, now);
  }
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Error && 'type' in thrown && thrown.type === 'StripeCardError';
}
