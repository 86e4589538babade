/**
 * When an account counts as no longer active, and what becomes of it then. A person is active who signs in, or one of whose workspaces'
 * keys is used.
 */
export type DormancyRules = {
  /** Calendar months without any of it. */
  readonly months: number;
  /** From the first letter to the closing. */
  readonly noticeDays: number;
};

/** What the policy says where the operator says nothing else. */
export const dormancyOtherwise: DormancyRules = { months: 24, noticeDays: 60 };

/** Nobody's data stays longer for the configuration's sake, and nobody is closed who is away for a season. */
export const dormantMonthsRange = { min: 6, max: 24 } as const;

/** What matters to people is told 30 days before at the least; within half a year they go. */
export const dormantNoticeDaysRange = { min: 30, max: 180 } as const;

/** The second letter comes so long before the closing. */
export const secondLetterDays = 14;

const dayMs = 86_400_000;

/** Whoever was active last by then is dormant now (UTC; a month that is shorter gives its last day). */
export function dormantSince(now: number, months: number): number {
  const at = new Date(now);
  const month = at.getUTCMonth() - months;
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(at.getUTCDate(), lastDay);
  return Date.UTC(at.getUTCFullYear(), month, day) + (now % dayMs);
}

/** The day that a letter names: for the second one what the first said, or later, so that its reader has time. */
export function closingAfter(
  letter: 'first' | 'second',
  { now, named, noticeDays }: { readonly now: number; readonly named: number; readonly noticeDays: number },
): number {
  if (letter === 'first') return now + noticeDays * dayMs;
  return Math.max(named, now + secondLetterDays * dayMs);
}
