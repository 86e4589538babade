import { totalInput, type Usage } from '#core/generation/usage.ts';
import { numberOf } from '../json-value.ts';
import { memberOf } from './field-names.ts';

/**
 * Google's prompt count includes what was cached and leaves out what its own tools read; its count of candidates leaves
 * out thoughts. A count of zero is not written at all. Early chunks may hold only the kind of traffic: no usage yet.
 */
export function decodeUsage(metadata: unknown, isLast = true): Usage | undefined {
  const prompt = countOf(metadata, 'promptTokenCount');
  const candidates = countOf(metadata, 'candidatesTokenCount');
  const total = countOf(metadata, 'totalTokenCount');
  if (prompt === undefined && candidates === undefined && total === undefined) return undefined;
  // Not said yet is not nothing.
  if (candidates === undefined && !isLast) return undefined;
  const cachedInput = countOf(metadata, 'cachedContentTokenCount') ?? 0;
  const reasoning = countOf(metadata, 'thoughtsTokenCount') ?? 0;
  const toolInput = countOf(metadata, 'toolUsePromptTokenCount') ?? 0;
  return {
    input: (prompt ?? 0) + toolInput - cachedInput,
    cachedInput,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: (candidates ?? 0) + reasoning,
    reasoning,
  };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function countOf(metadata: unknown, name: string): number | undefined {
  const count = memberOf(metadata, name);
  if (count === undefined) return undefined;
  return numberOf(count) ?? Number.NaN;
}

export function encodeUsage(usage: Usage) {
  const prompt = totalInput(usage);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: usage.output - usage.reasoning,
    totalTokenCount: prompt + usage.output,
    ...(usage.cachedInput > 0 ? { cachedContentTokenCount: usage.cachedInput } : {}),
    ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
  };
}
