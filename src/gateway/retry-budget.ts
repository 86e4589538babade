/** Attempts beyond the first are at most a fifth of the requests, so that a failing upstream is not stormed. */
const ratio = 0.2;
/** But always this many per second. */
const perSecondMin = 3;
const burstMax = 100;

/** A bucket that requests fill and retries empty. Instants are monotonic milliseconds. */
export class RetryBudget {
  #tokens = perSecondMin * 3;
  #filledAt = 0;

  /** A request began. */
  earn(): void {
    this.#tokens = Math.min(burstMax, this.#tokens + ratio);
  }

  /** May one more attempt be made? */
  spend(now: number): boolean {
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#filledAt = now;
    // The steady trickle only fills up to its own share, it does not add to a full bucket.
    if (this.#tokens < perSecondMin) this.#tokens = Math.min(perSecondMin, this.#tokens + seconds * perSecondMin);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
