import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { inflating } from './inflating.ts';

/** One call, over whatever connection carries it and through whatever inflates it; it outlives neither of them. */
export class ExchangeRelay implements Exchange, ExchangeListener {
  readonly #listener: ExchangeListener;
  #exchange: Exchange | undefined;
  #inflate: ReturnType<typeof inflating> | undefined;
  #isOver = false;
  #isPaused = false;

  constructor(listener: ExchangeListener) {
    this.#listener = listener;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It was sent, perhaps a while after it was asked for. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#isPaused) exchange.pause();
  }

  abort(): void {
    this.#isOver = true;
    this.#inflate?.destroy();
    this.#exchange?.abort();
  }

  pause(): void {
    this.#isPaused = true;
    this.#inflate?.pause();
    this.#exchange?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#inflate?.resume();
    this.#exchange?.resume();
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    if (this.#isOver) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      this.#inflate = inflating(encoding, {
        data: (bytes) => !this.#isOver && this.#listener.data(bytes),
        end: () => this.#finish(),
        failed: () => this.#failEncoded(),
        full: () => this.#exchange?.pause(),
        drained: () => this.#isPaused || this.#exchange?.resume(),
      });
      if (!this.#inflate) return this.#failEncoded();
    }
    this.#listener.head(status, headers);
  }

  data(bytes: Buffer): void {
    if (this.#isOver) return;
    if (this.#inflate) this.#inflate.write(bytes);
    else this.#listener.data(bytes);
  }

  end(): void {
    // Its connection may carry another call from now on.
    this.#exchange = undefined;
    if (this.#inflate) this.#inflate.end();
    else this.#finish();
  }

  failed(what: 'connect-failed' | 'reset' | 'encoded'): void {
    this.#exchange = undefined;
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inflate?.destroy();
    this.#listener.failed(what);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.end();
  }

  #failEncoded(): void {
    if (this.#isOver) return;
    this.abort();
    this.#listener.failed('encoded');
  }
}
