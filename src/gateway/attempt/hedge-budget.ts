/** At most one request in twenty is asked twice. */
const ratio = 0.05;
const burstMax = 10;

/** A bucket that requests which may be hedged fill, and hedges empty. Nothing else fills it. */
export class HedgeBudget {
  #tokens = 0;

  earn(): void {
    this.#tokens = Math.min(burstMax, this.#tokens + ratio);
  }

  spend(): boolean {
    // Twenty times a twentieth is a little less than one.
    if (this.#tokens < 1 - Number.EPSILON * 16) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }
}
