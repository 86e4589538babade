import type { Fault } from '#core/generation/fault.ts';
import { fieldOf, isObject, numberOf, parseForeignObject, textOf, utf8Of } from '../json-value.ts';
import type { EventFacts, LimitEnd, ProtocolStream } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { encodeStreamFault } from './encode-fault.ts';
import { bytesOf, errorCodeOf, finishOf, measureBlock } from './read-reply.ts';
import { type Counts, encodeDeltaUsage, mergeCounts, noCounts, readCounts, toUsage } from './usage.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

const broken: EventFacts = { ...silent, error: 'unknown' };

const malformed: EventFacts = { ...silent, isMalformed: true };

/** A stream of Anthropic's on its way to a caller that speaks the same. */
export class MessagesStream implements ProtocolStream {
  readonly #generation: string;
  #counts: Counts = noCounts;
  #hasBlocks = false;
  #openBlock: number | undefined;
  #hasFinish = false;
  #isTerminated = false;

  constructor(generation: string) {
    this.#generation = generation;
  }

  read({ name, data }: SseEvent): EventFacts {
    if (data === null || data.length === 0) return silent;
    const event = parseEvent(data);
    if (event === undefined) return isDone(data) ? silent : malformed;
    switch (fieldOf(event, 'type')) {
      case 'content_block_delta':
        return readDelta(fieldOf(event, 'delta'));
      case 'content_block_start':
        this.#hasBlocks = true;
        this.#openBlock = numberOf(fieldOf(event, 'index'));
        return { ...silent, ...measureBlock(fieldOf(event, 'content_block')) };
      case 'content_block_stop':
        this.#openBlock = undefined;
        return silent;
      case 'message_start':
        // A message that begins anew in the middle of another is no answer.
        if (this.#hasBlocks) return broken;
        this.#report(fieldOf(fieldOf(event, 'message'), 'usage'));
        return silent;
      case 'message_delta':
        return this.#readEnd(event);
      case 'message_stop':
        this.#isTerminated = true;
        return { ...silent, isTerminal: true };
      case 'error':
        return { ...silent, error: errorCodeOf(fieldOf(event, 'error')) };
      default:
        return name === 'error' ? { ...silent, error: errorCodeOf(fieldOf(event, 'error')) } : silent;
    }
  }

  /** The output of `message_start` is a seed of a few tokens: told as usage, a caller that leaves would pay no more. */
  #readEnd(event: unknown): EventFacts {
    const finish = finishOf(fieldOf(event, 'delta'));
    if (finish !== undefined) this.#hasFinish = true;
    const usage = fieldOf(event, 'usage');
    if (!isObject(usage)) return finish === undefined ? silent : { ...silent, finish };
    this.#report(usage);
    return { ...silent, finish, usage: toUsage(this.#counts) };
  }

  #report(usage: unknown): void {
    this.#counts = mergeCounts(this.#counts, readCounts(usage));
  }

  end(): string {
    const isCutShort = this.#hasFinish && !this.#isTerminated;
    return isCutShort ? 'event: message_stop\ndata: {"type":"message_stop"}\n\n' : '';
  }

  fault(fault: Fault): string {
    return encodeStreamFault(fault, this.#generation);
  }

  endAtLimit({ usage }: LimitEnd): string {
    const delta = { stop_reason: 'max_tokens', stop_sequence: null };
    const stop = { type: 'content_block_stop', index: this.#openBlock };
    const end = [{ type: 'message_delta', delta, usage: encodeDeltaUsage(usage) }, { type: 'message_stop' }];
    return (this.#openBlock === undefined ? end : [stop, ...end])
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
  }
}

function readDelta(delta: unknown): EventFacts {
  switch (fieldOf(delta, 'type')) {
    case 'text_delta':
      return contentOf(bytesOf(fieldOf(delta, 'text')));
    case 'thinking_delta':
      return contentOf(bytesOf(fieldOf(delta, 'thinking')));
    case 'input_json_delta':
      return contentOf(bytesOf(fieldOf(delta, 'partial_json')));
    case 'compaction_delta':
      return contentOf(bytesOf(fieldOf(delta, 'content')));
    case 'signature_delta':
      return { ...silent, outputBytes: bytesOf(fieldOf(delta, 'signature')) };
    case 'citations_delta':
      // The cited words are the source's: they are not billed as output.
      return { ...silent, hasContent: true };
    default:
      return silent;
  }
}

function contentOf(outputBytes: number): EventFacts {
  return outputBytes === 0 ? silent : { ...silent, hasContent: true, outputBytes };
}

/** So short a text cannot nest deep enough to hurt, and nearly every event is shorter. */
const harmlessBytes = 8 * 1024;

function parseEvent(data: Uint8Array): unknown {
  if (data.length > harmlessBytes) return parseForeignObject(data);
  try {
    const value: unknown = JSON.parse(utf8Of(data));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Some compatible upstreams end with OpenAI's last word, which Anthropic's programs do not read. */
function isDone(data: Uint8Array): boolean {
  return textOf(utf8Of(data.subarray(0, 8)))?.trim() === '[DONE]';
}
