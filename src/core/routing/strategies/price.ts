import type { Strategy } from './strategy.ts';

/** The cheapest for this request. Those that need no translation win a tie. */
export const price: Strategy = {
  kind: 'ordered',
  score({ count, price, translated }, _, scores) {
    for (let at = 0; at < count; at += 1) scores[at] = (price[at] ?? 0) * ((translated[at] ?? 0) === 1 ? 1 + 1e-9 : 1);
  },
};
