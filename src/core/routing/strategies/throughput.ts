import type { Strategy } from './strategy.ts';

/** The most output tokens a second. */
export const throughput: Strategy = {
  kind: 'ordered',
  score({ count, standing: { tokensPerSecond } }, _, scores) {
    for (let at = 0; at < count; at += 1) scores[at] = 1 / Math.max(1e-3, tokensPerSecond[at] ?? 0);
  },
};
