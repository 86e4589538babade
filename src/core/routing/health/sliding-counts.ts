export type Window = { readonly bucketMs: number; readonly buckets: number };

/**
 * Sums of whole numbers over a sliding window, in a ring of buckets: its memory never grows, and it is exact to one bucket.
 * Columns are the user's own small numbers. Instants are monotonic milliseconds; one that runs backwards counts as the last.
 */
export class SlidingCounts {
  readonly #columns: number;
  readonly #bucketMs: number;
  readonly #buckets: number;
  readonly #cells: Float64Array;
  /** What all buckets hold together, so that reading costs nothing. */
  readonly #sums: Float64Array;
  /** The number of the newest bucket since time began. */
  #newest = Number.NEGATIVE_INFINITY;

  constructor(columns: number, { bucketMs, buckets }: Window) {
    this.#columns = columns;
    this.#bucketMs = bucketMs;
    this.#buckets = buckets;
    this.#cells = new Float64Array(columns * buckets);
    this.#sums = new Float64Array(columns);
  }

  add(column: number, amount: number, now: number): void {
    this.advance(now);
    const cell = (this.#newest % this.#buckets) * this.#columns + column;
    this.#cells[cell] = (this.#cells[cell] ?? 0) + amount;
    this.#sums[column] = (this.#sums[column] ?? 0) + amount;
  }

  /** As of the last `advance` or `add`. */
  sum(column: number): number {
    return this.#sums[column] ?? 0;
  }

  /** Forgets what is older than the window. */
  advance(now: number): void {
    const bucket = Math.floor(now / this.#bucketMs);
    if (bucket <= this.#newest) return;
    if (bucket - this.#newest >= this.#buckets) this.clear();
    else for (let old = this.#newest + 1; old <= bucket; old += 1) this.#empty(old % this.#buckets);
    this.#newest = bucket;
  }

  clear(): void {
    this.#cells.fill(0);
    this.#sums.fill(0);
  }

  #empty(bucket: number): void {
    const start = bucket * this.#columns;
    for (let column = 0; column < this.#columns; column += 1) {
      this.#sums[column] = (this.#sums[column] ?? 0) - (this.#cells[start + column] ?? 0);
      this.#cells[start + column] = 0;
    }
  }
}
