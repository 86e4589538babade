import { SlidingCounts } from './sliding-counts.ts';

const tenSeconds = { bucketMs: 1_000, buckets: 10 };
const keptShare = 0.7;
const stepMs = 10_000;
const stepPerSecond = 1;
/** One burst of 429s is one sign. */
const restMs = 1_000;
/** Whoever says 429 to less has another reason. */
const leastPerSecond = 1;
/** So long without a 429 there is no limit that we know of. */
const forgetMs = 1_800_000;

/** The rate above which an endpoint began to say 429, learnt as TCP learns: down by much at once, up by little and little. */
export class RateCap {
  readonly #begun = new SlidingCounts(1, tenSeconds);
  #perSecond = Number.NaN;
  #limitedAt = Number.NEGATIVE_INFINITY;
  #raisedAt = 0;
  #now = 0;

  /** Attempts per second, over the last nine to ten. */
  get rate(): number {
    return this.#begun.sum(0) / (9 + (this.#now % 1_000) / 1_000);
  }

  /** NaN: none is known. */
  get perSecond(): number {
    return this.#perSecond;
  }

  began(now: number): void {
    this.#now = now;
    this.#begun.add(0, 1, now);
  }

  limited(now: number): void {
    this.advance(now);
    if (now - this.#limitedAt >= restMs) {
      const from = Number.isNaN(this.#perSecond)
        ? this.rate
        : Math.min(this.#perSecond, Math.max(this.rate, leastPerSecond));
      this.#perSecond = Math.max(leastPerSecond, from * keptShare);
    }
    this.#limitedAt = now;
    this.#raisedAt = now;
  }

  advance(now: number): void {
    this.#now = now;
    this.#begun.advance(now);
    if (Number.isNaN(this.#perSecond)) return;
    const steps = Math.floor((now - this.#raisedAt) / stepMs);
    if (steps <= 0) return;
    this.#raisedAt += steps * stepMs;
    this.#perSecond += steps * stepPerSecond;
    if (now - this.#limitedAt >= forgetMs) this.#perSecond = Number.NaN;
  }
}
