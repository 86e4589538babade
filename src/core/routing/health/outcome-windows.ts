import { SlidingCounts } from './sliding-counts.ts';

const windows = {
  minutes5: { bucketMs: 10_000, buckets: 30 },
  minutes30: { bucketMs: 60_000, buckets: 30 },
  day: { bucketMs: 1_800_000, buckets: 48 },
} as const;

export type WindowName = keyof typeof windows;

const [told, failed, limited] = [0, 1, 2];
/** Fewer attempts say nothing of uptime. */
const uptimeAttemptsMin = 100;

/** How attempts ended, over five minutes, thirty, and a day. */
export class OutcomeWindows {
  readonly #minutes5 = new SlidingCounts(3, windows.minutes5);
  readonly #minutes30 = new SlidingCounts(3, windows.minutes30);
  readonly #day = new SlidingCounts(3, windows.day);
  readonly #all = [this.#minutes5, this.#minutes30, this.#day];

  /** A 429 says nothing of uptime: it is counted beside. */
  add(outcome: 'good' | 'failed' | 'limited', now: number): void {
    for (const window of this.#all) {
      if (outcome === 'limited') window.add(limited, 1, now);
      else window.add(told, 1, now);
      if (outcome === 'failed') window.add(failed, 1, now);
    }
  }

  advance(now: number): void {
    for (const window of this.#all) window.advance(now);
  }

  /** Of the last thirty minutes. */
  get attempts(): number {
    return this.#minutes30.sum(told);
  }

  get failed(): number {
    return this.#minutes30.sum(failed);
  }

  get limited(): number {
    return this.#minutes30.sum(limited);
  }

  /** 0–1; undefined: too few attempts to say. */
  uptime(name: WindowName): number | undefined {
    const window = { minutes5: this.#minutes5, minutes30: this.#minutes30, day: this.#day }[name];
    const all = window.sum(told);
    return all < uptimeAttemptsMin ? undefined : 1 - window.sum(failed) / all;
  }
}
