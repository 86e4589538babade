import type { EndpointFacts } from './health/endpoint-facts.ts';
import type { Candidates, RankAsk, Strategy } from './strategies/strategy.ts';

/** Why an endpoint has its place in a plan: closed words, for the record. */
export type RankReason =
  | 'ranked'
  | 'drawn'
  | 'asked'
  | 'affinity'
  | 'probe'
  | 'strained'
  | 'unreliable'
  | 'ejected'
  | 'unusable';

export type Ranked = { readonly at: number; readonly why: RankReason };

export type RankOrder = RankAsk & {
  readonly strategy: Strategy;
  /** As many places are judged; an attempt rarely needs three. */
  readonly placesMax: number;
  /** Random numbers from 0 up to 1. */
  readonly draw: () => number;
};

const uptimeAttemptsMin = 100;

/** Bounded by the largest model; one plan is made at a time. */
let scores = new Float64Array(64);
let tiers = new Uint8Array(64);

/**
 * The first places of a plan, best first. Who is healthy comes before who is not, whatever the strategy; within that the
 * strategy decides, by score or by draws without replacement.
 */
export function rank(candidates: Candidates, order: RankOrder): readonly Ranked[] {
  const { count } = candidates;
  if (scores.length < count) {
    scores = new Float64Array(count * 2);
    tiers = new Uint8Array(count * 2);
  }
  order.strategy.score(candidates, order, scores);
  const probe = judgeTiers(candidates, order);
  const ranked: Ranked[] = probe === undefined ? [] : [{ at: probe, why: 'probe' }];
  const places = Math.min(count, order.placesMax);
  for (let tier = 0; tier <= lastTier && ranked.length < places; tier += 1) {
    takeTier(tier, places, candidates, order, ranked);
  }
  return ranked;
}

const [working, strained, unreliable, ejected, unusable, taken] = [0, 1, 2, 3, 4, 255] as const;
const lastTier = unusable;

/** Fills the tiers; the place of an endpoint that wants a probe while another one can stand in, or undefined. */
function judgeTiers({ count, facts }: Candidates, { strategy, draw }: RankOrder): number | undefined {
  let probe: number | undefined;
  let usable = 0;
  let out = 0;
  for (let at = 0; at < count; at += 1) {
    const known = facts[at];
    const tier = known ? tierOf(known, strategy.kind, draw) : working;
    tiers[at] = tier;
    if (tier <= strained) usable += 1;
    else if (tier === ejected) out += 1;
    if (known?.wantsProbe === true) probe ??= at;
  }
  if (out > usable) spread(count);
  if (probe === undefined || usable === 0) return undefined;
  const looked = facts[probe];
  // One request looks after it, not all that are planned before that one begins.
  if (looked) looked.wantsProbe = false;
  tiers[probe] = taken;
  return probe;
}

/** Panic: most are out, so those that are left must not be crushed: who strains is relieved by whoever is ejected. */
function spread(count: number): void {
  for (let at = 0; at < count; at += 1) if (tiers[at] === ejected) tiers[at] = strained;
}

function tierOf(facts: EndpointFacts, kind: Strategy['kind'], draw: () => number): number {
  switch (facts.state) {
    case 'missing':
    case 'no-credential':
      return unusable;
    case 'ejected':
    case 'limited':
    case 'probing':
      return ejected;
    case 'working':
      break;
  }
  if (facts.inFlight >= facts.inFlightMax || facts.rate > facts.rateCap) return strained;
  if (facts.rampShare < 1 && draw() >= facts.rampShare) return strained;
  // Who asked for an order gets it; in a draw reliability has a say.
  if (kind === 'ordered' || facts.attempts < uptimeAttemptsMin) return working;
  if (facts.failedShare > 0.2) return unreliable;
  return facts.failedShare > 0.05 ? strained : working;
}

const whyOfTier: readonly RankReason[] = ['ranked', 'strained', 'unreliable', 'ejected', 'unusable'];

/** Three attempts and one to spare: the places behind them are filled as they come when there are many. */
const judgedMax = 4;
const fewEndpoints = 16;

function takeTier(tier: number, places: number, { count }: Candidates, order: RankOrder, ranked: Ranked[]): void {
  const isDrawn = order.strategy.kind === 'drawn';
  const why = tier === working && isDrawn ? 'drawn' : (whyOfTier[tier] ?? 'ranked');
  let sum = isDrawn ? sumOf(tier, count) : 0;
  while (ranked.length < places) {
    const isJudged = ranked.length < judgedMax || count <= fewEndpoints;
    const at = isJudged
      ? isDrawn
        ? drawOne(tier, count, order.draw() * sum)
        : leastOf(tier, count)
      : nextOf(tier, count);
    if (at < 0) return;
    tiers[at] = taken;
    sum -= scores[at] ?? 0;
    ranked.push({ at, why });
  }
}

function sumOf(tier: number, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) if (tiers[at] === tier) sum += scores[at] ?? 0;
  return sum;
}

function nextOf(tier: number, count: number): number {
  for (let at = 0; at < count; at += 1) if (tiers[at] === tier) return at;
  return -1;
}

function leastOf(tier: number, count: number): number {
  let least = -1;
  for (let at = 0; at < count; at += 1) {
    if (tiers[at] === tier && (least < 0 || (scores[at] ?? 0) < (scores[least] ?? 0))) least = at;
  }
  return least;
}

/** Whose part of the sum of scores holds this number; what rounding leaves over falls to the last. */
function drawOne(tier: number, count: number, drawn: number): number {
  let left = drawn;
  let last = -1;
  for (let at = 0; at < count; at += 1) {
    if (tiers[at] !== tier) continue;
    last = at;
    left -= scores[at] ?? 0;
    if (left < 0) return at;
  }
  return last;
}
