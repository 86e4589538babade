import { Buffer, isUtf8 } from 'node:buffer';
import { NameTable } from './json-names.ts';
import { depthEnd, JsonSkipper } from './json-skip.ts';

// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

/** Where a member of an object stands: its key's first byte (the quote), and its value's first byte and one past. */
export type FieldSpan = {
  readonly kind: JsonKind;
  readonly keyStart: number;
  readonly start: number;
  readonly end: number;
};

export type JsonScanResult =
  | {
      readonly ok: true;
      readonly fields: ReadonlyMap<string, FieldSpan>;
      readonly start: number;
      readonly end: number;
      readonly isEmpty: boolean;
      /** Of the deepest container in it; the object itself has depth 1. */
      readonly depth: number;
    }
  | {
      readonly ok: false;
      readonly why: 'empty' | 'invalid' | 'too-deep' | 'not-an-object' | 'duplicate-field';
      readonly at: number;
    };

/**
 * Judges a caller's body as RFC 8259 does, in one pass that keeps nothing of what it skips, and says where the wanted
 * members of the outermost object stand. Wanted names are plain ASCII; the set must not change after its first use.
 * A body that breaks several rules is refused for the one met first, its UTF-8 last.
 */
export function scanJsonObject(bytes: Uint8Array, wanted: ReadonlySet<string>, depthMax = 64): JsonScanResult {
  const end = bytes.length;
  const skipper = new JsonSkipper(bytes, end, depthMax);
  const hasMark = end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = skipper.space(hasMark ? 3 : 0);
  if (start >= end) return { ok: false, why: 'empty', at: end };

  const result =
    bytes[start] === 0x7b
      ? scanMembers(skipper, start, { names: nameTableOf(wanted), isLastKept: false })
      : scanOther(skipper, start);
  if (!result.ok && result.why !== 'not-an-object') return result;

  const past = skipper.space(result.ok ? result.end : result.at);
  if (past < end) return { ok: false, why: 'invalid', at: past };
  if (!isUtf8(bytes)) return { ok: false, why: 'invalid', at: firstBrokenCharacter(bytes) };
  return result.ok ? result : { ok: false, why: 'not-an-object', at: start };
}

/**
 * The wanted members of an object that an earlier scan of the same bytes has found; places are those of the whole body.
 * A value that is no object has none. Of a name that stands twice the last counts, as nearly every parser reads it.
 */
export function scanNested(
  bytes: Uint8Array,
  span: FieldSpan,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, FieldSpan> {
  if (span.kind !== 'object') return new Map();
  const skipper = new JsonSkipper(bytes, span.end, depthEnd);
  const result = scanMembers(skipper, span.start, { names: nameTableOf(wanted), isLastKept: true });
  // The earlier scan has judged this text.
  return result.ok ? result.fields : new Map();
}

/** The first elements of a list that an earlier scan of the same bytes has found. */
export function scanFirstElements(bytes: Uint8Array, span: FieldSpan, max: number): readonly FieldSpan[] {
  const elements: FieldSpan[] = [];
  if (span.kind !== 'array') return elements;
  const skipper = new JsonSkipper(bytes, span.end, depthEnd);
  let start = skipper.space(span.start + 1);
  while (elements.length < max && bytes[start] !== 0x5d) {
    const end = skipper.value(start, 2);
    if (end < 0) break;
    elements.push({ kind: kindOf(bytes[start] as number), keyStart: start, start, end });
    const comma = skipper.space(end);
    if (bytes[comma] !== 0x2c) break;
    start = skipper.space(comma + 1);
  }
  return elements;
}

/** The text of a string that a scan has found, its escapes decoded. */
export function readString(bytes: Uint8Array, span: FieldSpan): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start).toString('utf8');
  // Only a string with escapes is worth the parser, which cannot fail here: the scan has judged the text.
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/** The value of a number that a scan has found, as JavaScript rounds it; `1e999` is Infinity. */
export function readNumber(bytes: Uint8Array, span: FieldSpan): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start).toString('latin1'));
}

/** Sets of wanted names are constants of their callers, so that each is compiled once. */
const tables = new WeakMap<ReadonlySet<string>, NameTable<string>>();

function nameTableOf(wanted: ReadonlySet<string>): NameTable<string> {
  let table = tables.get(wanted);
  if (table === undefined) {
    table = new NameTable(wanted.entries());
    tables.set(wanted, table);
  }
  return table;
}

type Search = { readonly names: NameTable<string>; readonly isLastKept: boolean };

function scanMembers(skipper: JsonSkipper, start: number, { names, isLastKept }: Search): JsonScanResult {
  const { bytes, end } = skipper;
  const fields = new Map<string, FieldSpan>();
  if (skipper.depthMax < 1) return { ok: false, why: 'too-deep', at: start };
  let i = skipper.space(start + 1);
  if (i < end && bytes[i] === 0x7d) return { ok: true, fields, start, end: i + 1, isEmpty: true, depth: 1 };
  for (;;) {
    const keyStart = i;
    if (i >= end || bytes[i] !== 0x22) return { ok: false, why: 'invalid', at: i };
    skipper.sawEscape = false;
    const keyEnd = skipper.string(i);
    const { sawEscape } = skipper;
    if (keyEnd < 0) return failure(skipper, keyEnd);
    const valueStart = skipper.colon(keyEnd);
    if (valueStart < 0) return failure(skipper, valueStart);
    const valueEnd = skipper.value(valueStart, 2);
    if (valueEnd < 0) return failure(skipper, valueEnd);

    const name = sawEscape
      ? names.findEscaped(bytes, keyStart + 1, keyEnd - 1)
      : names.find(bytes, keyStart + 1, keyEnd - 1);
    if (name !== null) {
      if (!isLastKept && fields.has(name)) return { ok: false, why: 'duplicate-field', at: keyStart };
      fields.set(name, { kind: kindOf(bytes[valueStart] as number), keyStart, start: valueStart, end: valueEnd });
    }

    i = skipper.space(valueEnd);
    if (i >= end) return { ok: false, why: 'invalid', at: i };
    if (bytes[i] === 0x7d)
      return { ok: true, fields, start, end: i + 1, isEmpty: false, depth: Math.max(1, skipper.deepest) };
    if (bytes[i] !== 0x2c) return { ok: false, why: 'invalid', at: i };
    i = skipper.space(i + 1);
  }
}

/** A valid text that is no object is told apart from one that is wrong; `at` is then one past it. */
function scanOther(skipper: JsonSkipper, start: number): JsonScanResult {
  const past = skipper.value(start, 1);
  return past < 0 ? failure(skipper, past) : { ok: false, why: 'not-an-object', at: past };
}

function failure(skipper: JsonSkipper, answer: number): JsonScanResult {
  return { ok: false, why: skipper.tooDeep ? 'too-deep' : 'invalid', at: ~answer };
}

function kindOf(firstByte: number): JsonKind {
  switch (firstByte) {
    case 0x22:
      return 'string';
    case 0x7b:
      return 'object';
    case 0x5b:
      return 'array';
    case 0x74:
      return 'true';
    case 0x66:
      return 'false';
    case 0x6e:
      return 'null';
    default:
      return 'number';
  }
}

/** Called on a refusal only: the first byte of the first character that is not UTF-8, found by halving. */
function firstBrokenCharacter(bytes: Uint8Array): number {
  let good = 0;
  let span = bytes.length;
  while (span > 4) {
    // A cut through a character of at most four bytes is moved back to where that character begins.
    let cut = good + (span >> 1);
    for (let back = 0; back < 3 && cut > good && ((bytes[cut] as number) & 0xc0) === 0x80; back++) cut--;
    if (cut > good && isUtf8(bytes.subarray(good, cut))) {
      span -= cut - good;
      good = cut;
    } else if (cut > good) span = cut - good;
    else break;
  }
  for (let length = 1; length <= 4 && good + length <= bytes.length; ) {
    if (isUtf8(bytes.subarray(good, good + length))) {
      good += length;
      length = 1;
    } else length++;
  }
  return good;
}
