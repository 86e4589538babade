import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { reconcileDay } from '../posting/reconcile.ts';

const everyMs = 60_000;
/** Looking at all the books takes its time: nobody else begins in it. */
const leadMs = 30 * 60_000;
const dayMs = 86_400_000;
/** When the day that ended is whole, and few call. */
const fromHourUtc = 2;

export type BooksContext = {
  readonly store: Pick<Store, 'books' | 'postings' | 'jobs'>;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
  /** Told of what is wrong, beside the log. */
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

/** Each night one of all keepers looks whether the books are right. Stops with what it returns. */
export function startBooksJob(context: BooksContext): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = lookAtBooks(context)
      .catch((thrown) => context.log('keeper-task-failed', { task: 'books', ...faultFields(thrown) }))
      .finally(() => {
        isRunning = false;
      });
  }, everyMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Once a day, by whoever leads: true when it was done now. */
export async function lookAtBooks({ store, holder, log, now, tell }: BooksContext): Promise<boolean> {
  const at = now();
  const today = Math.floor(at / dayMs);
  if (at - today * dayMs < fromHourUtc * 3_600_000) return false;
  if ((await store.books.lastReconciliation())?.day === today) return false;
  if (!(await store.jobs.lead('books', holder, at + leadMs, at))) return false;
  const { ok, problems } = await reconcileDay(store, at);
  log(ok ? 'books-right' : 'books-wrong', { records: problems.length });
  if (!ok) tell?.({ event: 'books-wrong', problems: String(problems.length), at: new Date(at).toISOString() });
  return true;
}
