import { SlidingCounts } from '#core/routing/health/sliding-counts.ts';

/** Attempts beyond the first are at most a fifth of the requests, so that a failing upstream is not stormed. */
const ratio = 0.2;
/** But always this many per second. */
const perSecondMin = 3;
const seconds = 10;
const [requests, retries] = [0, 1];

/** What the last ten seconds allow: a good time long ago pays for no storm now. Instants are monotonic milliseconds. */
export class RetryBudget {
  readonly #counts = new SlidingCounts(2, { bucketMs: 1_000, buckets: seconds });

  /** A request began. */
  earn(now: number): void {
    this.#counts.add(requests, 1, now);
  }

  /** May one more attempt be made? */
  spend(now: number): boolean {
    this.#counts.advance(now);
    const allowed = Math.max(ratio * this.#counts.sum(requests), perSecondMin * seconds);
    if (this.#counts.sum(retries) + 1 > allowed) return false;
    this.#counts.add(retries, 1, now);
    return true;
  }
}
