import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import { type FieldSpan, readNumber, readString, scanJsonObject } from '../json-scan.ts';
import type { RequestFacts } from '../protocol.ts';
import { type Fields, listItems } from './json-list.ts';
import { judgeTools } from './judge-tools.ts';
import { measureMedia } from './measure-media.ts';
import { isReasoningId, referenceOf } from './reference.ts';

const wanted = new Set([
  'model',
  'input',
  'stream',
  'max_output_tokens',
  'store',
  'tools',
  'tool_choice',
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
  'user',
  'safety_identifier',
  'service_tier',
  'max_tool_calls',
]);

const outputLimitMax = 10_000_000;

/** Reads what routing, holds and splices need, without building the rest. */
export function readRequest(body: Uint8Array): RequestFacts {
  const scan = scanJsonObject(body, wanted);
  if (!scan.ok) throw malformed(scanSentences[scan.why]);
  const { fields } = scan;
  const model = textOf(body, fields, 'model');
  if (model === undefined || model === '') throw malformed('"model" is missing');
  const references = listItems(body, fields.get('input')).flatMap((item) => referenceOf(body, item) ?? []);
  const state = storedState(fields, references);
  const input = inputOf(fields, state !== undefined && !bringsNothing(fields, references));
  const tools = fieldOf(fields, 'tools');
  if (tools && tools.kind !== 'array') throw malformed('"tools" is not a list');
  const judged = judgeTools(body, { tools, choice: fieldOf(fields, 'tool_choice') });
  const media = measureMedia(body, input);
  return {
    model,
    stream: flagOf(fields, 'stream') ?? false,
    outputLimit: limitOf(body, fields),
    choices: 1,
    wantsUsage: true,
    store: flagOf(fields, 'store'),
    serviceTier: tierOf(body, fields),
    nativeOnly: state ?? (judged.needsHosted ? 'hosted_tool' : undefined),
    hasTools: tools !== undefined,
    hostedRounds: judged.bringsInput ? roundsOf(body, fields) : undefined,
    inputIsOpen: media.isOpen || (state !== undefined && !bringsNothing(fields, references)) || judged.bringsInput,
    mediaBytes: media.bytes,
    mediaTokensMax: media.tokensMax,
    mediaTokensLikely: media.tokensLikely,
    spans: spansOf(fields, scan.start, { references, bringsInput: judged.bringsInput }),
  };
}

/**
 * Which of the fields that lean on what an upstream has stored stand in the request: `previous_response_id`,
 * `conversation`, `prompt`, `background`. For a caller that must not store there, each is a refusal.
 */
export function statefulFields(facts: RequestFacts): readonly string[] {
  return statefulNames.filter((name) => facts.spans.has(name));
}

const statefulNames = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;

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

/** A field that is null counts as absent: SDKs send null for what was not set. */
function fieldOf(fields: Fields, name: string): FieldSpan | undefined {
  const field = fields.get(name);
  return field?.kind === 'null' ? undefined : field;
}

function isStateful(fields: Fields, name: string): boolean {
  const field = fieldOf(fields, name);
  return field !== undefined && field.kind !== 'false';
}

function storedState(fields: Fields, references: readonly string[]): DroppableField | undefined {
  if (statefulNames.some((name) => isStateful(fields, name))) return 'store';
  return references.every(isReasoningId) ? undefined : 'store';
}

/** What runs in the background leans on storage as well, and brings no input of its own. */
function bringsNothing(fields: Fields, references: readonly string[]): boolean {
  const others = statefulNames.filter((name) => name !== 'background');
  return !others.some((name) => isStateful(fields, name)) && references.every(isReasoningId);
}

function inputOf(fields: Fields, isElsewhere: boolean): FieldSpan | undefined {
  const input = fieldOf(fields, 'input');
  if (input === undefined && !isElsewhere) throw malformed('"input" is missing');
  if (input && input.kind !== 'string' && input.kind !== 'array') {
    throw malformed('"input" is neither a text nor a list');
  }
  return input;
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

function limitOf(body: Uint8Array, fields: Fields): number | undefined {
  const field = fieldOf(fields, 'max_output_tokens');
  if (!field) return undefined;
  const value = field.kind === 'number' ? readNumber(body, field) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw malformed('"max_output_tokens" is not a whole number from 1 on');
  }
  return Math.min(value, outputLimitMax);
}

/** Calls of hosted tools that go up as the limit when the caller names none. */
export const hostedRoundsDefault = 8;

function roundsOf(body: Uint8Array, fields: Fields): number {
  const field = fieldOf(fields, 'max_tool_calls');
  if (!field) return hostedRoundsDefault;
  const value = field.kind === 'number' ? readNumber(body, field) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 0) throw malformed('"max_tool_calls" is not a whole number');
  return Math.min(value, hostedRoundsMax);
}

const hostedRoundsMax = 1_000;

function spansOf(
  fields: Fields,
  open: number,
  { references, bringsInput }: { readonly references: readonly string[]; readonly bringsInput: boolean },
) {
  const spans = new Map<string, { start: number; end: number }>();
  for (const [name, { start, end }] of fields) spans.set(name, { start, end });
  // Whoever finds one of these there may rely on it that something was said.
  for (const name of statefulNames) if (!isStateful(fields, name)) spans.delete(name);
  if (references.some(isReasoningId)) spans.set('reasoning_reference', { start: 0, end: 0 });
  if (!references.every(isReasoningId)) spans.set('item_reference', { start: 0, end: 0 });
  if (bringsInput && fieldOf(fields, 'max_tool_calls') === undefined) {
    spans.set('hosted', { start: open + 1, end: open + 1 });
  }
  spans.set('open', { start: open + 1, end: open + 1 });
  return spans;
}
