import { noUsage, type Usage } from '#core/generation/usage.ts';
import { type FieldSpan, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import { depthEnd, JsonSkipper } from '../json-skip.ts';
import { fieldOf, isObject, type JsonObject, numberOf, parseForeignObject } from '../json-value.ts';
import { codeOf } from '../openai-chat/read-reply.ts';
import type { ReplyFacts } from '../protocol.ts';

// A reply of these surfaces may be tens of megabytes of numbers: it is walked over once, and nothing of it is built but
// its usage and what stands first in its list.

type Fields = ReadonlyMap<string, FieldSpan>;
type Answer = Extract<ReplyFacts, { kind: 'answer' }>;

const depthMax = 256;
const memberBytesMax = 64 * 1024;
const noNames: ReadonlySet<string> = new Set();

/** The wanted members of an upstream's JSON object, of those that stand twice the last, and where its first one begins. */
export type ScannedReply = { readonly fields: Fields; readonly open: number };

/** Undefined: it is no JSON object. */
export function scanReply(body: Uint8Array, wanted: ReadonlySet<string>): ScannedReply | undefined {
  const scan = scanJsonObject(body, wanted, depthMax);
  if (scan.ok) return { fields: scan.fields, open: scan.start + 1 };
  if (scan.why !== 'duplicate-field') return undefined;
  const whole = scanJsonObject(body, noNames, depthMax);
  if (!whole.ok) return undefined;
  const { start, end } = whole;
  return { fields: scanNested(body, { kind: 'object', keyStart: start, start, end }, wanted), open: start + 1 };
}

/** What a reply says, once it is known to be one and no error; `read` gives undefined for what it cannot be. */
export function readWhole(
  body: Uint8Array,
  wanted: ReadonlySet<string>,
  read: (fields: Fields) => Omit<Answer, 'kind'> | undefined,
): ReplyFacts {
  const scanned = scanReply(body, wanted);
  if (!scanned) return { kind: 'not-json' };
  const { fields } = scanned;
  const error = fields.get('error');
  if (error && error.kind !== 'null') return { kind: 'error', code: codeOf(smallObject(body, error)) };
  const answer = read(fields);
  return answer ? { kind: 'answer', ...answer } : { kind: 'not-json' };
}

/** An answer that is one list, without output tokens. */
export function listAnswer(isThere: boolean, usage: Usage | undefined): Omit<Answer, 'kind'> {
  return { hasContent: isThere, outputBytes: 0, finish: undefined, usage };
}

/** The object of a member; undefined when it is none, or so large that it is not what we think. */
export function smallObject(body: Uint8Array, span: FieldSpan | undefined): JsonObject | undefined {
  if (span?.kind !== 'object' || span.end - span.start > memberBytesMax) return undefined;
  return parseForeignObject(body.subarray(span.start, span.end));
}

/** The text of a member; empty when it is none. */
export function textAt(body: Uint8Array, span: FieldSpan | undefined): string {
  return span?.kind === 'string' && span.end - span.start <= memberBytesMax ? readString(body, span) : '';
}

/** The first item of a list, when that is an object: its wanted members. */
export function firstObject(body: Uint8Array, list: FieldSpan, wanted: ReadonlySet<string>): Fields | undefined {
  const skipper = new JsonSkipper(body, list.end, depthEnd);
  const start = skipper.space(list.start + 1);
  if (list.kind !== 'array' || body[start] !== 0x7b) return undefined;
  const end = skipper.value(start, 1);
  return end < 0 ? undefined : scanNested(body, { kind: 'object', keyStart: start, start, end }, wanted);
}

/** The first count that is there, as input. One that is there and no number is a lie, not an absence: NaN fails every bound. */
export function inputUsage(...counts: readonly unknown[]): Usage | undefined {
  const count = counts.find((each) => each !== undefined && each !== null);
  return count === undefined ? undefined : { ...noUsage, input: numberOf(count) ?? Number.NaN };
}

/** A count at a path of names. */
export function countAt(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((found, name) => (isObject(found) ? fieldOf(found, name) : undefined), value);
}
