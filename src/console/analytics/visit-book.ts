import { createHmac, randomBytes } from 'node:crypto';
import { type PageView, type SeenPage, toPageView } from '#core/privacy/page-view.ts';
import type { RunCommand } from '../command-link.ts';

type Count = { readonly view: PageView; views: number; visitors: number };

/** A day's salt, and who was seen under it. Both are in memory alone, and nothing of them is ever written down. */
type Day = { readonly salt: Uint8Array; readonly seen: Set<string> };

const flushMs = 5_000;
/** So many kinds of views between two flushes; what comes beyond is counted without its path. */
const countsMax = 2_000;
const visitorsMax = 200_000;
/** A salt lives for its day and the one after it. */
const saltDays = 2;
const dayHours = 24;

/**
 * Counts looks at pages, and visitors of a day: under a random salt that is forgotten after 48 hours, a truncated network and a
 * family of browsers make a mark that is kept in memory for the day. Afterwards nobody can tell, or compute again, who it was.
 */
export class VisitBook {
  readonly #command: RunCommand;
  readonly #now: () => number;
  readonly #days = new Map<number, Day>();
  #counts = new Map<string, Count>();
  #timer: NodeJS.Timeout | undefined;

  constructor(command: RunCommand, now: () => number) {
    this.#command = command;
    this.#now = now;
  }

  /** `network`: truncated, as the gateway gives it. */
  see(page: Omit<SeenPage, 'at'>, network: string): void {
    const at = this.#now();
    const seen = toPageView({ ...page, at });
    if (!seen) return;
    const view = this.#counts.size < countsMax ? seen : { ...seen, path: '/…', referrer: '' };
    const key = JSON.stringify(view);
    const count = this.#counts.get(key) ?? { view, views: 0, visitors: 0 };
    count.views += 1;
    if (this.#isFirst(Math.floor(view.hour / dayHours), `${network}\0${view.browser}\0${view.device}`))
      count.visitors += 1;
    this.#counts.set(key, count);
    this.#timer ??= setTimeout(() => this.flush().catch(() => {}), flushMs).unref();
  }

  /** What a keeper that is away does not take is counted with the next flush. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counts = this.#counts;
    if (counts.size === 0) return;
    this.#counts = new Map();
    const rows = [...counts.values()].map(({ view, views, visitors }) => ({ ...view, views, visitors }));
    const outcome = await this.#command('page-views-add', { rows });
    if ('refused' in outcome && this.#counts.size === 0) this.#counts = counts;
  }

  /** How many salts are in memory. */
  get saltsKept(): number {
    return this.#days.size;
  }

  #isFirst(day: number, who: string): boolean {
    for (const known of this.#days.keys()) if (known <= day - saltDays) this.#days.delete(known);
    const today = this.#days.get(day) ?? { salt: randomBytes(32), seen: new Set<string>() };
    this.#days.set(day, today);
    const mark = createHmac('sha256', today.salt).update(who).digest('base64url').slice(0, 16);
    if (today.seen.has(mark) || today.seen.size >= visitorsMax) return false;
    today.seen.add(mark);
    return true;
  }
}
