import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import { fillerModel } from './configuration.ts';

/** Further attempts are at most this share of the requests of the last seconds. */
const requestsPerRetry = 5;
const windowMs = 10_000;
/** Its clock and ours differ by what a busy machine makes of them. */
const slackMs = 2_000;
const atOnce = 50;

type Entry = { readonly at: number; readonly count: number };

/** A gateway allows retries only beside many requests that need none: this asks them, as many as the next cells need. */
export class RetryPurse {
  readonly #caller: Caller;
  #earned: Entry[] = [];
  #spent: Entry[] = [];

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async fill(needed: number): Promise<void> {
    const now = performance.now();
    this.#spent = this.#spent.filter(({ at }) => at > now - windowMs - slackMs);
    this.#earned = this.#earned.filter(({ at }) => at > now - windowMs + slackMs);
    const missing = requestsPerRetry * (sum(this.#spent) + needed) - sum(this.#earned);
    const body = { model: fillerModel, messages: [{ role: 'user', content: 'fill' }] };
    for (let left = missing; left > 0; left -= atOnce) {
      const count = Math.min(atOnce, left);
      await Promise.all(Array.from({ length: count }, () => this.#caller.post('/v1/chat/completions', body)));
      this.#earned.push({ at: performance.now(), count });
    }
  }

  /** Waits until nothing that was spent counts any more. */
  async rest(): Promise<void> {
    const last = this.#spent.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    const leftMs = last + windowMs + slackMs - performance.now();
    if (leftMs > 0) await sleep(leftMs);
  }

  /** The cells are over. */
  spend(count: number): void {
    this.#spent.push({ at: performance.now(), count });
  }
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((total, { count }) => total + count, 0);
}
