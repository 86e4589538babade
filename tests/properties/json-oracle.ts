import { Buffer } from 'node:buffer';

// What JSON.parse makes of some bytes: the judge of the scanners, which must never use it.

export type Judgement =
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'very-deep' }
  | { readonly kind: 'valid'; readonly text: string; readonly value: unknown; readonly depth: number };

/**
 * NOTE: JSON.parse of V8 14.6 (Node 26.10) corrupts the heap when a text some 10,000 deep ends after a value, as
 * `'[1,'.repeat(10_000) + '1'` does. The judge must never be given what the scanners are there to refuse.
 */
const parsedDepthMax = 1_000;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function judgeJson(bytes: Uint8Array): Judgement {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = hasMark ? bytes.subarray(3) : bytes;
  if (/^[ \t\r\n]*$/.test(Buffer.from(body).toString('latin1'))) return { kind: 'empty' };
  try {
    const text = strict.decode(body);
    const depth = depthOf(text);
    if (depth > parsedDepthMax) return { kind: 'very-deep' };
    const value: unknown = JSON.parse(text);
    return { kind: 'valid', text, value, depth };
  } catch {
    return { kind: 'invalid' };
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type Member = { readonly name: string; readonly keyStart: number; readonly start: number; readonly end: number };

/** The members of the outermost object of a valid text, in order, with their places in bytes. */
export function membersOf(text: string): readonly Member[] {
  const members: Member[] = [];
  const place = (index: number) => Buffer.byteLength(text.slice(0, index));
  let depth = 0;
  let key: { name: string; from: number } | null = null;
  let valueFrom = -1;
  for (const token of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const [word] = token;
    const isClosing = word === '}' || word === ']';
    if (isClosing) depth--;
    if (depth === 1 && word !== ',' && word !== ':') {
      if (key === null) key = { name: JSON.parse(word), from: token.index };
      else {
        if (!isClosing) valueFrom = token.index;
        const past = token.index + word.length;
        if (word !== '{' && word !== '[') {
          members.push({ name: key.name, keyStart: place(key.from), start: place(valueFrom), end: place(past) });
          key = null;
        }
      }
    }
    if (word === '{' || word === '[') {
      if (depth === 1) valueFrom = token.index;
      depth++;
    }
  }
  return members;
}

/** Of a name that stands twice in one object, JSON.parse tells the last only. */
export function hasTwins(text: string, value: unknown): boolean {
  const colons = withoutStrings(text).split(':').length - 1;
  return colons !== countMembers(value);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, each: unknown) => sum + countMembers(each), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

/** Of a valid text its depth; of a broken one how deep it looks. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (c === '"') isString = !isString;
    else if (isString) continue;
    else if (c === '{' || c === '[') deepest = Math.max(deepest, ++depth);
    else if (c === '}' || c === ']') depth--;
  }
  return deepest;
}

function withoutStrings(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '""');
}
