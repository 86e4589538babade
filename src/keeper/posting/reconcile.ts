import { formatUsd } from '#core/money/nano.ts';
import type { Store } from '#store/store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What a look at all the books found: ids, numbers and our own sentences. */
export type Reconciliation = {
  readonly ok: boolean;
  readonly at: string;
  readonly transfers: number;
  readonly generations: number;
  readonly trial_balance: boolean;
  /** Money that has not come to its end, with how long nothing has moved there. */
  readonly unresolved: readonly { readonly what: string; readonly amount_usd: string; readonly hours: number }[];
  readonly problems: readonly string[];
};

/** A gateway's journal is read within minutes; money on its way arrives within days. */
const patienceMs: Readonly<Record<string, number>> = { 'silent-gateways': dayMs, clearing: 7 * dayMs, hold: 7 * dayMs };
/** What an operator says came in has no other side here. */
const opens: ReadonlySet<string> = new Set(['clearing:manual']);

/**
 * Both sides of the books, every rule that ties settlements, usage log, leases and transfers together, and the age of
 * what has no end yet. What is older than it can be is a problem.
 */
export async function reconcile(
  { books, postings }: Pick<Store, 'books' | 'postings'>,
  now: number,
): Promise<Reconciliation> {
  const check = await postings.check();
  const trial = await books.trialBalance();
  const off = new Map<string, bigint>();
  for (const { currency, debit, credit } of trial) off.set(currency, (off.get(currency) ?? 0n) + credit - debit);
  const isBalanced = [...off.values()].every((sum) => sum === 0n);
  const waiting = (await books.unresolved()).filter(({ what }) => !opens.has(what));
  const old = waiting.filter(({ what, since }) => now - since > (patienceMs[what.split(':')[0] ?? ''] ?? 30 * dayMs));
  const problems = [
    ...check.problems,
    ...(isBalanced ? [] : ['The trial balance does not balance.']),
    ...old.map(({ what, amount, since }) => {
      return `${what} has ${formatUsd(amount)} USD for which nothing has happened for ${hoursSince(since, now)} hours.`;
    }),
  ];
  return {
    ok: problems.length === 0,
    at: new Date(now).toISOString(),
    transfers: check.transfers,
    generations: check.generations,
    trial_balance: isBalanced,
    unresolved: waiting.map(({ what, amount, since }) => {
      return { what, amount_usd: formatUsd(amount), hours: hoursSince(since, now) };
    }),
    problems,
  };
}

function hoursSince(since: number, now: number): number {
  return Math.max(0, Math.floor((now - since) / hourMs));
}

/** Looks, and keeps what was found under its day. */
export async function reconcileDay(store: Pick<Store, 'books' | 'postings'>, now: number): Promise<Reconciliation> {
  const found = await reconcile(store, now);
  await store.books.keepReconciliation({
    day: Math.floor(now / dayMs),
    at: now,
    ok: found.ok,
    report: JSON.stringify(found),
  });
  return found;
}
