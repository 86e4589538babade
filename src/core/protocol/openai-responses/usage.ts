import { servedTier, totalInput, type Usage } from '#core/generation/usage.ts';
import { fieldOf, isObject, numberOf } from '../json-value.ts';

/** What a response tells of it. */
export function usageOf(response: unknown): Usage | undefined {
  const usage = decodeUsage(fieldOf(response, 'usage'));
  return usage && { ...usage, ...servedTier(fieldOf(response, 'service_tier')) };
}

/** Input tokens include what was read from and written to the cache, output tokens include reasoning. */
function decodeUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const all = countOf(usage, 'input_tokens');
  const output = countOf(usage, 'output_tokens');
  if (all === undefined || output === undefined) return undefined;
  const details = fieldOf(usage, 'input_tokens_details');
  const cachedInput = countOf(details, 'cached_tokens') ?? 0;
  const cacheWrite5m = countOf(details, 'cache_write_tokens') ?? 0;
  const reasoning = countOf(fieldOf(usage, 'output_tokens_details'), 'reasoning_tokens') ?? 0;
  return { input: all - cachedInput - cacheWrite5m, cachedInput, cacheWrite5m, cacheWrite1h: 0, output, reasoning };
}

export function encodeUsage(usage: Usage) {
  const input = totalInput(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function countOf(value: unknown, name: string): number | undefined {
  const count = fieldOf(value, name);
  if (count === undefined || count === null) return undefined;
  return numberOf(count) ?? Number.NaN;
}
