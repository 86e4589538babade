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
