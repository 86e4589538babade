import { randomLetters } from '../identity.ts';
import type { JsonRecord } from '../json-value.ts';
import { type StreamEvent, writeText } from '../stream-event.ts';
import { type Standing, standAtEnd, writeBill, writeResponse } from './answer.ts';
import {
  buildItem,
  buildSummaryPart,
  buildTextPart,
  type Item,
  listItems,
  type ResponsesTurn,
  statusOf,
} from './output.ts';

/** An event that has no number yet. */
type Told = { readonly type: string; readonly fields: JsonRecord; readonly tokens?: number };

const padding = randomLetters(16);

/** The events of an honest stream, numbered from 0. It ends with its terminal event; there is no [DONE]. */
export function* writeStream(turn: ResponsesTurn): Generator<StreamEvent> {
  let number = 0;
  for (const { type, status } of turn.prompt.inBackground ? queuedOpening : plainOpening) {
    yield writeStanding(turn, { kind: 'open', type, number, standing: { status, output: [], bill: undefined } });
    number += 1;
  }
  const items = listItems(turn);
  for (const [index, item] of items.entries()) {
    const done = buildItem(turn, item, statusOf(turn, item, items));
    for (const told of tellItem(turn, item, done)) {
      yield writeTold({ ...told, fields: { output_index: index, ...told.fields } }, number);
      number += 1;
    }
  }
  yield writeTerminal(turn, number);
}

/** The last event once more. */
export function repeatTerminal(turn: ResponsesTurn): StreamEvent {
  return writeTerminal(turn, countEvents(turn) - 1);
}

function countEvents(turn: ResponsesTurn): number {
  return [...writeStream(turn)].length;
}

/** Written while OpenAI is busy; it says nothing. */
export function writeKeepAlive(): StreamEvent {
  return { kind: 'delta', before: writeName('keepalive'), data: '{"type":"keepalive"}', after: '\n\n', tokens: 0 };
}

export type Failure = { readonly code: string; readonly message: string };

/** A failure before there is a response. */
export function writeEarlyFailure(failure: Failure): StreamEvent {
  return writeTold(tellFailure(failure), 0);
}

/** A failure on the way: first told, then made the end of the response, as OpenAI does it. */
export function writeFailure(turn: ResponsesTurn, failure: Failure): StreamEvent {
  // How many events went out is not known here; a number above all of them keeps the order.
  const number = countEvents(turn);
  const told = writeText(writeTold(tellFailure(failure), number));
  const standing: Standing = { status: 'failed', output: [], bill: undefined, error: failure };
  const failed = writeStanding(turn, { kind: 'delta', type: 'response.failed', number: number + 1, standing });
  return { ...failed, before: told + failed.before };
}

function tellFailure({ code, message }: Failure): Told {
  return { type: 'error', fields: { code, message, param: null } };
}

const plainOpening = [
  { type: 'response.created', status: 'in_progress' },
  { type: 'response.in_progress', status: 'in_progress' },
] as const;

const queuedOpening = [
  { type: 'response.created', status: 'queued' },
  { type: 'response.queued', status: 'queued' },
  { type: 'response.in_progress', status: 'in_progress' },
] as const;

function writeTerminal(turn: ResponsesTurn, number: number): StreamEvent {
  const standing = standAtEnd(turn);
  const type = standing.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
  return writeStanding(turn, { kind: 'finish', type, number, standing });
}

type StandingEvent = {
  readonly kind: StreamEvent['kind'];
  readonly type: string;
  readonly number: number;
  readonly standing: Standing;
};

function writeStanding(turn: ResponsesTurn, { kind, type, number, standing }: StandingEvent): StreamEvent {
  const { bill } = standing;
  // Beside the response instead of inside is where nobody should look for it, but some write it there.
  const elsewhere = bill?.isElsewhere === true ? `,"usage":${writeBill(bill)}` : '';
  const data = `{"type":"${type}","sequence_number":${number},"response":${writeResponse(turn, standing)}${elsewhere}}`;
  return { kind, before: writeName(type), data, after: '\n\n', tokens: 0 };
}

function writeTold({ type, fields, tokens = 0 }: Told, number: number): StreamEvent {
  const data = JSON.stringify({ type, sequence_number: number, ...fields });
  return { kind: 'delta', before: writeName(type), data, after: '\n\n', tokens };
}

function writeName(type: string): string {
  return `event: ${type}\ndata: `;
}

function* tellItem(turn: ResponsesTurn, item: Item, done: JsonRecord): Generator<Told> {
  // A call's name is the token that goes out with its opening.
  const named = item.kind === 'call' ? 1 : 0;
  const added = buildItem(turn, item, 'in_progress');
  yield { type: 'response.output_item.added', fields: { item: added }, tokens: named };
  switch (item.kind) {
    case 'reasoning':
      if (turn.prompt.showsSummary) yield* tellSummary(turn, item);
      break;
    case 'message':
      yield* tellText(turn, item);
      break;
    case 'call':
      yield* tellCall(turn, item);
      break;
  }
  // Reasoning that nobody may read is done all at once.
  const hidden = item.kind === 'reasoning' && !turn.prompt.showsSummary ? item.parts.flat().length : 0;
  yield { type: 'response.output_item.done', fields: { item: done }, tokens: hidden };
}

function* tellSummary(turn: ResponsesTurn, { id, parts }: Item & { kind: 'reasoning' }): Generator<Told> {
  for (const [index, words] of parts.entries()) {
    const place = { item_id: id, summary_index: index };
    const text = words.join('');
    yield { type: 'response.reasoning_summary_part.added', fields: { ...place, part: buildSummaryPart('') } };
    for (const word of words) {
      const fields = { ...place, delta: word, ...pad(turn, word) };
      yield { type: 'response.reasoning_summary_text.delta', fields, tokens: 1 };
    }
    yield { type: 'response.reasoning_summary_text.done', fields: { ...place, text } };
    yield { type: 'response.reasoning_summary_part.done', fields: { ...place, part: buildSummaryPart(text) } };
  }
}

function* tellText(turn: ResponsesTurn, { id, words }: Item & { kind: 'message' }): Generator<Told> {
  const place = { item_id: id, content_index: 0 };
  const text = words.join('');
  yield { type: 'response.content_part.added', fields: { ...place, part: buildTextPart('') } };
  for (const word of words) {
    const fields = { ...place, delta: word, logprobs: [], ...pad(turn, word) };
    yield { type: 'response.output_text.delta', fields, tokens: 1 };
  }
  yield { type: 'response.output_text.done', fields: { ...place, text, logprobs: [] } };
  yield { type: 'response.content_part.done', fields: { ...place, part: buildTextPart(text) } };
}

function* tellCall(turn: ResponsesTurn, { id, tool, pieces }: Item & { kind: 'call' }): Generator<Told> {
  const place = { item_id: id };
  const isCustom = tool.kind === 'custom';
  const type = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  for (const piece of pieces) {
    yield { type: `${type}.delta`, fields: { ...place, delta: piece, ...pad(turn, piece) }, tokens: 1 };
  }
  const said = pieces.join('');
  yield { type: `${type}.done`, fields: { ...place, ...(isCustom ? { input: said } : { arguments: said }) } };
}

// OpenAI pads deltas so that their length does not tell the word.
function pad(turn: ResponsesTurn, delta: string): JsonRecord {
  return turn.prompt.obfuscates ? { obfuscation: padding.slice(delta.length % 16) } : {};
}
