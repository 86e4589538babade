import type { UsageSource } from '#core/generation/usage.ts';
import { noUsage, type Usage } from '#core/generation/usage.ts';
import type { EndRecord, ProgressRecord } from '#core/journal/record.ts';
import { believeUsage, type OwnCount, type OwnMedia } from '#core/money/believe-usage.ts';
import { charge, feeOf } from '#core/money/charge.ts';
import { minNano, type Nano } from '#core/money/nano.ts';
import { freePrice, type Price } from '#core/money/price.ts';
import { chargePrice } from '#core/money/price-in-force.ts';
import { countsAsRequest, whatIsPaid } from '#core/money/who-pays.ts';
import type { MediaAsk, RequestFacts, Shown } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { payeeOf } from '#core/routing/payee.ts';
import { inputBoundOf, inputEstimateOf } from '../admit/input-bound.ts';
import type { Ending, Generation } from '../generation.ts';

/** What a generation used and costs: the verdict is made here, once; the keeper never recomputes it. */
export type Metered = {
  readonly usage: Usage;
  readonly source: UsageSource;
  readonly disputed: boolean;
  /** What the customer pays; never above the hold. */
  readonly charge: Nano;
  /** What of it is owed to who answered, and to whom. */
  readonly cost: Nano;
  readonly payee: string | undefined;
  readonly losses: EndRecord['losses'];
  readonly countsAsRequest: boolean;
  /** What it was charged by. */
  readonly price: Price;
  /** A key of the workspace itself paid for it: what its provider is likely to have asked, at the operator's list price. */
  readonly upstreamCost: Nano | undefined;
};

const bytesPerToken = 4;
const hourMs = 3_600_000;

export function meter(generation: Generation, ending: Ending): Metered {
  const { endReason, reached, endpoint } = ending;
  const isRequest = countsAsRequest(endReason, reached);
  const tried = endpoint ?? generation.admission.plan.steps[0]?.endpoint;
  if (!tried) return nothingUsed(isRequest);
  const own = ownCount(generation, tried, ending);
  const believed = believeUsage(ending.reported, own);
  const { call, caller, attempts } = generation;
  const paysAbandoned = attempts.length > 0 && caller.paysAbandonedIn === Math.floor(call.at / hourMs);
  const paid = whatIsPaid(endReason, reached, believed, paysAbandoned);
  const losses: { account: 'loss:overrun' | 'loss:abandoned' | 'loss:hedge'; amount: string }[] = [];
  // Who pays nothing pays no fee per request either.
  const price = chargePrice(tried.price.price, generation.admission.terms, believed.usage.serviceTier);
  const costPrice = chargePrice(costOf(tried), generation.admission.terms, believed.usage.serviceTier);
  const { ownKey } = tried;
  // A workspace's own key is billed by its provider: our fee alone is charged, and owed to nobody.
  const payee = ownKey ? undefined : payeeOf(tried.upstream);
  const cost = paid.usage === noUsage ? 0n : charge(paid.usage, costPrice);
  let amount = paid.usage === noUsage ? 0n : charge(paid.usage, price);
  if (ownKey) amount = cost > 0n ? feeOf(paid.usage, costPrice, ownKey.feeBasisPoints) : 0n;
  const hold = generation.admission.holdNano;
  if (amount > hold) {
    losses.push({ account: 'loss:overrun', amount: String(amount - hold) });
    amount = hold;
  }
  // What a workspace's own key was billed for is no loss of the operator.
  if (paid.isAbandoned && attempts.some((attempt) => attempt.ownKey === undefined)) {
    const estimate = charge({ ...noUsage, input: own.inputEstimate }, costPrice);
    if (estimate > 0n) losses.push({ account: 'loss:abandoned', amount: String(estimate) });
  }
  if (generation.lost) {
    const estimate = chargeOfInput(generation, generation.lost);
    if (estimate > 0n) losses.push({ account: 'loss:hedge', amount: String(estimate) });
  }
  return {
    usage: paid.usage,
    source: believed.source,
    disputed: believed.disputed,
    charge: amount,
    cost: payee === undefined || amount === 0n ? 0n : minNano(amount, charge(paid.usage, costPrice)),
    payee,
    losses,
    countsAsRequest: isRequest,
    price,
    upstreamCost: ownKey && cost,
  };
}

/** What an endpoint may bill that was called off before it had said anything. */
function chargeOfInput({ bodyBytes, facts, admission }: Generation, endpoint: Endpoint): Nano {
  const usage = { ...noUsage, input: inputEstimateOf(bodyBytes, facts) };
  return charge(usage, chargePrice(costOf(endpoint), admission.terms, undefined));
}

/** What the endpoint itself costs. */
function costOf({ price }: Endpoint): Price {
  return price.cost ?? price.price;
}

/** What the generation would cost had it ended now, by our own count. */
export function progressOf(generation: Generation, endpoint: Endpoint, outputBytes: number): ProgressRecord {
  const { usage } = believeUsage(undefined, ownCount(generation, endpoint, { outputBytes }));
  const estimate = charge(usage, chargePrice(endpoint.price.price, generation.admission.terms, undefined));
  const { isStaged, holdNano } = generation.admission;
  const record = { kind: 'progress', generation: generation.call.generation, estimate: String(estimate) } as const;
  return isStaged ? { ...record, hold: String(holdNano) } : record;
}

function ownCount(
  { bodyBytes, facts, admission }: Generation,
  endpoint: Endpoint,
  { outputBytes, shown, counted }: Pick<Ending, 'outputBytes' | 'shown' | 'counted'>,
): OwnCount {
  const own = {
    inputBound: inputBoundOf(bodyBytes, facts, endpoint),
    inputEstimate: counted?.input ?? inputEstimateOf(bodyBytes, facts),
    outputBytes,
    outputEstimate: counted?.output ?? shown?.tokens ?? Math.ceil(outputBytes / bytesPerToken),
    outputBound: admission.outputLimit(endpoint) * facts.choices,
    isCounted: counted !== undefined,
  };
  return facts.media ? { ...own, media: ownMedia(facts, facts.media, shown) } : own;
}

function ownMedia(
  { mediaTokensLikely }: RequestFacts,
  { bounds, secondsSent, speaks }: MediaAsk,
  shown: Shown | undefined,
): OwnMedia {
  return {
    bounds,
    images: Math.min(shown?.images ?? 0, bounds.images),
    audioSeconds: Math.min(secondsSent + (shown?.audioSeconds ?? 0), bounds.audioSeconds),
    audioInput: secondsSent > 0 ? mediaTokensLikely : 0,
    audioOutput: speaks ? (shown?.tokens ?? 0) : 0,
  };
}

function nothingUsed(isRequest: boolean): Metered {
  return {
    usage: noUsage,
    source: 'estimated',
    disputed: false,
    charge: 0n,
    cost: 0n,
    payee: undefined,
    losses: [],
    countsAsRequest: isRequest,
    price: freePrice,
    upstreamCost: undefined,
  };
}
