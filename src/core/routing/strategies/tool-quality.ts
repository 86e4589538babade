import type { Strategy } from './strategy.ts';

/** Shares of broken tool calls closer than this to each other are the same: then the price decides. */
const sameShare = 0.01;

/** The fewest tool calls that nobody could use; the cheapest among those alike. OpenRouter's `exacto`. */
export const toolQuality: Strategy = {
  kind: 'ordered',
  score({ count, standing: { brokenToolsShare }, price }, _, scores) {
    let dearest = 1;
    for (let at = 0; at < count; at += 1) dearest = Math.max(dearest, price[at] ?? 0);
    for (let at = 0; at < count; at += 1) {
      const broken = Math.round((brokenToolsShare[at] ?? 0) / sameShare);
      scores[at] = broken + (price[at] ?? 0) / (dearest * 2);
    }
  },
};
