import type { FieldSpan } from './json-scan.ts';

type Span = { readonly start: number; readonly end: number };

/**
 * What to take out of an object's text so that these members are gone and it is still an object. Each run of members takes one comma along: the one after it, or the one before where it
 * stands last.
 */
export function cutMembers(body: Uint8Array, members: readonly FieldSpan[]): readonly Span[] {
  const inOrder = [...members].sort((a, b) => a.keyStart - b.keyStart);
  const runs: { start: number; end: number; isLast: boolean }[] = [];
  for (const { keyStart, end } of inOrder) {
    const comma = skipSpace(body, end);
    const isLast = body[comma] !== 0x2c;
    const past = isLast ? end : skipSpace(body, comma + 1);
    const run = runs.at(-1);
    if (run?.end === keyStart) Object.assign(run, { end: past, isLast });
    else runs.push({ start: keyStart, end: past, isLast });
  }
  return runs.map(({ start, end, isLast }) => ({ start: isLast ? commaBefore(body, start) : start, end }));
}

function skipSpace(body: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(body[at])) at++;
  return at;
}

/** Where the comma before a member stands; of the first member there is none, and it is cut from where it begins. */
function commaBefore(body: Uint8Array, from: number): number {
  let at = from - 1;
  while (isSpace(body[at])) at--;
  return body[at] === 0x2c ? at : from;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
