import type { Strategy } from './strategy.ts';
import { typicalFirstContentMs } from './typical-peer.ts';

/** The shortest wait for the first content. */
export const latency: Strategy = {
  kind: 'ordered',
  score(candidates, _, scores) {
    const typical = typicalFirstContentMs(candidates);
    const { count, facts } = candidates;
    for (let at = 0; at < count; at += 1) {
      const known = facts[at]?.firstContentP50 ?? Number.NaN;
      scores[at] = Number.isNaN(known) ? typical : known;
    }
  },
};
