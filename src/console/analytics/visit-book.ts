import { createHmac, randomBytes } from 'node:crypto';
import { type PageView, type SeenPage, toPageView } from '#core/privacy/page-view.ts';
import type { RunCommand } from '../command-link.ts';

type Count = { readonly view: PageView; views: number; visitors: number };

/** A day's salt, and who was seen under it. Both are in memory alone, and nothing of them is ever written down. */
type Day = { readonly salt: Uint8Array; readonly seen: Set<string> };

const flushMs = 5_000;
/** So many paths and referrers of an hour have rows of their own; what comes beyond is counted without them. */
const placesMax = 2_000;
/** So many rows wait at most, also for a keeper that is away. */
const countsMax = 10_000;
/** The keeper takes so many rows at once. */
const rowsMax = 1_000;
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
  #hour: { readonly at: number; readonly places: Set<string> } = { at: 0, places: new Set() };
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
    const view = this.#isPlaced(seen) ? seen : { ...seen, path: '/…', referrer: '' };
    const key = JSON.stringify(view);
    const count = this.#counts.get(key) ?? { view, views: 0, visitors: 0 };
    if (count.views === 0 && this.#counts.size >= countsMax) return;
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
    const waiting = [...this.#counts];
    this.#counts = new Map();
    for (let from = 0; from < waiting.length; from += rowsMax) {
      const part = waiting.slice(from, from + rowsMax);
      const rows = part.map(([, { view, views, visitors }]) => ({ ...view, views, visitors }));
      const outcome = await this.#command('page-views-add', { rows });
      if ('refused' in outcome) return this.#putBack(waiting.slice(from));
    }
  }

  /** Beside what came meanwhile. */
  #putBack(waiting: readonly (readonly [string, Count])[]): void {
    for (const [key, { view, views, visitors }] of waiting) {
      const now = this.#counts.get(key);
      if (!now && this.#counts.size >= countsMax) continue;
      this.#counts.set(key, { view, views: views + (now?.views ?? 0), visitors: visitors + (now?.visitors ?? 0) });
    }
  }

  /** How many salts are in memory. */
  get saltsKept(): number {
    return this.#days.size;
  }

  /** Anybody may send views of any path: those of an hour have a bound. */
  #isPlaced({ hour, path, referrer }: PageView): boolean {
    if (this.#hour.at !== hour) this.#hour = { at: hour, places: new Set() };
    const { places } = this.#hour;
    const place = `${path}\0${referrer}`;
    if (!places.has(place) && places.size >= placesMax) return false;
    places.add(place);
    return true;
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
