/** What is counted: so many within a window that begins with the first. */
export type Counted = { readonly key: string; readonly max: number; readonly windowMs: number };

const entriesMax = 20_000;

type Window = { tries: number; readonly until: number };

/** How often something was tried. In memory, and bounded: what is forgotten first is the oldest. */
export class Tries {
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many counts it remembers. */
  get size(): number {
    return this.#windows.size;
  }

  /** Counts before it is tried, so that many at once are no way around. Gives how long to wait when it may not be. */
  begin(counted: readonly Counted[]): { readonly waitMs: number } | undefined {
    const waits = counted.map(({ key, max }) => {
      const window = this.#current(key);
      return window && window.tries >= max ? window.until - this.#now() : 0;
    });
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return { waitMs };
    for (const { key, windowMs } of counted) this.#count(key, windowMs);
    return undefined;
  }

  takeBack(counted: readonly Counted[]): void {
    for (const { key } of counted) {
      const window = this.#current(key);
      if (window && window.tries > 0) window.tries -= 1;
    }
  }

  #current(key: string): Window | undefined {
    const window = this.#windows.get(key);
    if (window && window.until > this.#now()) return window;
    this.#windows.delete(key);
    return undefined;
  }

  #count(key: string, windowMs: number): void {
    const window = this.#current(key) ?? { tries: 0, until: this.#now() + windowMs };
    window.tries += 1;
    this.#windows.set(key, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > entriesMax && oldest !== undefined) this.#windows.delete(oldest);
  }
}
