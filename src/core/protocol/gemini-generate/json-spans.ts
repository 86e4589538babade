import { Buffer } from 'node:buffer';
import { depthEnd, JsonSkipper } from '../json-skip.ts';

// Where things stand in bytes that a scan has judged to be JSON: nothing is built of them.
// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

export type Span = { readonly start: number; readonly end: number };

/** A span and what stands there instead. */
export type Edit = Span & { readonly text: string };

/** A member of an object: `start` is its key's quote, `value` where its value stands, `end` one past that. */
export type MemberSpan = Span & { readonly name: string; readonly value: Span };

/** The values of a list; what is no list stands for itself, as a repeated field may. */
export function itemSpans(body: Uint8Array, span: Span): readonly Span[] {
  if (body[span.start] !== 0x5b) return [span];
  const skipper = new JsonSkipper(body, span.end, depthEnd);
  const items: Span[] = [];
  let at = skipper.space(span.start + 1);
  while (at < span.end && body[at] !== 0x5d) {
    const end = skipper.value(at, 1);
    if (end < 0) return items;
    items.push({ start: at, end });
    at = skipper.space(end);
    if (at < span.end && body[at] === 0x2c) at = skipper.space(at + 1);
  }
  return items;
}

/** The members of an object, in their order; anything else has none. */
export function memberSpans(body: Uint8Array, span: Span): readonly MemberSpan[] {
  if (body[span.start] !== 0x7b) return [];
  const skipper = new JsonSkipper(body, span.end, depthEnd);
  const members: MemberSpan[] = [];
  let at = skipper.space(span.start + 1);
  while (at < span.end && body[at] === 0x22) {
    const keyEnd = skipper.string(at);
    const start = keyEnd < 0 ? keyEnd : skipper.colon(keyEnd);
    const end = start < 0 ? start : skipper.value(start, 1);
    if (end < 0) return members;
    members.push({ start: at, end, name: nameAt(body, at, keyEnd), value: { start, end } });
    at = skipper.space(end);
    if (at < span.end && body[at] === 0x2c) at = skipper.space(at + 1);
  }
  return members;
}

/** The text of a string, its escapes decoded; undefined for what is no string. */
export function textAt(body: Uint8Array, { start, end }: Span): string | undefined {
  return body[start] === 0x22 ? nameAt(body, start, end) : undefined;
}

function nameAt(body: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(body.buffer, body.byteOffset + start, end - start).toString('utf8');
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/**
 * What to cut so that these items or members go, together with the commas that hold them; the others keep their bytes.
 */
export function cutsOf(all: readonly Span[], goes: (at: number) => boolean): readonly Span[] {
  const cuts: Span[] = [];
  for (let i = 0; i < all.length; i++) {
    if (!goes(i)) continue;
    const first = i;
    while (i + 1 < all.length && goes(i + 1)) i++;
    const last = all[i] as Span;
    const next = all[i + 1];
    const before = all[first - 1];
    const { start } = all[first] as Span;
    if (next) cuts.push({ start, end: next.start });
    else cuts.push({ start: before ? before.end : start, end: last.end });
  }
  return cuts;
}
