import type { Usage } from '#core/generation/usage.ts';
import { fieldOf, listOf, numberOf } from '../json-value.ts';

/** Converse's input leaves out what was cached, as ours does. Undefined unless both sides are told. */
export function toUsage(usage: unknown): Usage | undefined {
  const input = countOf(fieldOf(usage, 'inputTokens'));
  const output = countOf(fieldOf(usage, 'outputTokens'));
  if (input === undefined || output === undefined) return undefined;
  const written = countOf(fieldOf(usage, 'cacheWriteInputTokens')) ?? 0;
  const details = listOf(fieldOf(usage, 'cacheDetails')).filter((detail) => fieldOf(detail, 'ttl') === '1h');
  const cacheWrite1h = details.reduce<number>((sum, detail) => sum + (countOf(fieldOf(detail, 'inputTokens')) ?? 0), 0);
  return {
    input,
    cachedInput: countOf(fieldOf(usage, 'cacheReadInputTokens')) ?? 0,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output,
    reasoning: 0,
  };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function countOf(count: unknown): number | undefined {
  return count === undefined || count === null ? undefined : (numberOf(count) ?? Number.NaN);
}
