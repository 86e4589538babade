import { list, type Plain, parse, said, text } from './plain.ts';

/** Fields whose value is taken as it is, under the oracle's own name; a default that says nothing is left out. */
export function pickSettings(
  body: unknown,
  names: Readonly<Record<string, string>>,
  read: (body: unknown, name: string) => unknown,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [written, ours] of Object.entries(names)) {
    const value = read(body, written);
    if (said(value) && !saysNothing(ours, value)) settings[ours] = value;
  }
  return settings;
}

function saysNothing(name: string, value: unknown): boolean {
  switch (name) {
    case 'choices':
      return value === 1;
    case 'frequencyPenalty':
    case 'presencePenalty':
      return value === 0;
    case 'repetitionPenalty':
      return value === 1;
    case 'serviceTier':
      return value === 'auto' || value === 'default' || value === 'standard_only';
    case 'logprobs':
      return value === false;
    case 'truncation':
      return value === 'disabled';
    case 'include':
    case 'stop':
      return list(value).length === 0 && value !== '' && typeof value !== 'string';
    default:
      return false;
  }
}

/** How many cache marks stand anywhere in this. */
export function countMarks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countMarks(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value as Plain).reduce((sum, [name, item]) => {
    if (name === 'input_schema' || name === 'parameters' || name === 'input') return sum;
    return sum + (name === 'cache_control' && said(item) ? 1 : countMarks(item));
  }, 0);
}

const wrapped = /^<system-reminder>\n([\s\S]*)\n<\/system-reminder>$/;

/** Where a dialect knows no late system message, its text stands in a user turn, wrapped. */
export function userOrSystem(written: string): { readonly role: 'system' | 'user'; readonly text: string } {
  const inside = wrapped.exec(written)?.[1];
  return inside === undefined ? { role: 'user', text: written } : { role: 'system', text: inside };
}

/** `data:image/png;base64,…` taken apart. */
export function dataUrl(url: unknown): { readonly mediaType: string; readonly data: string } | undefined {
  const found = /^data:([^;,]*)(?:;[^,;]*)*;base64,([\s\S]*)$/.exec(text(url));
  return found ? { mediaType: found[1] ?? '', data: found[2] ?? '' } : undefined;
}

/** What a tool gave: an object where the text is one, out of the wrapping that Gemini needs: `result`,
 * or in Google's own words `output` and `error`. */
export function outputOf(written: unknown): unknown {
  let value = written;
  if (typeof value === 'string') {
    try {
      const parsed: unknown = parse(value);
      if (typeof parsed === 'object' && parsed !== null) value = parsed;
    } catch {
      return value;
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const [name = '', ...others] = Object.keys(value);
    if (others.length === 0 && ['result', 'output', 'error'].includes(name)) return outputOf((value as Plain)[name]);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
