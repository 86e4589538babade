import { endUserAllowance, ruleOf } from '#core/allowance/end-user.ts';
import { cutHold, freeOf, type Hold, lackingOf, type Need } from '#core/allowance/lease.ts';
import { Fault } from '#core/generation/fault.ts';
import { feeOfAmount } from '#core/money/charge.ts';
import { type Bounds, worstCase } from '#core/money/hold.ts';
import { formatUsd, maxNano, minNano, type Nano } from '#core/money/nano.ts';
import type { Price } from '#core/money/price.ts';
import { holdPrices, type PriceTerms } from '#core/money/price-in-force.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Plan } from '#core/routing/plan.ts';
import type { AllowanceRow } from '#keeper/interface/messages.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { admitRates, rateNeedsOf } from './admit-rates.ts';
import { boundsOf, fitBudget, keepSteps } from './fit-budget.ts';
import type { Refill } from './lease-book.ts';
import type { RateNeed } from './rate-book.ts';

/** What a request may use, and the hold that covers it. */
export type Admission = {
  readonly hold: Hold;
  /** What was taken of the rates per minute. */
  readonly rateNeeds: readonly RateNeed[];
  /** The money of it. */
  holdNano: Nano;
  /** It grows with the answer. */
  readonly isStaged: boolean;
  /** What the input alone can cost at most. */
  readonly inputNano: Nano;
  /** Becomes shorter where a translation would leave something out that must stay. */
  plan: Plan;
  /** Output tokens that go upstream as the limit, per choice, by endpoint. */
  readonly outputLimit: (endpoint: Endpoint) => number;
  readonly clampedTo: number | null;
  readonly terms: PriceTerms;
};

export type AdmitAsk = {
  readonly caller: Caller;
  readonly facts: RequestFacts;
  readonly plan: Plan;
  /** Its pseudonym; undefined where no limit is of end users. */
  readonly endUser: string | undefined;
  readonly inputBound: (endpoint: Endpoint) => number;
  readonly mayClamp: boolean;
  readonly terms: PriceTerms;
  /** Output that is held for at first, of each choice; infinite: all of it. */
  readonly holdTokens: number;
  readonly now: number;
};

/** After the keeper said that there is too little, and what was asked for became smaller. */
const shortsMax = 2;
/** MONEY §2, Waiting: a want is waited for at most twice. */
const silencesMax = 2;
/** What was granted may be taken by others who came meanwhile: only the keeper's word makes an allowance empty. */
const refillsMax = 10;

/** Within the rates of a minute, then with a hold on every allowance of the chain; all or nothing. */
export function admit(ask: AdmitAsk, gateway: Gateway): Admission | Promise<Admission> {
  if (!gateway.keeper.isTrusted) throw new Fault('not-ready', { why: 'the keeper has been silent for too long' });
  const rateNeeds = rateNeedsOf(ask, gateway);
  if (rateNeeds.length > 0) return admitWithinRates(ask, rateNeeds, gateway);
  return admitWarm(ask, gateway) ?? admitHold(ask, rateNeeds, gateway);
}

async function admitWithinRates(ask: AdmitAsk, rateNeeds: readonly RateNeed[], gateway: Gateway): Promise<Admission> {
  await admitRates(rateNeeds, gateway.rates);
  try {
    return await admitHold(ask, rateNeeds, gateway);
  } catch (thrown) {
    gateway.rates.correct(rateNeeds);
    throw thrown;
  }
}

/** With warm leases a hold is one synchronous step without any I/O. Undefined: something lacks. */
function admitWarm(ask: AdmitAsk, gateway: Gateway): Admission | undefined {
  const limit = Number.POSITIVE_INFINITY;
  const amount = holdOf(ask, ask.holdTokens);
  const needs = needsOf(ask, amount);
  if (lackingOf(needs, gateway.leases.leases, ask.now).length > 0) return undefined;
  const hold = cutHold(needs, gateway.leases.leases, ask.now);
  return admission(ask, { limit, amount, hold, rateNeeds: [] }, gateway);
}

/** A hold on every allowance of the chain: what lacks is asked of the keeper, a bounded number of times. */
async function admitHold(asked: AdmitAsk, rateNeeds: readonly RateNeed[], gateway: Gateway): Promise<Admission> {
  let ask = asked;
  let limit = Number.POSITIVE_INFINITY;
  let lastShort: Short | undefined;
  let shorts = 0;
  let silences = 0;
  for (let refills = 0; ; refills += 1) {
    const amount = holdOf(ask, Math.min(limit, ask.holdTokens));
    const needs = needsOf(ask, amount);
    const now = refills === 0 ? ask.now : performance.now();
    const lacking = lackingOf(needs, gateway.leases.leases, now);
    if (lacking.length === 0) {
      const hold = cutHold(needs, gateway.leases.leases, now);
      return admission(ask, { limit, amount, hold, rateNeeds }, gateway);
    }
    if (lastShort && shorts === shortsMax) throw shortFault(ask, needs, lacking, lastShort, gateway);
    if (refills === refillsMax) throw othersFault();
    const refill = await gateway.leases.refill(needs);
    if (refill.kind === 'silent') {
      silences += 1;
      // A keeper that is there may only be late, as where it waits for what other trees give back: asked once more, it finds
      // what it granted meanwhile under the same lease.
      if (silences === silencesMax || !gateway.keeper.isUp) {
        throw new Fault('not-ready', { why: 'the keeper did not answer' });
      }
    }
    if (refill.kind === 'short') {
      lastShort = refill;
      shorts += 1;
      ({ ask, limit } = shrink(ask, refill, needs, gateway));
    }
  }
}

/** The most that any endpoint of the plan can cost with this output limit. */
function holdOf({ plan, facts, inputBound, terms }: AdmitAsk, limit: number): Nano {
  let hold = 0n;
  for (const { endpoint } of plan.steps) {
    const bounds = boundsOf({ facts, endpoint, inputTokens: inputBound(endpoint), limit });
    for (const price of holdPrices(endpoint.price.price, terms)) hold = maxNano(hold, worstAt(endpoint, bounds, price));
  }
  return hold;
}

/** What the workspace's own key pays for costs the wallet our fee alone. */
export function worstAt({ ownKey }: Endpoint, bounds: Bounds, price: Price): Nano {
  const worst = worstCase(bounds, price);
  return ownKey ? feeOfAmount(worst, ownKey.feeBasisPoints) : worst;
}

function needsOf({ caller, plan, endUser }: AdmitAsk, amount: Nano): readonly Need[] {
  const { allowances, endUserRules, limitsModels } = caller;
  const isMet = (row: AllowanceRow) => isOfAll(row) || plan.steps.some((step) => isOf(row, step));
  const needOf = (id: string, unit: AllowanceRow['unit']) => ({
    allowance: id,
    amount: unit === 'nano-usd' ? amount : 1n,
  });
  const chain = limitsModels ? allowances.filter(isMet) : allowances;
  const needs = chain.map(({ id, unit }) => needOf(id, unit));
  if (endUser === undefined) return needs;
  const rules = endUserRules.filter(isMet);
  return [...needs, ...rules.map(({ id, unit }) => needOf(endUserAllowance(id, endUser), unit))];
}

function isOfAll({ model, upstream }: AllowanceRow): boolean {
  return model === null && upstream === null;
}

/** Does what is answered there count against this limit? */
export function isOf(
  row: AllowanceRow,
  { model, endpoint }: { readonly model: string; readonly endpoint: Endpoint },
): boolean {
  const isModel = row.model === null || row.model === model;
  return isModel && (row.upstream === null || row.upstream === endpoint.upstream.name);
}

type Admitted = {
  readonly limit: number;
  readonly amount: Nano;
  readonly hold: Hold;
  readonly rateNeeds: readonly RateNeed[];
};

function admission(ask: AdmitAsk, { limit, amount, hold, rateNeeds }: Admitted, gateway: Gateway): Admission {
  const wallet = ask.caller.allowances[0];
  if (wallet && amount > 0n) gateway.leases.touchHeld(ask.caller.wallet, wallet.id);
  return {
    hold,
    rateNeeds,
    holdNano: amount,
    isStaged: Number.isFinite(ask.holdTokens),
    inputNano: holdOf(ask, 0),
    plan: ask.plan,
    outputLimit: (endpoint) => Math.min(ask.facts.outputLimit ?? endpoint.maxOutput, endpoint.maxOutput, limit),
    clampedTo: Number.isFinite(limit) ? limit : null,
    terms: ask.terms,
  };
}

type Short = Extract<Refill, { kind: 'short' }>;

/** The request as the short allowance can still bear it, or the fault that says which allowance is spent. */
function shrink(
  ask: AdmitAsk,
  short: Short,
  needs: readonly Need[],
  gateway: Gateway,
): { readonly ask: AdmitAsk; readonly limit: number } {
  const row = ask.caller.partAllowances.get(short.allowance);
  // What is left of one upstream's limit keeps nobody from another one.
  const others = row && row.upstream !== null ? ask.plan.steps.filter((step) => !isOf(row, step)) : [];
  if (others.length > 0) {
    return { ask: { ...ask, plan: keepSteps(ask.plan, others) }, limit: Number.POSITIVE_INFINITY };
  }
  if (ask.caller.moneyAllowances.includes(ruleOf(short.allowance) ?? short.allowance)) {
    const lease = gateway.leases.leases.get(short.allowance);
    const budget = freeOf(lease, performance.now()) + maxNano(0n, short.free);
    const fit = fitBudget(ask, budget);
    if (fit) return { ask: { ...ask, plan: fit.plan }, limit: fit.limit };
  }
  const spent = needs.filter(({ allowance }) => allowance === short.allowance);
  throw shortFault(ask, spent, spent, short, gateway);
}

/** Whatever was granted was taken by others: nobody said that there is no more, so it is no 402. */
function othersFault(): Fault {
  return new Fault('not-ready', { why: 'others took what was granted', retryAfterMs: 1_000 });
}

function shortFault(
  { caller }: AdmitAsk,
  needs: readonly Need[],
  lacking: readonly Need[],
  short: Short,
  gateway: Gateway,
): Fault {
  const id = lacking[0]?.allowance ?? needs[0]?.allowance;
  const rule = id === undefined ? undefined : (ruleOf(id) ?? id);
  const row = [...caller.allowances, ...caller.endUserRules].find((allowance) => allowance.id === rule);
  const need = needs.find(({ allowance }) => allowance === id)?.amount ?? 0n;
  const own = id === undefined ? 0n : freeOf(gateway.leases.leases.get(id), performance.now());
  return limitFault(row, { need, own, short });
}

/** Which limit it is, its number, and when to try again. */
export function limitFault(
  row: AllowanceRow | undefined,
  { need, own, short }: { readonly need: bigint; readonly own: bigint; readonly short: Omit<Short, 'kind'> },
): Fault {
  const { resetsInMs } = short;
  const retryAfterMs = short.againInMs ?? resetsInMs ?? Number.POSITIVE_INFINITY;
  // Its numbers are the operator's, and what is left of it tells what other workspaces do: no caller hears of either.
  if (row?.of === 'operator') {
    return new Fault('not-ready', { why: 'the operator limits what this upstream answers', retryAfterMs });
  }
  const details = {
    of: row?.of ?? 'key',
    limit: row?.unit === 'nano-usd' ? formatUsd(BigInt(row.limit)) : (row?.limit ?? '0'),
    each: row ? windowWords[row.window] : '',
    need: formatUsd(need),
    free: formatUsd(minNano(need, own + maxNano(0n, short.free))),
    resets: resetSentence(resetsInMs),
    // What never starts again cannot be waited for.
    retryAfterMs,
    ...(short.againInMs === undefined ? {} : { againInMs: short.againInMs }),
  };
  if (row?.counts === 'open') {
    const { of, limit } = row;
    return new Fault('concurrency-limit-reached', { of, limit, retryAfterMs: 2_000 });
  }
  if (row?.unit === 'requests') return new Fault('request-limit-reached', details);
  return new Fault(row?.of === 'wallet' ? 'wallet-empty' : 'spend-limit-reached', details);
}

const windowWords = { all: 'in all', day: 'a day', week: 'a week', month: 'a month' } as const;

function resetSentence(resetsInMs: number | null): string {
  return resetsInMs === null ? 'It does not start again.' : `It starts again in ${Math.ceil(resetsInMs / 1000)} s.`;
}
