import type { Strategy } from './strategy.ts';

/** OpenRouter's first way: a draw in proportion to 1 / price². What is free is never this far ahead that it is all. */
export const classicInverseSquare: Strategy = {
  kind: 'drawn',
  score({ count, price }, _, scores) {
    let dearest = 0;
    for (let at = 0; at < count; at += 1) dearest = Math.max(dearest, price[at] ?? 0);
    const least = dearest === 0 ? 1 : dearest * 1e-3;
    for (let at = 0; at < count; at += 1) {
      const counted = Math.max(least, price[at] ?? 0) / least;
      scores[at] = 1 / (counted * counted);
    }
  },
};
