import { isDeepStrictEqual } from 'node:util';
import type { DroppableField } from '#core/generation/dropped.ts';
import { excuse, isExcusable } from '../compare/excuses.ts';
import { compareRequests, type RequestPair } from '../compare/requests.ts';
import type { Verdict } from '../report.ts';

/** Words that also tell of a part of what they name, which the summaries do not show. */
const partial: ReadonlySet<DroppableField> = new Set([
  'strict',
  'citations',
  'hosted_tool',
  'unknown_part',
  'reasoning_effort',
  'reasoning_summary',
  'service_tier',
]);

/** A loss that is named must be one: the caller said it, and the upstream is not told. */
export function checkLosses(pair: RequestPair): Verdict {
  const dropped = [...pair.dropped];
  for (const word of dropped) {
    if (partial.has(word) || !isExcusable(word)) continue;
    const without = structuredClone(pair.source);
    excuse(without, [word]);
    if (isDeepStrictEqual(without, pair.source))
      return { path: word, detail: 'named as lost, but nobody asked for it' };
    const others = dropped.filter((each) => each !== word);
    if (compareRequests({ ...pair, dropped: others }) === undefined) {
      return { path: word, detail: 'named as lost, but nothing is' };
    }
  }
  return undefined;
}
