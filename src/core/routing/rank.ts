import type { EndpointFacts } from './health/endpoint-facts.ts';
import { isOut, tiers } from './standing.ts';
import type { Candidates, RankAsk, Strategy } from './strategies/strategy.ts';

/** Why an endpoint has its place in a plan: closed words, for the record. */
export type RankReason =
  | 'own-key'
  | 'ranked'
  | 'drawn'
  | 'asked'
  | 'affinity'
  | 'probe'
  | 'unpreferred'
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
  /** How many providers the caller named in an order; 0: it did not. */
  readonly namedMax: number;
  readonly stay?: Stay | undefined;
};

/** A candidate that a conversation may stay at. */
export type Stay = {
  readonly at: number;
  /** In the unit of the candidates' prices. */
  readonly price: number;
  /** What another one would cost, of which nothing is in a cache. */
  readonly coldPriceOf: (at: number) => number;
};

/** Bounded by the largest model; one plan is made at a time. */
let scores = new Float64Array(64);
let rungs = new Uint16Array(64);

/**
 * The first places of a plan, best first. Who cannot answer comes last, whatever was asked for; then an order that the caller
 * named is kept; who is healthy comes before who is not; within that the strategy decides, by score or by draws without
 * replacement.
 */
export function rank(candidates: Candidates, order: RankOrder): readonly Ranked[] {
  const { count } = candidates;
  if (scores.length < count) {
    scores = new Float64Array(count * 2);
    rungs = new Uint16Array(count * 2);
  }
  order.strategy.score(candidates, order, scores);
  const probe = judgeRungs(candidates, order);
  const ranked: Ranked[] = probe === undefined ? [] : [{ at: probe, why: 'probe' }];
  if (order.stay && probe === undefined && isWorthStaying(order.stay, count)) {
    rungs[order.stay.at] = taken;
    ranked.push({ at: order.stay.at, why: 'affinity' });
  }
  const places = Math.min(count, order.placesMax);
  for (let rung = lowestRung(count, -1); rung < taken && ranked.length < places; rung = lowestRung(count, rung)) {
    takeRung(rung, places, candidates, order, ranked);
  }
  return ranked;
}

const { working, unpreferred, strained, unreliable, ejected } = tiers;
/** A rung is a place of a named order and a tier of health; those that are down stand below all of them. */
const tiersMax = 8;
const down = 16_384;
const taken = 65_535;

/** Fills the rungs; the place of an endpoint that wants a probe while another one can stand in, or undefined. */
function judgeRungs(candidates: Candidates, order: RankOrder): number | undefined {
  const { count, standing, named, unpreferred: slower } = candidates;
  const isOrdered = order.strategy.kind === 'ordered';
  const { of: tierOf, usable: settled } = isOrdered ? standing.ordered : standing.drawn;
  for (let at = 0; at < count; at += 1) {
    const tier = tierOf[at] ?? working;
    rungs[at] = rungOf(tier === working && slower[at] === 1 ? unpreferred : tier, named[at] ?? 0);
  }
  const { probe, usable, out } = judgeRestless(candidates, tierOf, order);
  if (standing.out + out > settled + usable) spread(standing.facts, named, count);
  if (probe === undefined || settled + usable === 0) return undefined;
  const looked = standing.facts[probe];
  // One request looks after it, not all that are planned before that one begins.
  if (looked) looked.wantsProbe = false;
  rungs[probe] = taken;
  return probe;
}

/** Those of whom every plan must ask anew. */
function judgeRestless(
  { standing, named, unpreferred: slower }: Candidates,
  tierOf: Uint8Array,
  { draw, namedMax }: RankOrder,
) {
  let probe: number | undefined;
  let usable = 0;
  let out = 0;
  for (const at of standing.restless) {
    const known = standing.facts[at];
    if (!known) continue;
    const place = named[at] ?? 0;
    const health = isStrained(known, draw) ? strained : (tierOf[at] ?? working);
    const tier = health === working && slower[at] === 1 ? unpreferred : health;
    rungs[at] = rungOf(tier, place);
    if (tier <= strained) usable += 1;
    else if (isOut(known)) out += 1;
    if (known.wantsProbe && (namedMax === 0 || place < namedMax)) probe ??= at;
  }
  return { probe, usable, out };
}

function rungOf(tier: number, place: number): number {
  return tier >= ejected ? down + tier : place * tiersMax + tier;
}

/** It works, but has as much under way as it bears, or comes back and is not drawn. */
function isStrained({ state, inFlight, inFlightMax, rampShare }: EndpointFacts, draw: () => number): boolean {
  return state === 'working' && (inFlight >= inFlightMax || (rampShare < 1 && draw() >= rampShare));
}

/**
 * Panic: most are out, so those that are left must not be crushed: who strains is relieved by whoever is ejected, first by those
 * that answer at times. When all are out the same decides who is the least bad.
 */
function spread(facts: readonly EndpointFacts[], named: Uint8Array, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const known = facts[at];
    if (known && isOut(known))
      rungs[at] = (named[at] ?? 0) * tiersMax + (known.failedShare > 0.5 ? unreliable : strained);
  }
}

/** Who strains or fails is left at once; else a conversation moves only when staying costs more. */
function isWorthStaying({ at: own, price, coldPriceOf }: Stay, count: number): boolean {
  const isGood = (at: number) => (rungs[at] ?? taken) % tiersMax <= unpreferred && (rungs[at] ?? taken) < down;
  if (!isGood(own)) return false;
  for (let at = 0; at < count; at += 1) if (at !== own && isGood(at) && coldPriceOf(at) < price) return false;
  return true;
}

function lowestRung(count: number, above: number): number {
  let lowest: number = taken;
  for (let at = 0; at < count; at += 1) {
    const rung = rungs[at] ?? taken;
    if (rung > above && rung < lowest) lowest = rung;
  }
  return lowest;
}

const whyOfTier: readonly RankReason[] = ['ranked', 'unpreferred', 'strained', 'unreliable', 'ejected', 'unusable'];

function whyOf(rung: number, { namedMax, strategy }: RankOrder): RankReason {
  const tier = rung % tiersMax;
  if (rung < down && namedMax > 0 && rung < namedMax * tiersMax) return 'asked';
  return tier === working && strategy.kind === 'drawn' ? 'drawn' : (whyOfTier[tier] ?? 'ranked');
}

/** Three attempts and one to spare: the places behind them are filled as they come when there are many. */
const judgedMax = 4;
const fewEndpoints = 16;

function takeRung(rung: number, places: number, { count }: Candidates, order: RankOrder, ranked: Ranked[]): void {
  const isDrawn = order.strategy.kind === 'drawn';
  const why = whyOf(rung, order);
  let sum = isDrawn ? sumOf(rung, count) : 0;
  while (ranked.length < places) {
    const isJudged = ranked.length < judgedMax || count <= fewEndpoints;
    const at = isJudged
      ? isDrawn
        ? drawOne(rung, count, order.draw() * sum)
        : leastOf(rung, count)
      : nextOf(rung, count);
    if (at < 0) return;
    rungs[at] = taken;
    sum -= scores[at] ?? 0;
    ranked.push({ at, why });
  }
}

function sumOf(rung: number, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) if (rungs[at] === rung) sum += scores[at] ?? 0;
  return sum;
}

function nextOf(rung: number, count: number): number {
  for (let at = 0; at < count; at += 1) if (rungs[at] === rung) return at;
  return -1;
}

function leastOf(rung: number, count: number): number {
  let least = -1;
  for (let at = 0; at < count; at += 1) {
    if (rungs[at] === rung && (least < 0 || (scores[at] ?? 0) < (scores[least] ?? 0))) least = at;
  }
  return least;
}

/** Whose part of the sum of scores holds this number; what rounding leaves over falls to the last. */
function drawOne(rung: number, count: number, drawn: number): number {
  let left = drawn;
  let last = -1;
  for (let at = 0; at < count; at += 1) {
    if (rungs[at] !== rung) continue;
    last = at;
    left -= scores[at] ?? 0;
    if (left < 0) return at;
  }
  return last;
}
