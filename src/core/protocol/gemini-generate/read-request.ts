import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import { type FieldSpan, readNumber, readString, scanJsonObject } from '../json-scan.ts';
import type { RequestAddress, RequestFacts } from '../protocol.ts';
import { bothSpellings, toCamel, toSnake } from './field-names.ts';
import { itemSpans, memberSpans, type Span } from './json-spans.ts';
import { measureMedia } from './measure-media.ts';

const wanted = bothSpellings(['contents', 'systemInstruction', 'generationConfig', 'cachedContent', 'tools', 'store']);
const wantedConfig = bothSpellings(['maxOutputTokens', 'candidateCount']);

const outputLimitMax = 10_000_000;
const choicesMax = 128;

/** Google has no limit of the calls that its own tools make; this many are set aside for. */
const hostedRoundsLikely = 8;

/** Reads what routing, holds and splices need, without building any of it. Model and stream stand in the address. */
export function readRequest(body: Uint8Array, address: RequestAddress): RequestFacts {
  const scan = scanJsonObject(body, wanted);
  if (!scan.ok) throw malformed(scanSentences[scan.why]);
  const { fields } = scan;
  if (address.model === undefined || address.model === '') throw malformed('the address names no model');
  const contents = fieldOf(fields, 'contents');
  if (contents === undefined) throw malformed('"contents" is missing');
  if (contents.kind !== 'array' && contents.kind !== 'object') throw malformed('"contents" is not a list');
  const config = readConfig(body, fieldOf(fields, 'generationConfig'));
  const tools = fieldOf(fields, 'tools');
  const nativeOnly = nativeOnlyOf(body, fields, tools);
  const media = measureMedia(body, [contents, fieldOf(fields, 'systemInstruction')]);
  return {
    model: address.model,
    stream: address.stream ?? false,
    outputLimit: config.outputLimit,
    choices: config.choices,
    wantsUsage: true,
    store: storeOf(fields),
    nativeOnly,
    hasTools: tools !== undefined,
    hostedRounds: nativeOnly === 'hosted_tool' ? hostedRoundsLikely : undefined,
    inputIsOpen: media.isOpen || nativeOnly !== undefined,
    mediaBytes: media.bytes,
    mediaTokensMax: media.tokensMax,
    mediaTokensLikely: media.tokensLikely,
    spans: spansOf(fields, { ...config.spans, [scan.isEmpty ? 'empty' : 'open']: pointAfter(scan.start) }),
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

/** Null counts as absent. A field in both spellings stands twice, and nobody knows which one the upstream reads. */
function fieldOf(fields: Fields, name: string): FieldSpan | undefined {
  const camel = fields.get(name);
  const snake = toSnake(name) === name ? undefined : fields.get(toSnake(name));
  if (camel && snake) throw malformed(scanSentences['duplicate-field']);
  const field = camel ?? snake;
  return field?.kind === 'null' ? undefined : field;
}

type Config = {
  readonly outputLimit: number | undefined;
  readonly choices: number;
  readonly spans: Readonly<Record<string, Span>>;
};

function readConfig(body: Uint8Array, config: FieldSpan | undefined): Config {
  if (!config) return { outputLimit: undefined, choices: 1, spans: {} };
  if (config.kind !== 'object') throw malformed('"generationConfig" is not an object');
  const inside = body.subarray(config.start, config.end);
  const scan = scanJsonObject(inside, wantedConfig);
  // The scan of the whole body has judged this text, so it can only be a repeated name.
  if (!scan.ok) throw malformed(scanSentences['duplicate-field']);
  const limit = countOf(inside, scan.fields, 'maxOutputTokens');
  const choices = countOf(inside, scan.fields, 'candidateCount') ?? 1;
  // Sent upstream as written, so a hold for fewer would be none.
  if (choices > choicesMax) throw malformed(`"candidateCount" is above ${choicesMax}`);
  const found = scan.fields.get('maxOutputTokens') ?? scan.fields.get('max_output_tokens');
  const spans: Record<string, Span> = {
    [scan.isEmpty ? 'generationConfig.empty' : 'generationConfig.open']: pointAfter(config.start),
  };
  if (found) spans.maxOutputTokens = { start: config.start + found.start, end: config.start + found.end };
  return { outputLimit: limit === undefined ? undefined : Math.min(limit, outputLimitMax), choices, spans };
}

/** Protobuf's JSON takes a number also as a text. */
function countOf(bytes: Uint8Array, fields: Fields, name: string): number | undefined {
  const field = fieldOf(fields, name);
  if (!field) return undefined;
  const value =
    field.kind === 'number'
      ? readNumber(bytes, field)
      : field.kind === 'string' && /^\d{1,15}$/.test(readString(bytes, field))
        ? Number(readString(bytes, field))
        : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw malformed(`"${name}" is not a whole number from 1 on`);
  return value;
}

/** Stored objects, and tools that run at Google, mean something to Google alone. */
function nativeOnlyOf(body: Uint8Array, fields: Fields, tools: FieldSpan | undefined): DroppableField | undefined {
  const cached = fieldOf(fields, 'cachedContent');
  if (cached) return 'cached_content';
  if (!tools) return undefined;
  if (tools.kind !== 'array' && tools.kind !== 'object') throw malformed('"tools" is not a list');
  for (const tool of itemSpans(body, tools)) {
    for (const { name, value } of memberSpans(body, tool)) {
      if (toCamel(name) !== 'functionDeclarations' && body[value.start] !== 0x6e) return 'hosted_tool';
    }
  }
  return undefined;
}

function storeOf(fields: Fields): boolean | undefined {
  const store = fieldOf(fields, 'store');
  if (!store) return undefined;
  if (store.kind !== 'true' && store.kind !== 'false') throw malformed('"store" is not true or false');
  return store.kind === 'true';
}

/** Spans go by camelCase names; a field that is null has one too, since an edit replaces it. */
function spansOf(fields: Fields, others: Readonly<Record<string, Span>>) {
  const spans = new Map<string, Span>(Object.entries(others));
  for (const [name, { start, end }] of fields) spans.set(toCamel(name), { start, end });
  return spans;
}

function pointAfter(at: number): Span {
  return { start: at + 1, end: at + 1 };
}
