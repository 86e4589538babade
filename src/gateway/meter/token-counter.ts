import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Tokenizer } from '#core/generation/tokenizer.ts';
import type { Counted, CountOrder } from './token-counter-thread.ts';

export type TokenCounterOptions = { readonly waitMs?: number; readonly idleMs?: number };

const waitMsOtherwise = 3_000;
const idleMsOtherwise = 60_000;
const waitingMax = 16;
const charactersMax = 4 * 1024 * 1024;

type Waiting = { readonly resolve: (sums: readonly number[] | undefined) => void; readonly timer: NodeJS.Timeout };

/**
 * Counts with the tokenizers of OpenAI's models, on a thread that begins with the first question and ends when nobody
 * has asked for a minute. Whoever asks waits a little and no longer: then an estimate must do.
 */
export class TokenCounter {
  readonly #waitMs: number;
  readonly #idleMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor({ waitMs = waitMsOtherwise, idleMs = idleMsOtherwise }: TokenCounterOptions = {}) {
    this.#waitMs = waitMs;
    this.#idleMs = idleMs;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** A sum for each list of texts; undefined when there was no time or no room. */
  count(tokenizer: Tokenizer, texts: readonly (readonly string[])[]): Promise<readonly number[] | undefined> {
    const characters = texts.flat().reduce((sum, { length }) => sum + length, 0);
    if (characters > charactersMax || this.#waiting.size >= waitingMax) return Promise.resolve(undefined);
    const id = this.#asked++;
    return new Promise((resolve) => {
      // A thread that hangs in one text would keep all others waiting too.
      const timer = setTimeout(() => this.#giveUp(), this.#waitMs);
      this.#waiting.set(id, { resolve, timer });
      this.#running().postMessage({ id, tokenizer, texts } satisfies CountOrder);
    });
  }

  close(): void {
    this.#giveUp();
  }

  #running(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker) return this.#worker;
    const file = new URL(`./token-counter-thread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: 'counter' });
    worker.unref();
    worker.on('message', (counted: Counted) => this.#take(counted));
    // What it stumbles over may quote what it counted: that it stumbled is all that is known of it.
    worker.on('error', () => {
      if (this.#worker === worker) this.#giveUp();
    });
    this.#worker = worker;
    return worker;
  }

  #take({ id, sums }: Counted): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    waiting?.resolve(sums);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => this.#giveUp(), this.#idleMs).unref();
  }

  #giveUp(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    for (const { resolve, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      resolve(undefined);
    }
    this.#waiting.clear();
  }
}
