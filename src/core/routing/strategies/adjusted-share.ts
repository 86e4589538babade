import type { EndpointFacts } from '../health/endpoint-facts.ts';
import type { RankAsk, Strategy } from './strategy.ts';
import { typicalPeer } from './typical-peer.ts';

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
  score(candidates, ask, scores) {
    const { count, facts, price, translated } = candidates;
    const typical = typicalPeer(candidates);
    const cheapest = cheapestOf(price, count);
    let best = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at += 1) {
      const known = facts[at];
      const suffered = known ? sufferedAt(known, ask, typical) : 1;
      const cost = relativePrice(price[at] ?? 0, cheapest) * suffered + (translated[at] ?? 0) * perTranslation;
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

type Typical = ReturnType<typeof typicalPeer>;

/** By what an endpoint's price is multiplied for what its users suffered. */
function sufferedAt(facts: EndpointFacts, ask: RankAsk, typical: Typical): number {
  const { firstContentP50, tokensPerSecondP50, failedShare, limitedShare, brokenToolsShare } = facts;
  // What nobody measured is NaN, and less than nothing.
  const wait = firstContentP50 >= 0 ? firstContentP50 : typical.waitMs;
  let suffered = 1 + wait * (perSecondWaited / 1_000) + failedShare * perFailure + limitedShare * perLimited;
  if (tokensPerSecondP50 < typical.speed) {
    suffered += Math.log2(typical.speed / Math.max(0.1, tokensPerSecondP50)) * perHalvedSpeed;
  }
  return ask.hasTools ? suffered + brokenToolsShare * perBrokenTools : suffered;
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
