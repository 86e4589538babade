import { noUsage, type Usage } from '#core/generation/usage.ts';
import { isObject, type JsonObject, numberOf } from '../json-value.ts';

/** OpenAI's words, or those of its chat, which OpenRouter uses here too. Undefined: nothing was counted in tokens. */
export function imageUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const input = countOf(usage, 'input_tokens', 'prompt_tokens');
  const output = countOf(usage, 'output_tokens', 'completion_tokens');
  if (input === undefined && output === undefined) return undefined;
  return { ...noUsage, input: input ?? 0, output: output ?? 0 };
}

/** A count that is there and no number is a lie, not an absence: NaN fails every bound. */
function countOf(usage: JsonObject, ...names: readonly string[]): number | undefined {
  const said = names.map((name) => usage[name]).find((value) => value !== undefined && value !== null);
  return said === undefined ? undefined : (numberOf(said) ?? Number.NaN);
}
