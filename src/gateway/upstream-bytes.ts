import type { BytesMeter, Shown } from '#core/protocol/protocol.ts';
import type { Exchange } from '#outgoing/providers/exchange.ts';

export type BytesConsumer = {
  /** It took what it was given, and asked for a pause. */
  readonly isFull: boolean;
  bytes(bytes: Uint8Array): void;
  over(end: 'ended' | 'cut'): void;
};

/** A reply of audio as it comes: passed as it is, and counted on the way. Nobody fails over after its first byte. */
export class UpstreamBytes {
  readonly exchange: Exchange;
  readonly contentType: string;
  readonly #meter: BytesMeter;
  #consumer: BytesConsumer | undefined;
  #kept: Uint8Array[] = [];
  #over: 'ended' | 'cut' | undefined;
  outputBytes = 0;

  constructor(exchange: Exchange, contentType: string, meter: BytesMeter) {
    this.exchange = exchange;
    this.contentType = contentType;
    this.#meter = meter;
  }

  get shown(): Shown {
    return this.#meter.shown;
  }

  data(bytes: Uint8Array): void {
    this.outputBytes += bytes.length;
    this.#meter.read(bytes);
    if (this.#consumer) return this.#consumer.bytes(bytes);
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
