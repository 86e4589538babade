import type { Strategy } from './strategy.ts';

/** As the file names them, those that need no translation first. */
export const order: Strategy = {
  kind: 'ordered',
  score({ count, place, translated }, _, scores) {
    for (let at = 0; at < count; at += 1) scores[at] = (place[at] ?? 0) + (translated[at] ?? 0) * behind;
  },
};

const behind = 1e6;
