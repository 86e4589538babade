/** A judgement for each so many first contents. */
const sampleMax = 20;
/** Waiting this much longer than at best is no sign of strain. */
const tolerance = 2;
const least = 4;

/**
 * How many attempts an endpoint takes at once before they wait for each other: when the first content takes much longer than
 * at its best, fewer than there were; else a few more, until there is no limit again.
 */
export class ConcurrencyLimit {
  #max = Number.POSITIVE_INFINITY;
  #peak = 0;
  #sum = 0;
  #samples = 0;
  inFlight = 0;

  get max(): number {
    return this.#max;
  }

  began(): void {
    this.inFlight += 1;
    if (this.inFlight > this.#peak) this.#peak = this.inFlight;
  }

  ended(): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
  }

  /** `bestMs` is what it takes when nothing is in its way; NaN: nobody knows yet. */
  waited(firstContentMs: number, bestMs: number): void {
    this.#sum += firstContentMs;
    this.#samples += 1;
    if (this.#samples < sampleMax) return;
    if (!Number.isNaN(bestMs)) this.#judge(this.#sum / this.#samples, bestMs);
    this.#sum = 0;
    this.#samples = 0;
    this.#peak = this.inFlight;
  }

  #judge(meanMs: number, bestMs: number): void {
    const gradient = Math.min(1, Math.max(0.5, (tolerance * bestMs) / Math.max(1, meanMs)));
    // Room for a queue, so that it can be seen whether more would do.
    const used = Math.min(this.#max, this.#peak);
    if (gradient < 1) this.#max = Math.max(least, used * gradient + Math.sqrt(used));
    else if (this.#peak * 4 < this.#max) this.#max = Number.POSITIVE_INFINITY;
    else this.#max += Math.sqrt(this.#max);
  }
}
