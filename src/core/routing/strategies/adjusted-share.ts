import type { EndpointFacts } from '../health/endpoint-facts.ts';
import type { Standing } from '../standing.ts';
import type { Strategy } from './strategy.ts';

/** A second of waiting for the first content is worth this share of the cheapest price. */
const perSecondWaited = 0.1;
/** Half the tokens a second is worth this share more. */
const perHalvedSpeed = 0.15;
/** An endpoint that always fails would cost this many times the price; as always 429s, or broken tools. */
const perFailure = 8;
const perLimited = 4;
const perBrokenTools = 6;
/** All else alike, the one that needs no translation is taken. */
const perTranslation = 0.05;
/** Nobody is without a share, so that whoever became better is found. */
const exploration = 0.005;

/**
 * Each endpoint has a share of the traffic by its price, made dearer by what its users had to suffer: waiting, failures, 429s,
 * tool calls that nobody could use. Close to the best most of the traffic goes; beyond, the share falls fast, never to
 * nothing: with the fourth power, so that a cost of twice the best has a sixteenth of its share.
 */
export const adjustedShare: Strategy = {
  kind: 'drawn',
  score({ count, standing, price, translated }, { hasTools }, scores) {
    const suffered = sufferedOf(standing);
    const { brokenToolsShare } = standing;
    const perBroken = hasTools ? perBrokenTools : 0;
    const cheapest = cheapestOf(price, count);
    let best = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at += 1) {
      const factor = (suffered[at] ?? 1) + (brokenToolsShare[at] ?? 0) * perBroken;
      const cost = relativePrice(price[at] ?? 0, cheapest) * factor + (translated[at] ?? 0) * perTranslation;
      scores[at] = cost;
      if (cost < best) best = cost;
    }
    for (let at = 0; at < count; at += 1) {
      const share = best / (scores[at] ?? best);
      const squared = share * share;
      scores[at] = Math.max(exploration, squared * squared);
    }
  },
};

/** Made once for each look. */
const made = new WeakMap<Standing, Float64Array>();

/** By what the price of each is multiplied for what its users suffered, broken tools aside. */
function sufferedOf(standing: Standing): Float64Array {
  const known = made.get(standing);
  if (known) return known;
  const suffered = new Float64Array(standing.count).fill(1);
  for (let at = 0; at < standing.count; at += 1) {
    const learnt = standing.facts[at];
    if (learnt) suffered[at] = sufferedAt(at, learnt, standing);
  }
  made.set(standing, suffered);
  return suffered;
}

function sufferedAt(at: number, { failedShare, limitedShare }: EndpointFacts, standing: Standing): number {
  const waited = ((standing.waitMs[at] ?? 0) / 1_000) * perSecondWaited;
  const speed = Math.max(0.1, standing.tokensPerSecond[at] ?? 0);
  const slower = Math.max(0, Math.log2(standing.typical.tokensPerSecond / speed)) * perHalvedSpeed;
  return 1 + waited + slower + failedShare * perFailure + limitedShare * perLimited;
}

/** What is free is as good as a tenth of the cheapest price that is none. */
function relativePrice(price: number, cheapest: number): number {
  if (cheapest === 0) return 1;
  return price === 0 ? 0.1 : price / cheapest;
}

function cheapestOf(price: Float64Array, count: number): number {
  let cheapest = 0;
  for (let at = 0; at < count; at += 1) {
    const each = price[at] ?? 0;
    if (each > 0 && (cheapest === 0 || each < cheapest)) cheapest = each;
  }
  return cheapest;
}
