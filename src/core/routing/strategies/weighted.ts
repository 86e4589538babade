import type { Strategy } from './strategy.ts';

/** In proportion to the weights in the file. */
export const weighted: Strategy = {
  kind: 'drawn',
  score({ count, weight }, _, scores) {
    for (let at = 0; at < count; at += 1) scores[at] = weight[at] ?? 1;
  },
};
