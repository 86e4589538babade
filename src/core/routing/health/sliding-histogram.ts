import { SlidingCounts } from './sliding-counts.ts';

/** Thirty minutes, exact to three. */
const window = { bucketMs: 180_000, buckets: 10 };
/** Each bin is a quarter wider than the one before, from the least value to a million times as much. */
const binsPerOctave = 3;
const bins = 20 * binsPerOctave;

/** How a measure was spread over the last half hour, to about an eighth: nobody chooses between endpoints by less. */
export class SlidingHistogram {
  readonly #least: number;
  readonly #counts = new SlidingCounts(bins, window);
  #total = 0;

  /** Values below the least count as it. */
  constructor(least: number) {
    this.#least = least;
  }

  add(value: number, now: number): void {
    const bin = Math.floor(Math.log2(value / this.#least) * binsPerOctave);
    this.#counts.add(Math.min(bins - 1, Math.max(0, bin)), 1, now);
  }

  /** Forgets what is old; then `count` and `quantile` are as of now. */
  advance(now: number): void {
    this.#counts.advance(now);
    this.#total = 0;
    for (let bin = 0; bin < bins; bin += 1) this.#total += this.#counts.sum(bin);
  }

  get count(): number {
    return this.#total;
  }

  /** The middle of the bin below whose end this part of all values lies; NaN when there is none. */
  quantile(part: number): number {
    let left = Math.max(1, Math.ceil(part * this.#total));
    for (let bin = 0; bin < bins; bin += 1) {
      left -= this.#counts.sum(bin);
      if (left <= 0) return this.#least * 2 ** ((bin + 0.5) / binsPerOctave);
    }
    return Number.NaN;
  }
}
