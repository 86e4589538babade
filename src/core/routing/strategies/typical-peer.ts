import type { Candidates } from './strategy.ts';

/** Before anybody was measured. */
const firstContentMsOtherwise = 1_000;
const tokensPerSecondOtherwise = 50;

/** Milliseconds; whoever is new counts as a typical peer: the mean of those that were measured. */
export function typicalFirstContentMs({ count, facts }: Candidates): number {
  let sum = 0;
  let known = 0;
  for (let at = 0; at < count; at += 1) {
    const ms = facts[at]?.firstContentP50 ?? Number.NaN;
    if (Number.isNaN(ms)) continue;
    sum += ms;
    known += 1;
  }
  return known === 0 ? firstContentMsOtherwise : sum / known;
}

/** Both at once. */
export function typicalPeer({ count, facts }: Candidates): { readonly waitMs: number; readonly speed: number } {
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
    speed: sped === 0 ? tokensPerSecondOtherwise : speeds / sped,
  };
}

export function typicalTokensPerSecond({ count, facts }: Candidates): number {
  let sum = 0;
  let known = 0;
  for (let at = 0; at < count; at += 1) {
    const speed = facts[at]?.tokensPerSecondP50 ?? Number.NaN;
    if (Number.isNaN(speed)) continue;
    sum += speed;
    known += 1;
  }
  return known === 0 ? tokensPerSecondOtherwise : sum / known;
}
