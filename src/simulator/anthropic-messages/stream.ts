import type { StreamEvent } from '../stream-event.ts';
import type { Turn } from '../turn.ts';
import { buildStart } from './answer.ts';
import { writeClosingBill, writeOpeningBill } from './bill.ts';
import { type Block, writeBlocks } from './blocks.ts';
import { endingOf } from './ending.ts';
import type { MessagesPrompt } from './request.ts';

export function namedEvent(kind: StreamEvent['kind'], name: string, data: string, tokens = 0): StreamEvent {
  return { kind, before: `event: ${name}\ndata: `, data, after: '\n\n', tokens };
}

export const pingEvent = namedEvent('delta', 'ping', '{"type": "ping"}');
export const stopEvent = namedEvent('done', 'message_stop', pad('{"type":"message_stop"}'));

/** The events of an honest stream: one block open at a time, the ping after the first of them. */
export function* writeStream(turn: Turn<MessagesPrompt>): Generator<StreamEvent> {
  const [reply] = turn.replies;
  yield writeStart(turn);
  let index = 0;
  for (const block of writeBlocks(reply, turn.prompt)) {
    yield writeEvent('content_block_start', { index, content_block: buildOpening(block) }, tokensOfOpening(block));
    if (index === 0) yield pingEvent;
    for (const { delta, tokens } of writeDeltas(block))
      yield writeEvent('content_block_delta', { index, delta }, tokens);
    yield writeEvent('content_block_stop', { index });
    index += 1;
  }
  const ending = `{"type":"message_delta","delta":${JSON.stringify(endingOf(reply))}`;
  const usage = turn.bill === undefined ? '' : `,"usage":${writeClosingBill(turn.bill)}`;
  const finish = namedEvent('finish', 'message_delta', pad(`${ending}${usage}}`));
  yield finish;
  if (turn.bill?.isTwice === true) yield finish;
  yield stopEvent;
}

function writeStart(turn: Turn<MessagesPrompt>): StreamEvent {
  const blank = { content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  const message = JSON.stringify({ ...buildStart(turn), ...blank });
  const usage = turn.bill === undefined ? '' : `,"usage":${writeOpeningBill(turn.bill)}`;
  return namedEvent(
    'open',
    'message_start',
    pad(`{"type":"message_start","message":${message.slice(0, -1)}${usage}}}`),
  );
}

function writeEvent(type: string, fields: object, tokens = 0): StreamEvent {
  return namedEvent('delta', type, pad(JSON.stringify({ type, ...fields })), tokens);
}

// Anthropic pads events with blanks before the last brace, so that their length does not tell the word.
function pad(json: string): string {
  return `${json.slice(0, -1)}${' '.repeat((json.length * 7) % 15)}}`;
}

function buildOpening(block: Block): object {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted':
      return { type: 'redacted_thinking', data: block.data };
    case 'text':
      return { type: 'text', text: '' };
    case 'tool':
      return { type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } };
  }
}

function tokensOfOpening(block: Block): number {
  if (block.kind === 'redacted') return block.tokens;
  return block.kind === 'tool' ? 1 : 0;
}

type Delta = { readonly delta: object; readonly tokens: number };

function* writeDeltas(block: Block): Generator<Delta> {
  switch (block.kind) {
    case 'thinking':
      for (const thinking of block.words) yield { delta: { type: 'thinking_delta', thinking }, tokens: 1 };
      // Thoughts that are not shown are paid for all the same.
      yield {
        delta: { type: 'signature_delta', signature: block.signature },
        tokens: block.tokens - block.words.length,
      };
      break;
    case 'redacted':
      break;
    case 'text':
      for (const text of block.words) yield { delta: { type: 'text_delta', text }, tokens: 1 };
      break;
    case 'tool':
      yield* writeInput(block.words);
      break;
  }
}

/** The first piece is always empty, and it is the only one of a call without arguments. */
function* writeInput(words: readonly string[]): Generator<Delta> {
  const isEmpty = words.join('') === '{}';
  yield { delta: { type: 'input_json_delta', partial_json: '' }, tokens: isEmpty ? words.length : 0 };
  if (isEmpty) return;
  for (const piece of words) yield { delta: { type: 'input_json_delta', partial_json: piece }, tokens: 1 };
}
