import type { StreamEvent } from '../stream-event.ts';
import type { Turn } from '../turn.ts';
import { latencyOf } from './answer.ts';
import { usageField } from './bill.ts';
import { type Block, writeBlocks } from './blocks.ts';
import { ownFields, stopReasonOf } from './ending.ts';
import type { Exception } from './errors.ts';
import { exceptionName } from './frames.ts';
import type { ConversePrompt } from './request.ts';

type Kind = StreamEvent['kind'];

function namedEvent(kind: Kind, name: string, fields: object, tokens = 0): StreamEvent {
  return { kind, before: name, data: pad(JSON.stringify(fields)), after: '', tokens };
}

const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

// Events are padded, so that their length does not tell the word.
function pad(json: string): string {
  const p = padding.slice(0, 1 + ((json.length * 7) % padding.length));
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"p":"${p}"}`;
}

export const blankEvent = namedEvent('delta', 'contentBlockDelta', { contentBlockIndex: 0, delta: { text: '' } });

/** AWS writes an exception's name small in a stream, and says nothing after it. */
export function exceptionEvent({ name, message }: Exception): StreamEvent {
  const streamed = name.charAt(0).toLowerCase() + name.slice(1);
  return { kind: 'delta', before: exceptionName(streamed), data: JSON.stringify({ message }), after: '', tokens: 0 };
}

/** The events of an honest stream: only a call's block is opened by an event, and the bill comes after the end. */
export function* writeStream(turn: Turn<ConversePrompt>): Generator<StreamEvent> {
  const [reply] = turn.replies;
  yield namedEvent('open', 'messageStart', { role: 'assistant' });
  let contentBlockIndex = 0;
  for (const block of writeBlocks(reply, turn.prompt)) {
    if (block.kind === 'tool') {
      const start = { toolUse: { name: block.name, toolUseId: block.id } };
      yield namedEvent('delta', 'contentBlockStart', { contentBlockIndex, start }, 1);
    }
    for (const { delta, tokens } of writeDeltas(block)) {
      yield namedEvent('delta', 'contentBlockDelta', { contentBlockIndex, delta }, tokens);
    }
    yield namedEvent('delta', 'contentBlockStop', { contentBlockIndex });
    contentBlockIndex += 1;
  }
  const finish = namedEvent('finish', 'messageStop', {
    ...ownFields(reply, turn.prompt),
    stopReason: stopReasonOf(reply),
  });
  // Some streams tell the bill before the end.
  yield* turn.bill?.isElsewhere ? [writeMetadata(turn), finish] : [finish, writeMetadata(turn)];
}

export function writeMetadata(turn: Turn<ConversePrompt>): StreamEvent {
  const metrics = JSON.stringify({ metrics: { latencyMs: latencyOf(turn) } });
  const data = pad(`${metrics.slice(0, -1)}${usageField(turn.bill)}}`);
  return { kind: 'done', before: 'metadata', data, after: '', tokens: 0 };
}

type Delta = { readonly delta: object; readonly tokens: number };

function* writeDeltas(block: Block): Generator<Delta> {
  switch (block.kind) {
    case 'thought':
      for (const text of block.words) yield { delta: { reasoningContent: { text } }, tokens: 1 };
      if (block.signature !== undefined) {
        yield { delta: { reasoningContent: { signature: block.signature } }, tokens: 0 };
      }
      break;
    case 'redacted':
      yield { delta: { reasoningContent: { redactedContent: block.data } }, tokens: block.tokens };
      break;
    case 'text':
      for (const text of block.words) yield { delta: { text }, tokens: 1 };
      break;
    case 'tool':
      yield* writeInput(block.words);
      break;
  }
}

/** A call without arguments has one piece, and it is empty. */
function* writeInput(words: readonly string[]): Generator<Delta> {
  if (words.join('') === '{}') return yield { delta: { toolUse: { input: '' } }, tokens: words.length };
  for (const input of words) yield { delta: { toolUse: { input } }, tokens: 1 };
}
