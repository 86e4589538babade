import type { EndpointFacts } from './health/endpoint-facts.ts';

/** Before anybody was measured. */
const firstContentMsOtherwise = 1_000;
const tokensPerSecondOtherwise = 50;

export type TypicalPeer = { readonly waitMs: number; readonly tokensPerSecond: number };

/** What whoever is new counts as: the mean of those that were measured. */
export function typicalPeer(facts: readonly EndpointFacts[], count: number): TypicalPeer {
  let waits = 0;
  let waited = 0;
  let speeds = 0;
  let sped = 0;
  for (let at = 0; at < count; at += 1) {
    const known = facts[at];
    if (!known) continue;
    const { firstContentP50: ms, tokensPerSecondP50: speed } = known;
    if (!Number.isNaN(ms)) {
      waits += ms;
      waited += 1;
    }
    if (!Number.isNaN(speed)) {
      speeds += speed;
      sped += 1;
    }
  }
  return {
    waitMs: waited === 0 ? firstContentMsOtherwise : waits / waited,
    tokensPerSecond: sped === 0 ? tokensPerSecondOtherwise : speeds / sped,
  };
}
