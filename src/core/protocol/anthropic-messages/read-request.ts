import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import { type FieldSpan, readNumber, readString, scanJsonObject, scanNested } from '../json-scan.ts';
import { fieldOf, isObject, listOf, utf8Of } from '../json-value.ts';
import type { RequestFacts } from '../protocol.ts';
import { measureMedia, noMedia } from './measure-media.ts';

const wanted = new Set([
  'model',
  'stream',
  'max_tokens',
  'metadata',
  'messages',
  'tools',
  'thinking',
  'output_config',
  'output_format',
  'container',
  'mcp_servers',
  'context_management',
  'inference_geo',
  'service_tier',
  'thread',
]);

/** Body, messages, message, content, block. */
const blockDepth = 5;
const outputLimitMax = 10_000_000;
/** Tools and schemas bring a hidden prompt of some 350 to 700 tokens that the bytes do not show. */
const hiddenPromptMax = 1_024;
/** Anthropic's tools are bounded one by one, by a `max_uses` that few callers set; this many calls are set aside for. */
const hostedRoundsLikely = 8;
const hiddenPromptLikely = 350;

/** Reads what routing, holds and splices need; only the lists of messages and tools are built, where they must be. */
export function readRequest(body: Uint8Array): RequestFacts {
  const scan = scanJsonObject(body, wanted);
  if (!scan.ok) throw malformed(scanSentences[scan.why]);
  const { fields } = scan;
  refuseThread(body, fields);
  const model = modelOf(body, fields);
  const messages = spanOf(fields, 'messages', 'array');
  if (messages === undefined) throw malformed('"messages" is missing');
  const toolList = spanOf(fields, 'tools', 'array');
  const tools = toolList ? listOf(valueAt(body, toolList)) : [];
  // A block stands in a list in a message in a list: shallower bodies have none.
  const media = scan.depth >= blockDepth ? measureMedia(valueAt(body, messages)) : noMedia;
  const hasHosted = tools.some(isHostedTool);
  const hasHidden = tools.length > 0 || hasValue(fields, 'output_config') || hasValue(fields, 'output_format');
  const nativeOnly = nativeFieldOf(fields, hasHosted);
  return {
    model,
    stream: flagOf(fields, 'stream') ?? false,
    outputLimit: limitOf(body, fields),
    choices: 1,
    wantsUsage: true,
    store: undefined,
    serviceTier: tierOf(body, fields),
    nativeOnly,
    hasTools: tools.length > 0,
    hostedRounds: nativeOnly === 'hosted_tool' ? hostedRoundsLikely : undefined,
    inputIsOpen: media.isOpen || nativeOnly === 'hosted_tool',
    mediaBytes: media.bytes,
    mediaTokensMax: media.tokensMax + (hasHidden ? hiddenPromptMax : 0),
    mediaTokensLikely: media.tokensLikely + (hasHidden ? hiddenPromptLikely : 0),
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

/**
 * A conversation that Anthropic keeps between requests is stored there, which nobody allowed: the wish for one is taken
 * out, and who goes on with one is told to send everything, as Anthropic's own SDK then does.
 */
function refuseThread(body: Uint8Array, fields: Fields): void {
  const thread = fields.get('thread');
  if (thread?.kind === 'object' && fieldOf(valueAt(body, thread), 'type') === 'continue') {
    throw new Fault('thread-unknown');
  }
}

/** A field that is null counts as absent: SDKs send null for what was not set. */
function hasValue(fields: Fields, name: string): boolean {
  const field = fields.get(name);
  return field !== undefined && field.kind !== 'null';
}

const kindSentences = { array: 'a list', object: 'an object' } as const;

function spanOf(fields: Fields, name: string, kind: 'array' | 'object'): FieldSpan | undefined {
  const field = fields.get(name);
  if (!field || field.kind === 'null') return undefined;
  if (field.kind !== kind) throw malformed(`"${name}" is not ${kindSentences[kind]}`);
  return field;
}

function modelOf(body: Uint8Array, fields: Fields): string {
  const field = fields.get('model');
  if (!field || field.kind === 'null') throw malformed('"model" is missing');
  if (field.kind !== 'string') throw malformed('"model" is not a text');
  if (field.end - field.start > 1024) throw malformed('"model" is too long');
  const model = readString(body, field);
  if (model === '') throw malformed('"model" is missing');
  return model;
}

function flagOf(fields: Fields, name: string): boolean | undefined {
  const field = fields.get(name);
  if (!field || field.kind === 'null') return undefined;
  if (field.kind !== 'true' && field.kind !== 'false') throw malformed(`"${name}" is not true or false`);
  return field.kind === 'true';
}

/** `auto` may be served in the priority tier that an account has paid for. A word that is none is the upstream's to refuse. */
function tierOf(body: Uint8Array, fields: Fields): string | undefined {
  const field = fields.get('service_tier');
  return field?.kind === 'string' && field.end - field.start <= 32 ? readString(body, field) : undefined;
}

function limitOf(body: Uint8Array, fields: Fields): number | undefined {
  const field = fields.get('max_tokens');
  if (!field || field.kind === 'null') return undefined;
  const value = field.kind === 'number' ? readNumber(body, field) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw malformed('"max_tokens" is not a whole number from 1 on');
  return Math.min(value, outputLimitMax);
}

/** The value of a list that the scan has judged, as nearly every parser reads it. */
function valueAt(body: Uint8Array, span: FieldSpan): unknown {
  return JSON.parse(utf8Of(body.subarray(span.start, span.end)));
}

/** A tool with a type of its own is known to Anthropic's models alone, and brings a prompt that nobody shows. */
function isHostedTool(tool: unknown): boolean {
  const type = fieldOf(tool, 'type');
  return isObject(tool) && type !== undefined && type !== null && type !== 'custom';
}

function nativeFieldOf(fields: Fields, hasHosted: boolean): DroppableField | undefined {
  const isHosted =
    hasHosted || ['container', 'mcp_servers', 'context_management'].some((name) => hasValue(fields, name));
  if (isHosted) return 'hosted_tool';
  // Where a prompt may be read is no wish that a translation could leave out.
  return hasValue(fields, 'inference_geo') ? 'unknown_field' : undefined;
}

const userField = new Set(['user_id']);
const budgetField = new Set(['budget_tokens']);

function spansOf(body: Uint8Array, fields: Fields, open: number, isEmpty: boolean) {
  const spans = new Map<string, { start: number; end: number }>();
  for (const name of ['model', 'max_tokens', 'messages', 'thinking', 'thread']) {
    const field = fields.get(name);
    if (field) spans.set(name, { start: field.start, end: field.end });
  }
  const user = innerSpan(body, spanOf(fields, 'metadata', 'object'), userField, 'user_id');
  if (user?.kind === 'string') spans.set('metadata.user_id', { start: user.start, end: user.end });
  else if (user && user.kind !== 'null') throw malformed('"metadata.user_id" is not a text');
  const budget = innerSpan(body, spanOf(fields, 'thinking', 'object'), budgetField, 'budget_tokens');
  if (budget?.kind === 'number') spans.set('thinking.budget_tokens', { start: budget.start, end: budget.end });
  spans.set(isEmpty ? 'empty' : 'open', { start: open + 1, end: open + 1 });
  return spans;
}

function innerSpan(body: Uint8Array, outer: FieldSpan | undefined, names: ReadonlySet<string>, name: string) {
  return outer ? scanNested(body, outer, names).get(name) : undefined;
}
