import type { CommandContext } from './command.ts';

/** The work that one of all keepers does at a time: who leads, and until when unless it says so again. */
export async function listJobs({ store, now }: CommandContext) {
  return (await store.jobs.list()).map(({ name, holder, until }) => ({
    name,
    holder,
    until: new Date(until).toISOString(),
    led: until > now(),
  }));
}

/** What the last look at all the books found; null: there was none yet. */
export async function showReconciliation({ store }: CommandContext) {
  const last = await store.books.lastReconciliation();
  if (!last) return null;
  // A parser: reconcile.ts wrote it.
  const report = JSON.parse(last.report) as object;
  return {
    day: new Date(last.day * 86_400_000).toISOString().slice(0, 10),
    at: new Date(last.at).toISOString(),
    ok: last.ok,
    report,
  };
}
