import type { Attempt } from './sign-in-limits.ts';
import { Tries } from './tries.ts';

export type Inviting = { readonly actor: string; readonly workspace: string; readonly address: string };

const minuteMs = 60_000;
const [hourMs, dayMs] = [60 * minuteMs, 1_440 * minuteMs];

/**
 * How many letters may be asked for. What strangers ask for is counted where they are, so that they stop nobody else; an address
 * gets so many from all of them together, and whoever signed in before from the same browser has a count of his own.
 */
export class LetterLimits {
  readonly #links: Tries;
  readonly #invitations: Tries;

  constructor(now: () => number) {
    this.#links = new Tries(now);
    this.#invitations = new Tries(now);
  }

  /** A letter with a link for an account. Gives how long to wait when it may not be. */
  link({ network, account, device }: Attempt): { readonly waitMs: number } | undefined {
    if (device !== undefined) {
      return this.#links.begin([{ key: `device ${account} ${device}`, max: 10, windowMs: 15 * minuteMs }]);
    }
    return this.#links.begin([
      { key: `network ${network}`, max: 40, windowMs: 10 * minuteMs },
      { key: `pair ${account} ${network}`, max: 10, windowMs: 15 * minuteMs },
      { key: `account ${account}`, max: 30, windowMs: hourMs },
    ]);
  }

  /** A letter that an account was to be made with an address that has one: whoever tries again and again fills no mailbox. */
  taken(account: string): { readonly waitMs: number } | undefined {
    return this.#links.begin([{ key: `taken ${account}`, max: 3, windowMs: hourMs }]);
  }

  /** An invitation, also one that is taken back at once. */
  invitation({ actor, workspace, address }: Inviting): { readonly waitMs: number } | undefined {
    return this.#invitations.begin([
      { key: `actor ${actor}`, max: 50, windowMs: hourMs },
      { key: `workspace ${workspace}`, max: 100, windowMs: dayMs },
      { key: `address ${address}`, max: 5, windowMs: dayMs },
    ]);
  }
}
