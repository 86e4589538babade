import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { type FieldSpan, readNumber, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import type { RequestFacts } from '../protocol.ts';
import { measureMedia, noMedia } from './measure-media.ts';

const wanted = new Set([
  'model',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'user',
  'safety_identifier',
  'service_tier',
  'store',
  'messages',
  'tools',
  'web_search_options',
]);

/** Body, messages, message, and a sound of it that is named; a part of its content stands one deeper. */
const partDepth = 4;
const outputLimitMax = 10_000_000;
const choicesMax = 128;

/** Reads what routing, holds and splices need, in one pass and without building the rest. */
export function readRequest(body: Uint8Array): RequestFacts {
  const scan = scanJsonObject(body, wanted);
  if (!scan.ok) throw new Fault('request-malformed', { reason: scanSentences[scan.why] });
  const { fields } = scan;
  const model = textOf(body, fields, 'model');
  if (model === undefined || model === '') throw malformed('"model" is missing');
  const messages = fields.get('messages');
  if (messages === undefined) throw malformed('"messages" is missing');
  if (messages.kind !== 'array') throw malformed('"messages" is not a list');
  // A part that is not text stands in a list in a message in a list: shallower bodies have none.
  const media = scan.depth >= partDepth ? measureMedia(body) : noMedia;
  const choices = countOf(body, fields, 'n', Number.MAX_SAFE_INTEGER) ?? 1;
  // Sent upstream as written, so a hold for fewer would be none.
  if (choices > choicesMax) throw malformed(`"n" is above ${choicesMax}`);
  return {
    model,
    stream: flagOf(fields, 'stream') ?? false,
    outputLimit: limitOf(body, fields),
    choices,
    wantsUsage: wantsUsage(body, fields),
    store: flagOf(fields, 'store'),
    serviceTier: tierOf(body, fields),
    nativeOnly: undefined,
    hasTools: fields.has('tools'),
    inputIsOpen: media.isOpen || fields.has('web_search_options'),
    mediaBytes: media.bytes,
    mediaTokensMax: media.tokensMax,
    mediaTokensLikely: media.tokensLikely,
    spans: spansOf(body, fields, scan.start, scan.isEmpty),
  };
}

const scanSentences = {
  empty: 'the body is empty',
  invalid: 'the body is not valid JSON',
  'too-deep': 'the body is nested more than 64 deep',
  'not-an-object': 'the body is not a JSON object',
  'duplicate-field': 'a field stands twice in the body',
} as const;

function malformed(reason: string): Fault {
  return new Fault('request-malformed', { reason });
}

type Fields = ReadonlyMap<string, FieldSpan>;

/** A field that is null counts as absent: SDKs send null for what was not set. */
function fieldOf(fields: Fields, name: string): FieldSpan | undefined {
  const field = fields.get(name);
  return field?.kind === 'null' ? undefined : field;
}

function textOf(body: Uint8Array, fields: Fields, name: string): string | undefined {
  const field = fieldOf(fields, name);
  if (!field) return undefined;
  if (field.kind !== 'string') throw malformed(`"${name}" is not a text`);
  if (field.end - field.start > 1024) throw malformed(`"${name}" is too long`);
  return readString(body, field);
}

/** A word that is none is the upstream's to refuse. */
function tierOf(body: Uint8Array, fields: Fields): string | undefined {
  const field = fieldOf(fields, 'service_tier');
  return field?.kind === 'string' && field.end - field.start <= 32 ? readString(body, field) : undefined;
}

function flagOf(fields: Fields, name: string): boolean | undefined {
  const field = fieldOf(fields, name);
  if (!field) return undefined;
  if (field.kind !== 'true' && field.kind !== 'false') throw malformed(`"${name}" is not true or false`);
  return field.kind === 'true';
}

function countOf(body: Uint8Array, fields: Fields, name: string, max: number): number | undefined {
  const field = fieldOf(fields, name);
  if (!field) return undefined;
  const value = field.kind === 'number' ? readNumber(body, field) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw malformed(`"${name}" is not a whole number from 1 on`);
  return Math.min(value, max);
}

/** Both names of the limit may be there; the smaller one counts. */
function limitOf(body: Uint8Array, fields: Fields): number | undefined {
  const older = countOf(body, fields, 'max_tokens', outputLimitMax);
  const newer = countOf(body, fields, 'max_completion_tokens', outputLimitMax);
  if (older === undefined || newer === undefined) return older ?? newer;
  return Math.min(older, newer);
}

const streamOption = new Set(['include_usage']);

function wantsUsage(body: Uint8Array, fields: Fields): boolean {
  const options = fieldOf(fields, 'stream_options');
  if (!options) return false;
  if (options.kind !== 'object') throw malformed('"stream_options" is not an object');
  return scanNested(body, options, streamOption).get('include_usage')?.kind === 'true';
}

function spansOf(body: Uint8Array, fields: Fields, open: number, isEmpty: boolean) {
  const spans = new Map<string, { start: number; end: number }>();
  for (const [name, { start, end }] of fields) spans.set(name, { start, end });
  const options = fieldOf(fields, 'stream_options');
  if (options) {
    const inner = scanNested(body, options, streamOption).get('include_usage');
    if (inner) spans.set('stream_options.include_usage', { start: inner.start, end: inner.end });
    if (Buffer.from(body.buffer, body.byteOffset + options.start, options.end - options.start).indexOf('"') < 0) {
      spans.set('stream_options.empty', { start: options.start, end: options.end });
    }
  }
  spans.set(isEmpty ? 'empty' : 'open', { start: open + 1, end: open + 1 });
  return spans;
}
