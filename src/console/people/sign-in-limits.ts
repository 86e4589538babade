import { type Counted, Tries } from './tries.ts';

/** An attempt to sign in, by keyed hashes alone. */
export type Attempt = {
  readonly network: string;
  readonly account: string;
  /** A browser from which this very account was signed in to before. */
  readonly device: string | undefined;
};

const minuteMs = 60_000;
const rules = {
  network: { max: 40, windowMs: 10 * minuteMs },
  account: { max: 10, windowMs: 15 * minuteMs },
  device: { max: 20, windowMs: 15 * minuteMs },
} as const;

/**
 * How often a password may be wrong. Strangers who guess use up what strangers have, for an account and for a network; whoever
 * signed in before from the same browser has a count of his own, so that nobody can lock him out.
 */
export class SignInLimits {
  readonly #tries: Tries;

  constructor(now: () => number) {
    this.#tries = new Tries(now);
  }

  /** How many counts it remembers. */
  get size(): number {
    return this.#tries.size;
  }

  /** Counts the attempt as failed before it is tried. Gives how long to wait when it may not be. */
  begin(attempt: Attempt): { readonly waitMs: number } | undefined {
    return this.#tries.begin(countedBy(attempt));
  }

  /** The password was right: what was counted for this attempt counts no more. */
  passed(attempt: Attempt): void {
    this.#tries.takeBack(countedBy(attempt));
  }
}

function countedBy({ network, account, device }: Attempt): readonly Counted[] {
  if (device !== undefined) return [{ key: `device ${account} ${device}`, ...rules.device }];
  return [
    { key: `network ${network}`, ...rules.network },
    { key: `account ${account}`, ...rules.account },
  ];
}
