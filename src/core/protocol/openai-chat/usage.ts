import { servedTier, totalInput, type Usage } from '#core/generation/usage.ts';
import { fieldOf, numberOf } from '../json-value.ts';

/** What a reply or a chunk tells of it. Groq has put it below its own name. */
export function usageOf(reply: unknown): Usage | undefined {
  const usage = decodeUsage(fieldOf(reply, 'usage')) ?? decodeUsage(fieldOf(fieldOf(reply, 'x_groq'), 'usage'));
  return usage && { ...usage, ...servedTier(fieldOf(reply, 'service_tier')) };
}

/** Usage of OpenAI's dialect: prompt tokens include what was cached, completion tokens include reasoning. */
export function decodeUsage(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const prompt = countOf(usage, 'prompt_tokens');
  const completion = countOf(usage, 'completion_tokens');
  if (prompt === undefined || completion === undefined) return undefined;
  const promptDetails = fieldOf(usage, 'prompt_tokens_details');
  const cachedInput = countOf(promptDetails, 'cached_tokens') ?? countOf(usage, 'prompt_cache_hit_tokens') ?? 0;
  const cacheWrite5m = countOf(promptDetails, 'cache_write_tokens') ?? 0;
  const reasoning = countOf(fieldOf(usage, 'completion_tokens_details'), 'reasoning_tokens') ?? 0;
  // xAI counts reasoning beside the completion, and its total shows it: https://docs.x.ai/docs/guides/reasoning.
  const isBeside = reasoning > 0 && countOf(usage, 'total_tokens') === prompt + completion + reasoning;
  const output = isBeside ? completion + reasoning : completion;
  return { input: prompt - cachedInput - cacheWrite5m, cachedInput, cacheWrite5m, cacheWrite1h: 0, output, reasoning };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function countOf(value: unknown, name: string): number | undefined {
  const count = fieldOf(value, name);
  if (count === undefined || count === null) return undefined;
  return numberOf(count) ?? Number.NaN;
}

/** OpenAI has no word for what was written to a cache; `cache_write_tokens` is OpenRouter's. */
export function encodeUsage(usage: Usage) {
  const input = totalInput(usage);
  return {
    prompt_tokens: input,
    completion_tokens: usage.output,
    total_tokens: input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}
