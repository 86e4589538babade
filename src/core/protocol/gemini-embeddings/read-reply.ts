import { noUsage, type Usage } from '#core/generation/usage.ts';
import { memberOf } from '../gemini-generate/field-names.ts';
import { numberOf } from '../json-value.ts';

export function isVector(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0 && values.every((value) => numberOf(value) !== undefined);
}

/** Older versions of the API tell none. */
export function decodeUsage(reply: unknown): Usage | undefined {
  const metadata = memberOf(reply, 'usageMetadata');
  const count = memberOf(metadata, 'promptTokenCount') ?? memberOf(metadata, 'totalTokenCount');
  // A count that is there and no number is a lie, not an absence: NaN fails every bound.
  return count === undefined ? undefined : { ...noUsage, input: numberOf(count) ?? Number.NaN };
}
