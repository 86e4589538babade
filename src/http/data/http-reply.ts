import type { ServerResponse } from 'node:http';
import type { Reply } from '#gateway/call.ts';

/** The way back to a caller over node:http. A caller that reads nothing for `writeMs` has left. */
export class HttpReply implements Reply {
  readonly #response: ServerResponse;
  readonly #writeMs: number;
  readonly #isRequestWhole: () => boolean;
  #stuck: NodeJS.Timeout | undefined;
  #onLeft: (() => void) | undefined;
  #onDrain: (() => void) | undefined;
  hasLeft = false;

  constructor(response: ServerResponse, options: { readonly writeMs: number; readonly isRequestWhole: () => boolean }) {
    this.#response = response;
    this.#writeMs = options.writeMs;
    this.#isRequestWhole = options.isRequestWhole;
    response.on('close', () => this.#closed());
    // A broken pipe is told by `close` as well.
    response.on('error', () => {});
  }

  get hasHead(): boolean {
    return this.#response.headersSent;
  }

  head(status: number, headers: readonly string[]): void {
    // What is left of an unread body would have to be read first: a new connection is cheaper.
    const all = this.#isRequestWhole() ? headers : [...headers, 'connection', 'close'];
    this.#response.writeHead(status, all as string[]);
  }

  write(bytes: Uint8Array): boolean {
    if (this.hasLeft) return true;
    if (this.#response.write(bytes)) return true;
    this.#watch();
    return false;
  }

  end(bytes?: Uint8Array): void {
    if (this.hasLeft) return;
    this.#response.end(bytes);
    if (this.#response.writableLength > 0) this.#watch();
  }

  reset(): void {
    this.#response.destroy();
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
    this.#response.on('drain', () => this.#drained());
  }

  onLeft(listener: () => void): void {
    this.#onLeft = listener;
  }

  #watch(): void {
    this.#stuck ??= setTimeout(() => this.#response.destroy(), this.#writeMs);
  }

  #drained(): void {
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
    this.#onDrain?.();
  }

  #closed(): void {
    clearTimeout(this.#stuck);
    if (this.#response.writableFinished) return;
    this.hasLeft = true;
    this.#onLeft?.();
  }
}
