import type { EndReason } from '#core/generation/end-reason.ts';
import type { FaultName } from '#core/generation/fault.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Stoppable } from '../attempt/attempt.ts';
import type { Passage } from '../attempt/passage.ts';
import { Patience } from '../attempt/patience.ts';
import type { BytesConsumer, UpstreamBytes } from '../attempt/upstream-bytes.ts';
import type { Gateway } from '../gateway.ts';
import type { Ending, Generation } from '../generation.ts';
import { answerHeaders } from './reply-headers.ts';

export type BytesAsk = {
  readonly generation: Generation;
  readonly endpoint: Endpoint;
  readonly passage: Passage;
  readonly source: UpstreamBytes;
};

/**
 * Audio from the upstream to the caller as it comes, with backpressure both ways. It has no form in which a fault could
 * be told: a reply that broke off breaks off for the caller as well, so that nobody takes it for whole.
 */
export function relayBytes(ask: BytesAsk, gateway: Gateway): Promise<Ending> {
  return new Promise((resolve) => {
    new BytesRelay(ask, gateway, resolve).start();
  });
}

class BytesRelay implements BytesConsumer, Stoppable {
  readonly #ask: BytesAsk;
  readonly #gateway: Gateway;
  readonly #resolve: (ending: Ending) => void;
  readonly #firstContentMs: number;
  #stall: Patience | undefined;
  #waitsForCaller = false;
  #isOver = false;

  constructor(ask: BytesAsk, gateway: Gateway, resolve: (ending: Ending) => void) {
    this.#ask = ask;
    this.#gateway = gateway;
    this.#resolve = resolve;
    this.#firstContentMs = Math.round(performance.now() - ask.generation.call.startedAt);
  }

  start(): void {
    const { generation, endpoint, passage, source } = this.#ask;
    const { stop, call } = generation;
    stop.listener = this;
    if (stop.reason !== undefined) return this.stopped();
    const { whole } = source;
    call.reply.onOver(() => source.letGo());
    const headers = answerHeaders(generation, { endpoint, passage, goesOn: whole === undefined }, this.#gateway);
    if (whole) return this.#sendWhole(whole, headers);
    call.reply.head(200, [...headers, 'content-type', source.contentType, 'cache-control', 'no-store']);
    call.reply.onDrain(() => {
      this.#waitsForCaller = false;
      source.exchange.resume();
      this.#stall?.heard();
    });
    this.#stall = new Patience(this.#gateway.deadlines.stallMs, () => this.#silent());
    source.consume(this);
  }

  /** It was kept back to its end: it goes out when that is written down. */
  #sendWhole(whole: Uint8Array, headers: string[]): void {
    const { generation, source } = this.#ask;
    const { reply } = generation.call;
    headers.push(
      'content-type',
      source.contentType,
      'content-length',
      String(whole.length),
      'cache-control',
      'no-store',
    );
    this.#finish('completed', null, () => {
      reply.head(200, headers);
      reply.end(whole);
    });
  }

  get isFull(): boolean {
    return this.#waitsForCaller;
  }

  bytes(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#stall?.heard();
    if (this.#ask.generation.call.reply.write(bytes)) return;
    this.#waitsForCaller = true;
    this.#ask.source.exchange.pause();
  }

  over(end: 'ended' | 'cut'): void {
    const { reply } = this.#ask.generation.call;
    if (end === 'ended') this.#finish('completed', null, () => reply.end());
    else this.#broken('upstream_cut', 'stream-cut');
  }

  /** A caller that does not read is no silence of the upstream: the reply has its own clock for it. */
  #silent(): void {
    if (!this.#waitsForCaller) this.#broken('stalled', 'stream-stalled');
  }

  #broken(endReason: EndReason, fault: FaultName): void {
    const { source, generation } = this.#ask;
    source.exchange.abort();
    this.#finish(endReason, fault, () => generation.call.reply.reset());
  }

  stopped(): void {
    const { generation, source } = this.#ask;
    source.exchange.abort();
    switch (generation.stop.reason) {
      case 'caller-deadline':
        return this.#broken('caller_left', 'deadline-passed');
      case 'deadline':
        return this.#broken('timed_out', 'deadline-passed');
      case 'drain':
        return this.#broken('drained', 'draining');
      case 'caller-left':
      case undefined:
        return this.#finish('caller_left', null, () => {});
    }
  }

  #finish(endReason: EndReason, fault: FaultName | null, release: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stall?.stop();
    const { generation, endpoint, passage, source } = this.#ask;
    generation.stop.listener = undefined;
    this.#resolve({
      ...{ endReason, fault, endpoint, passage, release },
      reached: 'content',
      status: 200,
      reported: undefined,
      outputBytes: source.outputBytes,
      shown: source.shown,
      firstContentMs: this.#firstContentMs,
    });
  }
}
