import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Step } from './step.ts';

const stepsPerTurn = 32;
const settleMs = 25;

/**
 * Plays steps on one connection. It writes to the socket itself, framing included: only so can it know which words the
 * kernel took (`sent`), and only so can it break the framing on purpose.
 */
export class Wire {
  readonly #response: ServerResponse;
  readonly #socket: Socket;
  readonly #timeScale: number;
  readonly #onDelivered: () => void;
  readonly #onEnd = () => this.#leave();
  readonly #onWritten = () => {
    if (this.#flushing && this.#socket.writableLength === 0) this.#resume();
  };
  readonly #beganMs = performance.now();
  #wake: (() => void) | undefined;
  #flushing = false;
  #chunked = false;
  #gone = false;
  #finished = false;
  /** Tokens that the kernel took. */
  sent = 0;
  /** 0 as long as no head went out. */
  status = 0;

  constructor(options: { response: ServerResponse; socket: Socket; timeScale: number; onDelivered: () => void }) {
    this.#response = options.response;
    this.#socket = options.socket;
    this.#timeScale = options.timeScale;
    this.#onDelivered = options.onDelivered;
    // A caller that leaves sends FIN ('end') or RST ('close'); either way nothing more is paid for.
    this.#socket.on('end', this.#onEnd);
    this.#response.on('close', this.#onEnd);
  }

  /** Plays to the end (`true`), or until the caller leaves (`false`). */
  async play(steps: Iterable<Step>): Promise<boolean> {
    let turn = 0;
    for (const step of steps) {
      const pending = this.#take(step);
      if (pending !== undefined) await pending;
      turn += 1;
      // Without a pause a fast script would never see that its caller has left.
      if (turn % stepsPerTurn === 0) await setImmediate();
      if (this.#gone) break;
    }
    const whole = this.#finished || !this.#gone;
    this.#socket.off('end', this.#onEnd);
    this.#response.off('close', this.#onEnd);
    if (!whole) this.#socket.destroy();
    return whole;
  }

  #take(step: Step): Promise<void> | undefined {
    switch (step.kind) {
      case 'head':
        return this.#putHead(step);
      case 'body':
        return this.#putBody(step.bytes, step.tokens);
      case 'raw':
        return this.#put(step.bytes, step.tokens);
      case 'wait':
        return this.#pause(step.ms / this.#timeScale);
      case 'until':
        return this.#pause(this.#beganMs + step.ms / this.#timeScale - performance.now());
      case 'settle':
        return this.#pause(settleMs);
      case 'delivered':
        this.#onDelivered();
        return undefined;
      case 'stall':
        return this.#sleep();
      case 'reset':
        this.#finished = true;
        this.#socket.resetAndDestroy();
        return undefined;
      case 'close':
        this.#finished = true;
        this.#socket.destroySoon();
        return undefined;
      case 'end':
        return this.#finish();
    }
  }

  #putHead(step: Step & { kind: 'head' }): Promise<void> | undefined {
    this.status = step.status;
    this.#chunked = step.framing === 'chunked';
    this.#response.useChunkedEncodingByDefault = this.#chunked;
    const framing: Record<string, string> = this.#chunked ? { 'transfer-encoding': 'chunked' } : {};
    this.#response.writeHead(step.status, { ...step.headers, ...framing });
    this.#response.flushHeaders();
    this.#response.chunkedEncoding = false;
    return undefined;
  }

  #putBody(bytes: string | Uint8Array, tokens: number): Promise<void> | undefined {
    if (!this.#chunked) return this.#put(bytes, tokens);
    const size = Buffer.byteLength(bytes).toString(16);
    if (typeof bytes === 'string') return this.#put(`${size}\r\n${bytes}\r\n`, tokens);
    return this.#put(Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from('\r\n')]), tokens);
  }

  #put(bytes: string | Uint8Array, tokens: number): Promise<void> | undefined {
    if (!this.#socket.writable) {
      this.#gone = true;
      return undefined;
    }
    this.#socket.write(bytes, this.#onWritten);
    // Nothing left in the buffer means that the kernel took it all at once, which is the rule.
    if (this.#socket.writableLength === 0) {
      this.sent += tokens;
      return undefined;
    }
    this.#flushing = true;
    return this.#sleep().then(() => {
      this.#flushing = false;
      if (!this.#gone) this.sent += tokens;
    });
  }

  #finish(): Promise<void> | undefined {
    const pending = this.#chunked ? this.#put('0\r\n\r\n', 0) : undefined;
    if (pending !== undefined) return pending.then(() => this.#complete());
    this.#complete();
    return undefined;
  }

  #complete(): void {
    if (this.#gone) return;
    this.#finished = true;
    this.#response.end();
  }

  async #pause(ms: number): Promise<void> {
    // A timer cannot wait less than a millisecond; a scale that asks for less asks for no wait.
    if (ms < 0.5) return;
    const timer = setTimeout(() => this.#resume(), ms);
    await this.#sleep();
    clearTimeout(timer);
  }

  #sleep(): Promise<void> {
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #resume(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #leave(): void {
    this.#gone = true;
    this.#resume();
  }
}
