import type { EndpointFacts } from './health/endpoint-facts.ts';
import { type TypicalPeer, typicalPeer } from './typical-peer.ts';

/**
 * What is known of a plan's candidates, field by field, as of the last look: a plan reads hundreds of them in microseconds,
 * and nearly all of it is the same for all plans until somebody looks again.
 */
export type Standing = {
  readonly count: number;
  readonly facts: readonly EndpointFacts[];
  readonly typical: TypicalPeer;
  /** Whoever is new counts as a typical peer. */
  readonly waitMs: Float64Array;
  readonly tokensPerSecond: Float64Array;
  readonly cachedShare: Float64Array;
  readonly brokenToolsShare: Float64Array;
  /** Where an order was asked for, and in a draw, in which reliability has a say. */
  readonly ordered: Tiers;
  readonly drawn: Tiers;
  /** Those whose tier is another one from plan to plan. */
  readonly restless: readonly number[];
  /** How many are out by their breaker; without the restless. */
  readonly out: number;
};

/** The tier of health of each, and how many have one in which they can be asked; without the restless. */
export type Tiers = { readonly of: Uint8Array; usable: number };

export const tiers = { working: 0, unpreferred: 1, strained: 2, unreliable: 3, ejected: 4, unusable: 5 } as const;

const uptimeAttemptsMin = 100;

export function standingOf(facts: readonly EndpointFacts[], count: number): Standing {
  const typical = typicalPeer(facts, count);
  const waitMs = new Float64Array(count);
  const tokensPerSecond = new Float64Array(count);
  const cachedShare = new Float64Array(count);
  const brokenToolsShare = new Float64Array(count);
  const ordered: Tiers = { of: new Uint8Array(count), usable: 0 };
  const drawn: Tiers = { of: new Uint8Array(count), usable: 0 };
  const restless: number[] = [];
  let out = 0;
  for (let at = 0; at < count; at += 1) {
    const known = facts[at];
    if (!known) continue;
    const { firstContentP50, tokensPerSecondP50 } = known;
    // What nobody measured is NaN, and less than nothing.
    waitMs[at] = firstContentP50 >= 0 ? firstContentP50 : typical.waitMs;
    tokensPerSecond[at] = tokensPerSecondP50 >= 0 ? tokensPerSecondP50 : typical.tokensPerSecond;
    cachedShare[at] = known.cachedShare;
    brokenToolsShare[at] = known.brokenToolsShare;
    const orderedTier = tierOf(known);
    const drawnTier = withReliability(orderedTier, known);
    ordered.of[at] = orderedTier;
    drawn.of[at] = drawnTier;
    if (isRestless(known)) restless.push(at);
    else {
      if (orderedTier <= tiers.strained) ordered.usable += 1;
      if (drawnTier <= tiers.strained) drawn.usable += 1;
      if (isOut(known)) out += 1;
    }
  }
  return {
    count,
    facts,
    typical,
    waitMs,
    tokensPerSecond,
    cachedShare,
    brokenToolsShare,
    ordered,
    drawn,
    restless,
    out,
  };
}

/** By its breaker: whoever has said when it can be asked again, or needs another credential, is no help. */
export function isOut({ state }: EndpointFacts): boolean {
  return state === 'ejected' || state === 'probing';
}

function isRestless({ state, wantsProbe, inFlightMax, rampShare }: EndpointFacts): boolean {
  return wantsProbe || (state === 'working' && (rampShare < 1 || inFlightMax < Number.POSITIVE_INFINITY));
}

/** But for what changes from plan to plan. */
function tierOf({ state, rate, rateCap }: EndpointFacts): number {
  switch (state) {
    case 'missing':
    case 'no-credential':
      return tiers.unusable;
    case 'ejected':
    case 'limited':
    case 'probing':
      return tiers.ejected;
    case 'working':
      return rate > rateCap ? tiers.strained : tiers.working;
  }
}

function withReliability(tier: number, { attempts, failedShare }: EndpointFacts): number {
  if (tier !== tiers.working || attempts < uptimeAttemptsMin) return tier;
  if (failedShare > 0.2) return tiers.unreliable;
  return failedShare > 0.05 ? tiers.strained : tiers.working;
}
