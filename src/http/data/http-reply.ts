import type { ServerResponse } from 'node:http';
import type { Reply } from '#gateway/call.ts';

const lingerMs = 2_000;
const sliceBytes = 256 * 1024;

export type HttpReplyOptions = {
  readonly writeMs: number;
  /** The caller still sends what nobody will read. */
  readonly mustClose: () => boolean;
  /** The connection must not be used again. */
  readonly isLast: () => boolean;
};

/** The way back to a caller over node:http. A caller that reads nothing for `writeMs` has left. */
export class HttpReply implements Reply {
  readonly #response: ServerResponse;
  readonly #writeMs: number;
  readonly #mustClose: () => boolean;
  readonly #isLast: () => boolean;
  #stuck: NodeJS.Timeout | undefined;
  #onLeft: (() => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onOver: (() => void) | undefined;
  #isOver = false;
  #closes = false;
  hasLeft = false;

  constructor(response: ServerResponse, options: HttpReplyOptions) {
    this.#response = response;
    this.#isLast = options.isLast;
    this.#writeMs = options.writeMs;
    this.#mustClose = options.mustClose;
    response.on('close', () => this.#closed());
    // A broken pipe is told by `close` as well.
    response.on('error', () => {});
  }

  get hasHead(): boolean {
    return this.#response.headersSent;
  }

  head(status: number, headers: readonly string[]): void {
    // What is left of a long unread body would have to be read first: a new connection is cheaper.
    this.#closes = this.#mustClose();
    const all = this.#closes || this.#isLast() ? [...headers, 'connection', 'close'] : headers;
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
    if (this.#closes) return this.#linger(bytes);
    this.#endInSlices(bytes, 0);
  }

  /** One write of many megabytes would show a slow reader's progress only at its end. */
  #endInSlices(bytes: Uint8Array | undefined, start: number): void {
    let from = start;
    while (bytes && bytes.length - from > sliceBytes) {
      const slice = bytes.subarray(from, from + sliceBytes);
      from += sliceBytes;
      if (this.#response.write(slice)) continue;
      this.#watch();
      this.#response.once('drain', () => {
        this.#drained();
        this.#endInSlices(bytes, from);
      });
      return;
    }
    this.#response.end(bytes?.subarray(from));
    if (this.#response.writableLength > 0) this.#watch();
  }

  /** A caller that still sends would meet a reset instead of its answer: what it sends is thrown away for a moment. */
  #linger(bytes: Uint8Array | undefined): void {
    if (bytes) this.#response.write(bytes);
    const timer = setTimeout(() => this.#response.end(), lingerMs);
    this.#response.req.once('end', () => {
      clearTimeout(timer);
      this.#response.end();
    });
    this.#response.req.resume();
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
    if (this.hasLeft) listener();
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#onOver = listener;
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
    this.#isOver = true;
    this.#onOver?.();
    if (this.#response.writableFinished) return;
    this.hasLeft = true;
    this.#onLeft?.();
  }
}
