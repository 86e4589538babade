import { Buffer } from 'node:buffer';

// The oracle reads what JSON.parse gave in the plainest way, so that it cannot share a mistake with core/protocol.

export type Plain = { readonly [name: string]: unknown };

/** JSON.parse, but a whole number that JavaScript would round stays apart from its neighbours. */
export function parse(written: string): unknown {
  return JSON.parse(
    written,
    function (this: unknown, _name: string, value: unknown, context?: { readonly source?: string }) {
      const source = context?.source;
      if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
      return /^-?\d+$/.test(source) ? `number ${source}` : value;
    },
  );
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isPlain(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Undefined for null and everything else that is no text. */
export function textIf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function flagIf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function said(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Gemini takes both `thinking_budget` and `thinkingBudget`. */
export function eitherCase(value: unknown, name: string): unknown {
  const camel = at(value, name);
  return camel === undefined
    ? at(
        value,
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      )
    : camel;
}

/** What a tool is called with: the JSON value where it is one, else the text. `''` counts as `{}`. */
export function argumentsOf(written: unknown): unknown {
  if (typeof written !== 'string') return written ?? {};
  if (written.trim() === '') return {};
  try {
    return parse(written);
  } catch {
    return written;
  }
}

export function digest(data: unknown): string {
  const bytes = Buffer.from(text(data), 'base64');
  let sum = 0;
  for (const byte of bytes) sum = (sum * 31 + byte) % 4_294_967_291;
  return `${bytes.length} B #${sum}`;
}
