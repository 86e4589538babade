const atFirst = 32;
const least = 4;
const most = 1_024;

/**
 * How many requests an endpoint gets at once while it is out and nobody else is left. Who fails at once may be asked by all; at
 * one that lets its callers wait in vain fewer and fewer do, so that it is not crushed by them when it comes back.
 */
export class LastResortLimit {
  #max = atFirst;

  get max(): number {
    return this.#max;
  }

  /** Another outage, or the end of one: what was seen in the last says nothing of the next. */
  renew(): void {
    this.#max = atFirst;
  }

  /** An attempt is over. In vain: it waited long, and nothing came. */
  ended(isInVain: boolean): void {
    this.#max = isInVain ? Math.max(least, Math.floor(this.#max / 2)) : Math.min(most, this.#max + 1);
  }
}
