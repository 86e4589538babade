import type { PolicyChange } from '#core/privacy/policy/compare-policies.ts';
import type { RunCommand } from '../command-link.ts';
import type { Shown } from './legal-desk.ts';

/** What was told to everybody, as the page, its twin and the feed show it. */
export type ShownNotice = {
  readonly id: string;
  readonly kind: 'policy' | 'sub-processor';
  readonly subject: string;
  readonly material: boolean;
  readonly at: string;
  /** A day of UTC. */
  readonly effective: string;
  readonly holds: boolean;
  readonly changes: readonly PolicyChange[];
  readonly upstream: {
    readonly provider: string;
    readonly seller: string;
    readonly type: string;
    readonly region: string;
  } | null;
  readonly told: { readonly people: number; readonly seen: number; readonly mailed: number };
};

const freshMs = 10_000;

/** The notices, asked for at most every ten seconds, since every public page shows those that do not hold yet. */
export class NoticeBoard {
  readonly #command: RunCommand;
  readonly #now: () => number;
  #known: readonly ShownNotice[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(command: RunCommand, now: () => number) {
    this.#command = command;
    this.#now = now;
  }

  async all(): Promise<Shown<readonly ShownNotice[]>> {
    if (this.#now() - this.#askedAt < freshMs) return this.#known;
    const outcome = await this.#command('notice-list', {});
    if ('refused' in outcome) return outcome.refused;
    // The keeper's command gives this.
    this.#known = outcome.value as readonly ShownNotice[];
    this.#askedAt = this.#now();
    return this.#known;
  }

  /** Those that do not hold yet; none where they cannot be asked for: a page about something else goes on. */
  async coming(): Promise<readonly ShownNotice[]> {
    const all = await this.all();
    return typeof all === 'object' ? all.filter(({ holds }) => !holds) : [];
  }
}
