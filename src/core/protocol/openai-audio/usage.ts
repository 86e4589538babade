import { noUsage, type Usage } from '#core/generation/usage.ts';
import { fieldOf, isObject, numberOf } from '../json-value.ts';

/** Seconds, or tokens of which some were audio. Undefined: neither was counted. */
export function heardUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const seconds = countOf(usage, 'seconds');
  const input = countOf(usage, 'input_tokens');
  const output = countOf(usage, 'output_tokens');
  const audioInput = countOf(fieldOf(usage, 'input_token_details'), 'audio_tokens');
  if (seconds === undefined && input === undefined && output === undefined) return undefined;
  return {
    ...{ ...noUsage, input: input ?? 0, output: output ?? 0 },
    ...(audioInput === undefined ? {} : { audioInput }),
    // A second that was begun is one.
    ...(seconds === undefined ? {} : { audioSeconds: Math.ceil(seconds) }),
  };
}

/** Text in, and audio out. */
export function spokenUsage(usage: unknown): Usage | undefined {
  const input = countOf(usage, 'input_tokens');
  const output = countOf(usage, 'output_tokens');
  if (input === undefined && output === undefined) return undefined;
  return { ...noUsage, input: input ?? 0, output: output ?? 0, audioOutput: output ?? 0 };
}

/** A count that is there and no number is a lie, not an absence: NaN fails every bound. */
function countOf(holder: unknown, name: string): number | undefined {
  const said = fieldOf(holder, name) ?? undefined;
  return said === undefined ? undefined : (numberOf(said) ?? Number.NaN);
}
