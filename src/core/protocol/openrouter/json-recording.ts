// OpenRouter also takes a recording inside JSON, as base64. Upstreams of OpenAI's kind take a form alone, so it becomes one.
import { Buffer } from 'node:buffer';
import { PiecedBody } from '../apply-edits.ts';
import { type FieldSpan, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import { isObject, type JsonObject, parseForeignObject } from '../json-value.ts';
import { malformed } from '../native-surface/request-body.ts';
import { recordingFacts } from '../openai-audio/read-recording.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { extraFields } from './extras.ts';

const endUserFields = ['user', 'safety_identifier'] as const;
const wanted: ReadonlySet<string> = new Set(['input_audio', 'model', 'stream', ...endUserFields]);
const inside: ReadonlySet<string> = new Set(['data', 'format']);
/** No form has a place for them, be the upstream OpenRouter itself. */
const extras: ReadonlySet<string> = new Set(extraFields);
const fieldsMax = 32;
const textBytesMax = 16 * 1024;

type Recording = {
  readonly audio: Buffer;
  readonly format: string;
  /** The body without the audio. */
  readonly others: JsonObject;
  /** Where the end user's names stand. */
  readonly spans: ReadonlyMap<string, FieldSpan>;
};

/** What the request says, and under which type its form goes up. */
export function readJsonRecording(bytes: Uint8Array): RequestFacts {
  const { audio, others, spans } = readRecording(bytes);
  const { model, stream } = others;
  if (typeof model !== 'string' || model === '') throw malformed('"model" is missing');
  if (Buffer.byteLength(model) > 1024) throw malformed('"model" is too long');
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw malformed('"stream" is not true or false');
  }
  const boundary = boundaryFor(audio, fieldsOf(others, model));
  const facts = recordingFacts({ model, stream: stream === true, audio, spans });
  return { ...facts, media: facts.media && { ...facts.media, isForm: false, sentAs: typeOf(boundary) } };
}

/** The form: small fields first, as SDKs write it, then the file. */
export function formOfRecording(bytes: Uint8Array, ask: UpstreamAsk): SplicedRequest {
  const { audio, format, others } = readRecording(bytes);
  const boundary = boundaryFor(audio, fieldsOf(others, String(others.model)));
  const fields = fieldsOf({ ...others, ...pseudonymsOf(others, ask) }, ask.model);
  const head = fields.map(([name, value]) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`).join('');
  const file = `--${boundary}\r\n${disposition('file')}; filename="audio.${format}"\r\ncontent-type: audio/${format}\r\n\r\n`;
  const pieces = [Buffer.from(head + file), audio, Buffer.from(`\r\n--${boundary}--\r\n`)];
  return new PiecedBody(pieces, ['input_audio']);
}

/** Who the caller's end user is leaves as a pseudonym, or not at all. */
function pseudonymsOf(others: JsonObject, ask: UpstreamAsk): JsonObject {
  return Object.fromEntries(
    endUserFields.flatMap((name) => {
      const said = others[name];
      if (said === undefined || said === null || said === '') return [];
      if (typeof said !== 'string') throw malformed(`"${name}" is no text`);
      return [[name, ask.pseudonym(said)]];
    }),
  );
}

function readRecording(bytes: Uint8Array): Recording {
  const scan = scanJsonObject(bytes, wanted);
  if (!scan.ok) throw malformed('the body is not a JSON object, or says something twice');
  const span = scan.fields.get('input_audio');
  if (span?.kind !== 'object') throw malformed('"input_audio" is missing');
  const members = scanNested(bytes, span, inside);
  const audio = decodeAudio(bytes, members.get('data'));
  const format = members.get('format');
  const word = format?.kind === 'string' ? readString(bytes, format) : '';
  if (!/^[a-z0-9]{1,8}$/i.test(word)) throw malformed('"input_audio.format" is no format');
  const rest = Buffer.concat([bytes.subarray(0, span.start), Buffer.from('null'), bytes.subarray(span.end)]);
  const parsed = parseForeignObject(rest);
  if (!parsed) throw malformed('the body is not a JSON object');
  const { input_audio: _, ...others } = parsed;
  const spans = new Map([...scan.fields].filter(([name]) => endUserFields.some((field) => field === name)));
  return { audio, format: word.toLowerCase(), others, spans };
}

/** Plain base64: a data URL, or letters that are none, would be decoded to something else than what was meant. */
function decodeAudio(bytes: Uint8Array, span: FieldSpan | undefined): Buffer {
  if (span?.kind !== 'string') throw malformed('"input_audio.data" is missing');
  const text = readString(bytes, span);
  const audio = Buffer.from(text, 'base64');
  const letters = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (audio.length === 0 || audio.length !== Math.floor((letters * 3) / 4)) {
    throw malformed('"input_audio.data" is no base64');
  }
  return audio;
}

/** Texts, numbers and flags as they stand, lists of them as a field for each; what is null was not set. */
function fieldsOf(said: JsonObject, model: string): readonly (readonly [string, string])[] {
  const own = Object.entries(said).filter(([name]) => name !== 'model' && !extras.has(name));
  const fields = own.flatMap(([name, value]) => {
    if (!/^[a-z][a-z0-9_]{0,63}$/i.test(name)) throw malformed('a field has a name that a form has no place for');
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((each) =>
      textOf(each).map((text) => [Array.isArray(value) ? `${name}[]` : name, text] as const),
    );
  });
  if (fields.length > fieldsMax) throw malformed(`there are more than ${fieldsMax} fields`);
  return [['model', model], ...fields];
}

function textOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return [];
  if (isObject(value) || Array.isArray(value)) throw malformed('a field is an object, for which a form has no place');
  const text = String(value);
  if (Buffer.byteLength(text) > textBytesMax) throw malformed('a field is too long');
  return [text];
}

/** Stands nowhere in what it bounds. A function of the body, so that the same body makes the same form. */
function boundaryFor(audio: Buffer, fields: readonly (readonly [string, string])[]): string {
  const texts = fields.map(([, text]) => text).join('\n');
  for (let number = 0; number <= fieldsMax; number += 1) {
    const boundary = `fairlead-recording-${number}`;
    if (!audio.includes(boundary) && !texts.includes(boundary)) return boundary;
  }
  throw malformed('"input_audio.data" holds what only a form can hold');
}

function typeOf(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}

function disposition(name: string): string {
  return `content-disposition: form-data; name="${name}"`;
}
