import { Buffer } from 'node:buffer';
import type { Answerer, Bill, ReplyForm } from '#core/protocol/reply-form.ts';
import { Patience } from '../attempt/patience.ts';
import type { Call } from '../call.ts';

/**
 * The caller's side of a stream over all attempts: commits the status with the first byte, and sends a heartbeat when
 * there was nothing to say for a while, so that nobody in between hangs up.
 */
export class CallerStream {
  readonly #call: Call;
  readonly #headers: () => readonly string[];
  readonly #heartbeat: Uint8Array;
  readonly #form: ReplyForm | undefined;
  readonly #silence: Patience;
  #isOver = false;
  #isFirst = true;
  #hasBeaten = false;
  isCommitted = false;

  constructor(call: Call, options: { readonly heartbeatMs: number; readonly headers: () => readonly string[] }) {
    this.#call = call;
    this.#headers = options.headers;
    this.#heartbeat = Buffer.from(call.protocol.heartbeat);
    this.#form = call.openForm?.();
    this.#silence = new Patience(options.heartbeatMs, () => this.#beat());
  }

  /** The status becomes true, with whatever is known of the endpoint now. */
  commit(headers: readonly string[]): void {
    if (this.isCommitted || this.#isOver) return;
    this.#call.reply.head(200, [
      ...headers,
      'content-type',
      this.#form?.contentType ?? 'text/event-stream; charset=utf-8',
      'cache-control',
      'no-cache, no-transform',
      'x-accel-buffering',
      'no',
    ]);
    this.isCommitted = true;
  }

  /** Whole events only. False: wait for the drain. */
  write(bytes: Uint8Array): boolean {
    if (this.#isOver) return true;
    this.#silence.heard();
    const said = this.#isFirst && this.#hasBeaten ? withoutMark(bytes) : bytes;
    this.#isFirst = false;
    return this.#call.reply.write(this.#formed(said));
  }

  get wantsUsage(): boolean {
    return this.#form?.wantsUsage ?? false;
  }

  answering(by: Answerer): void {
    this.#form?.answering?.(by);
  }

  /** Without a bill: it broke off. */
  end(bytes: Uint8Array, bill: Bill | undefined): void {
    if (this.#isOver) return;
    this.stop();
    const form = this.#form;
    this.#call.reply.end(form ? Buffer.from(form.write(bytes) + form.end(bill)) : bytes);
  }

  stop(): void {
    this.#isOver = true;
    this.#silence.stop();
  }

  #beat(): void {
    if (this.#isOver) return;
    this.#hasBeaten = true;
    this.commit(this.#headers());
    this.#call.reply.write(this.#formed(this.#heartbeat));
  }

  #formed(bytes: Uint8Array): Uint8Array {
    return this.#form ? Buffer.from(this.#form.write(bytes)) : bytes;
  }
}

/** A byte order mark is one only at the very start: behind a heartbeat it would hide the event that it stands before. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
