import { Buffer } from 'node:buffer';
import type { Fault } from '#core/generation/fault.ts';
import type { FinishReason } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { EventFacts, LimitEnd, Shown } from '#core/protocol/protocol.ts';
import type { SseBatch } from '#core/protocol/sse.ts';
import type { Exchange } from '#outgoing/providers/exchange.ts';
import type { HeldAnswer } from '../relay/held-answer.ts';
import type { Passage, StreamPassage } from './passage.ts';
import type { SpokenEvents } from './spoken-events.ts';
import type { StreamPiece } from './stream-piece.ts';

export type StreamEnd = 'ended' | 'cut' | 'error';

export type StreamConsumer = {
  pieces(pieces: readonly StreamPiece[]): void;
  over(end: StreamEnd): void;
};

/** Before any content this many bytes are kept back at most; a stream of comments alone must not fill the memory. */
const heldBackBytesMax = 1024 * 1024;
const letGoMs = 1_000;
/** More at once is no text of a model that streams. */
const textEventBytesMax = 8 * 1024;

/** How bytes become whole events, as the type of the reply says: server-sent ones, or a cloud's own frames. */
export type EventSplitter = { push(bytes: Uint8Array): SseBatch };

export type StreamAsk = {
  readonly passage: Passage;
  readonly choices: number;
  readonly splitter: EventSplitter;
  /** So long after its finish an upstream may still say how much it used. */
  readonly settleMs: number;
  /** Whole delivery: where the answer is kept until its end. */
  readonly held: HeldAnswer | undefined;
  /** Where its words are kept, of an upstream that is known to tell no usage. */
  readonly spoken: SpokenEvents | undefined;
};

/**
 * An upstream's stream as it comes: cut into whole events, read, and passed as it is or in the caller's dialect. Until
 * the first content, or for whole delivery until its end, it keeps everything back, so that a failure is not seen by the
 * caller; then the relay has it.
 */
export class UpstreamStream {
  readonly exchange: Exchange;
  readonly #passage: StreamPassage;
  readonly #endsByClosing: boolean;
  readonly #choices: number;
  readonly #settleMs: number;
  readonly #splitter: EventSplitter;
  readonly spoken: SpokenEvents | undefined;
  #onBegan: ((began: 'content' | 'empty' | 'error' | 'cut') => void) | undefined;
  #consumer: StreamConsumer | undefined;
  #held: HeldAnswer | undefined;
  #kept: StreamPiece[] = [];
  #keptBytes = 0;
  #over: StreamEnd | undefined;
  #isTerminated = false;
  #hasRead = false;
  #settling: NodeJS.Timeout | undefined;

  hasContent = false;
  /** Too long to be kept back, or too much is kept already: it goes on as it comes. */
  isTooLong = false;
  outputBytes = 0;
  /** The same without pictures and sounds, whose bytes say nothing of tokens. */
  textBytes = 0;
  finish: FinishReason | undefined;
  usage: Usage | undefined;
  /** The upstream's word for the error that ended it. */
  errorCode: string | undefined;

  constructor(
    exchange: Exchange,
    { passage, choices, splitter, settleMs, held, spoken }: StreamAsk,
    onBegan: (began: 'content' | 'empty' | 'error' | 'cut') => void,
  ) {
    this.exchange = exchange;
    this.#passage = passage.openStream();
    this.#endsByClosing = passage.protocol.endsByClosing;
    this.#choices = choices;
    this.#settleMs = settleMs;
    this.#splitter = splitter;
    this.spoken = spoken;
    this.#held = held;
    this.#onBegan = onBegan;
  }

  /** The caller's last bytes after a good end, beyond the terminal pieces. */
  endText(): string {
    return this.#passage.end();
  }

  /** It is kept back until its end. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  get objectId(): string | undefined {
    return this.#passage.objectId;
  }

  /** What was kept of it is not needed any more. */
  letGo(): void {
    this.#held?.letGo();
  }

  get shown(): Shown | undefined {
    return this.#passage.shown;
  }

  /** Its output is counted in tokens of text, and can be stopped at its limit. */
  get hasLimit(): boolean {
    return this.#passage.hasLimit;
  }

  textAtLimit(end: LimitEnd): string {
    return this.#passage.endAtLimit(end);
  }

  faultText(fault: Fault): string {
    return this.#passage.fault(fault);
  }

  /** From now on the consumer gets everything, what was kept back first. */
  consume(consumer: StreamConsumer): void {
    this.#consumer = consumer;
    const held = this.#held?.pieces() ?? [];
    const kept = [...held, ...this.#kept];
    this.#kept = [];
    if (kept.length > 0) consumer.pieces(kept);
    if (this.#over !== undefined) consumer.over(this.#over);
  }

  data(bytes: Uint8Array): void {
    if (this.#over !== undefined || this.#isTerminated) return;
    const bytesBefore = this.outputBytes;
    let pieces: readonly StreamPiece[];
    try {
      pieces = this.#read(bytes);
    } catch {
      // A line without end, or usage that is no JSON: whatever it is, it is no stream of a model.
      this.exchange.abort();
      return this.#finish('cut');
    }
    if (this.#consumer) {
      // Also none: what says nothing to the caller is a sign of life.
      if (this.#hasRead) this.#consumer.pieces(pieces);
    } else this.#keep(pieces);
    this.#expectEnd(this.outputBytes > bytesBefore);
    if (this.#over !== undefined) this.#tellOver();
    else if (this.#isTerminated) {
      this.#finish('ended');
      this.#letGo();
    }
  }

  end(): void {
    // Of several choices one that finished says nothing of the others.
    const isWhole = this.#isTerminated || (this.finish !== undefined && this.#choices === 1);
    this.#finish(isWhole ? 'ended' : 'cut');
  }

  failed(): void {
    this.end();
  }

  #read(bytes: Uint8Array): readonly StreamPiece[] {
    const { buffer, events } = this.#splitter.push(bytes);
    this.#hasRead = events.length > 0;
    const pieces: StreamPiece[] = [];
    let from = 0;
    let upTo = 0;
    let written = '';
    for (const event of events) {
      this.spoken?.keep(event);
      const { facts, text } = this.#passage.read(event);
      const kind = this.#judge(facts);
      if (text !== undefined) {
        if (kind === 'error') break;
        written += text;
        if (this.#isTerminated) break;
        continue;
      }
      if (kind === 'pass') {
        upTo = event.end;
        continue;
      }
      if (upTo > from) pieces.push({ bytes: buffer.subarray(from, upTo), kind: 'pass' });
      if (kind === 'error') return pieces;
      pieces.push({ bytes: buffer.subarray(event.start, event.end), kind });
      from = upTo = event.end;
      if (this.#isTerminated) return pieces;
    }
    if (written !== '') pieces.push({ bytes: Buffer.from(written), kind: 'pass' });
    if (upTo > from)
      pieces.push({ bytes: upTo - from === buffer.length ? buffer : buffer.subarray(from, upTo), kind: 'pass' });
    return pieces;
  }

  #judge(facts: EventFacts): StreamPiece['kind'] | 'error' {
    // The last report counts: some upstreams send a running sum with each chunk, and some with an error.
    if (facts.usage) this.usage = facts.usage;
    if (facts.error !== undefined) {
      this.#over = 'error';
      this.errorCode = facts.error;
      this.exchange.abort();
      return 'error';
    }
    if (facts.hasContent) this.hasContent = true;
    this.outputBytes += facts.outputBytes;
    if (facts.outputBytes <= textEventBytesMax) this.textBytes += facts.outputBytes;
    this.finish ??= facts.finish;
    if (facts.isTerminal) {
      this.#isTerminated = true;
      return 'terminal';
    }
    if (this.#endsByClosing && this.finish !== undefined) return 'terminal';
    return facts.isUsageOnly ? 'usage' : 'pass';
  }

  #keep(pieces: readonly StreamPiece[]): void {
    for (const piece of pieces) {
      if (!this.isTooLong && this.#held?.add(piece)) continue;
      this.isTooLong = this.#held !== undefined;
      this.#kept.push(piece);
      this.#keptBytes += piece.bytes.length;
    }
    if (this.hasContent && (!this.#held || this.isTooLong)) return this.#began('content');
    if (this.#keptBytes > heldBackBytesMax) {
      this.exchange.abort();
      this.#finish('cut');
    }
  }

  /** All was said: an upstream that does not end now would keep the connection for ever. */
  #letGo(): void {
    this.exchange.resume();
    setTimeout(() => this.exchange.abort(), letGoMs).unref();
  }

  /** All was said, but for the last word: an upstream that keeps it, and the connection, has ended all the same. */
  #expectEnd(saidMore: boolean): void {
    if (this.finish === undefined || this.#choices > 1 || this.#over !== undefined) return;
    if (this.#settling) {
      // Some tell a reason with every chunk.
      if (saidMore) this.#settling.refresh();
      return;
    }
    this.#settling = setTimeout(() => {
      this.exchange.abort();
      this.#finish('ended');
    }, this.#settleMs).unref();
  }

  #finish(over: StreamEnd): void {
    clearTimeout(this.#settling);
    if (this.#over !== undefined) return;
    this.#over = over;
    this.#tellOver();
  }

  #tellOver(): void {
    const over = this.#over;
    if (over === undefined) return;
    if (this.#consumer) return this.#consumer.over(over);
    if (this.hasContent && (!this.#held || over === 'ended')) return this.#began('content');
    // An answer without content but with a reason is one: a filter, a limit that reasoning used up.
    if (over === 'ended') return this.#began(isNoReason(this.finish) ? 'empty' : 'content');
    this.#began(over);
  }

  #began(began: 'content' | 'empty' | 'error' | 'cut'): void {
    const onBegan = this.#onBegan;
    this.#onBegan = undefined;
    onBegan?.(began);
  }
}

/** A model that stopped for a reason that nobody knows, and said nothing, has not answered. */
export function isNoReason(finish: FinishReason | undefined): boolean {
  return finish === undefined || finish === 'other';
}
