import type { Strategy } from './strategy.ts';
import { typicalTokensPerSecond } from './typical-peer.ts';

/** The most output tokens a second. */
export const throughput: Strategy = {
  kind: 'ordered',
  score(candidates, _, scores) {
    const typical = typicalTokensPerSecond(candidates);
    const { count, facts } = candidates;
    for (let at = 0; at < count; at += 1) {
      const known = facts[at]?.tokensPerSecondP50 ?? Number.NaN;
      scores[at] = 1 / Math.max(1e-3, Number.isNaN(known) ? typical : known);
    }
  },
};
