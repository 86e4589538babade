/** An attempt to sign in, by keyed hashes alone. */
export type Attempt = {
  readonly network: string;
  readonly account: string;
  /** A browser from which this very account was signed in to before. */
  readonly device: string | undefined;
};

const minuteMs = 60_000;
const rules = {
  network: { failuresMax: 40, windowMs: 10 * minuteMs },
  account: { failuresMax: 10, windowMs: 15 * minuteMs },
  device: { failuresMax: 20, windowMs: 15 * minuteMs },
} as const;
const entriesMax = 20_000;

type Window = { failures: number; readonly until: number };

/**
 * How often a password may be wrong. Strangers who guess use up what strangers have, for an account and for a network; whoever
 * signed in before from the same browser has a count of his own, so that nobody can lock him out. In memory, and bounded: what is
 * forgotten first is the oldest.
 */
export class SignInLimits {
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many counts it remembers. */
  get size(): number {
    return this.#windows.size;
  }

  /** Counts the attempt as failed before it is tried, so that many at once are no way around. Gives how long to wait when it may not be. */
  begin(attempt: Attempt): { readonly waitMs: number } | undefined {
    const counted = countedBy(attempt);
    const waits = counted.map(({ key, failuresMax }) => {
      const window = this.#current(key);
      return window && window.failures >= failuresMax ? window.until - this.#now() : 0;
    });
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return { waitMs };
    for (const { key, windowMs } of counted) this.#count(key, windowMs);
    return undefined;
  }

  /** The password was right: what was counted for this attempt counts no more. */
  passed(attempt: Attempt): void {
    for (const { key } of countedBy(attempt)) {
      const window = this.#current(key);
      if (window && window.failures > 0) window.failures -= 1;
    }
  }

  #current(key: string): Window | undefined {
    const window = this.#windows.get(key);
    if (window && window.until > this.#now()) return window;
    this.#windows.delete(key);
    return undefined;
  }

  #count(key: string, windowMs: number): void {
    const window = this.#current(key) ?? { failures: 0, until: this.#now() + windowMs };
    window.failures += 1;
    this.#windows.set(key, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > entriesMax && oldest !== undefined) this.#windows.delete(oldest);
  }
}

function countedBy({ network, account, device }: Attempt) {
  if (device !== undefined) return [{ key: `device ${account} ${device}`, ...rules.device }];
  return [
    { key: `network ${network}`, ...rules.network },
    { key: `account ${account}`, ...rules.account },
  ];
}
