import type { Strategy } from './strategy.ts';

/** The shortest wait for the first content. */
export const latency: Strategy = {
  kind: 'ordered',
  score({ count, standing: { waitMs } }, _, scores) {
    for (let at = 0; at < count; at += 1) scores[at] = waitMs[at] ?? 0;
  },
};
