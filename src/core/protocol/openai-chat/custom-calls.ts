import type { GenerationRequest } from '#core/generation/request.ts';
import { fieldOf, parseLossless, textOf } from '../json-value.ts';

/**
 * Names of the caller's custom tools. An upstream that has none was offered a function with one argument instead, and
 * what it calls must look to the caller as what the caller declared.
 */
export function customToolNames({ tools }: GenerationRequest): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.kind === 'custom' ? [tool.name.revealText('translate')] : [])));
}

/** The free text in the arguments of such a function; arguments of another form are the text themselves. */
export function freeTextOf(args: string): string {
  try {
    return textOf(fieldOf(parseLossless(args), 'input')) ?? args;
  } catch {
    return args;
  }
}
