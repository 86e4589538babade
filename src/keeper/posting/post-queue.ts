import type { EndRecord } from '#core/journal/record.ts';
import type { PostingStore } from '#store/store.ts';
import type { SealReceipts } from '#store/trust-store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';

const batchRecordsMax = 500;
const gatherMs = 20;
const retryMs = 250;

type Entry = { readonly records: readonly EndRecord[]; readonly posted: () => void };

/**
 * Group commit: what has arrived within 20 ms, or 500 records, is one transaction, and whoever sent them hears of it
 * only after the commit. A failed transaction is tried again for ever: records are money, and gateways stop admitting
 * long before the queue is a burden.
 */
export class PostQueue {
  readonly #postings: Pick<PostingStore, 'post'>;
  readonly #now: () => number;
  readonly #log: KeeperLog;
  readonly #seal: SealReceipts | undefined;
  #entries: Entry[] = [];
  #queued = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(postings: Pick<PostingStore, 'post'>, now: () => number, log: KeeperLog, seal?: SealReceipts) {
    this.#postings = postings;
    this.#now = now;
    this.#log = log;
    this.#seal = seal;
  }

  /** Calls `posted` when these records, and all that were added before, are committed. */
  add(records: readonly EndRecord[], posted: () => void): void {
    for (let from = 0; from < records.length; from += batchRecordsMax) {
      const isLast = from + batchRecordsMax >= records.length;
      this.#entries.push({ records: records.slice(from, from + batchRecordsMax), posted: isLast ? posted : () => {} });
    }
    if (records.length === 0) this.#entries.push({ records, posted });
    this.#queued += records.length;
    this.#schedule();
  }

  /** Resolves when everything added so far is committed. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#entries.push({ records: [], posted: resolve });
      this.#run();
    });
  }

  /** What is still queued stays in the gateways' journals: they get no `posted` and send it again. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#entries = [];
  }

  #schedule(): void {
    if (this.#queued >= batchRecordsMax) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), gatherMs).unref();
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#postAll().finally(() => {
      this.#running = undefined;
      if (this.#entries.length > 0 && !this.#closed) this.#schedule();
    });
  }

  async #postAll(): Promise<void> {
    const batch = this.#takeBatch();
    const records = batch.flatMap((entry) => entry.records);
    while (records.length > 0 && !this.#closed) {
      try {
        const { late, wrong } = await this.#postings.post(records, this.#now(), this.#seal);
        if (late > 0) this.#log('keeper-posted-late', { records: late, wrong });
        break;
      } catch (thrown) {
        this.#log('keeper-post-failed', { ...faultFields(thrown), records: records.length });
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
      }
    }
    if (this.#closed && records.length > 0) return;
    for (const entry of batch) entry.posted();
  }

  #takeBatch(): readonly Entry[] {
    let count = 0;
    let taken = 0;
    for (const entry of this.#entries) {
      if (taken > 0 && count + entry.records.length > batchRecordsMax) break;
      count += entry.records.length;
      taken += 1;
    }
    this.#queued -= count;
    return this.#entries.splice(0, taken);
  }
}
