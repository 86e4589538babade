import { Buffer } from 'node:buffer';
import type { BytesMeter, Shown } from '#core/protocol/protocol.ts';
import type { Exchange } from '#outgoing/providers/exchange.ts';
import type { HeldAnswer, HeldSoFar } from '../relay/held-answer.ts';

type BytesAsk = {
  readonly contentType: string;
  readonly meter: BytesMeter;
  /** Whole delivery: where it is kept until its end. */
  readonly held: HeldAnswer | undefined;
};

export type BytesConsumer = {
  /** It took what it was given, and asked for a pause. */
  readonly isFull: boolean;
  bytes(bytes: Uint8Array): void;
  over(end: 'ended' | 'cut'): void;
};

/**
 * A reply of audio as it comes: passed as it is, and counted on the way. Nobody fails over after its first byte, or for
 * whole delivery after its last.
 */
export class UpstreamBytes implements HeldSoFar {
  readonly exchange: Exchange;
  readonly contentType: string;
  readonly #meter: BytesMeter;
  #consumer: BytesConsumer | undefined;
  #kept: Uint8Array[] = [];
  readonly #held: HeldAnswer | undefined;
  #over: 'ended' | 'cut' | undefined;
  readonly usage = undefined;
  outputBytes = 0;
  /** Too long to be kept back: it goes on as it comes. */
  isTooLong = false;

  constructor(exchange: Exchange, { contentType, meter, held }: BytesAsk) {
    this.exchange = exchange;
    this.#held = held;
    this.contentType = contentType;
    this.#meter = meter;
  }

  get hasContent(): boolean {
    return this.outputBytes > 0;
  }

  /** It waits for its end. */
  get isKept(): boolean {
    return this.#held !== undefined && !this.isTooLong && this.#over === undefined;
  }

  /** All of it, when it was kept back to its end. */
  get whole(): Uint8Array | undefined {
    if (!this.#held || this.isTooLong || this.#over !== 'ended') return undefined;
    return Buffer.concat(this.#held.pieces().map(({ bytes }) => bytes));
  }

  /** What was kept of it is not needed any more. */
  letGo(): void {
    this.#held?.letGo();
  }

  get shown(): Shown {
    return this.#meter.shown;
  }

  data(bytes: Uint8Array): void {
    this.outputBytes += bytes.length;
    this.#meter.read(bytes);
    if (this.#consumer) return this.#consumer.bytes(bytes);
    if (!this.isTooLong && this.#held?.add({ bytes, kind: 'pass' })) return;
    this.isTooLong = this.#held !== undefined;
    this.#kept.push(bytes);
    this.exchange.pause();
  }

  end(): void {
    this.#finish('ended');
  }

  failed(): void {
    this.#finish('cut');
  }

  /** From now on the consumer gets everything, what came meanwhile first. */
  consume(consumer: BytesConsumer): void {
    for (const { bytes } of this.#held?.pieces() ?? []) consumer.bytes(bytes);
    for (const bytes of this.#kept) consumer.bytes(bytes);
    this.#kept = [];
    this.#consumer = consumer;
    if (this.#over) return consumer.over(this.#over);
    // What comes next may come within this very call.
    if (!consumer.isFull) this.exchange.resume();
  }

  #finish(end: 'ended' | 'cut'): void {
    this.#over ??= end;
    this.#consumer?.over(this.#over);
  }
}
