/** How long what is about somebody is kept. The policy is written from these numbers, and the drops go by them. */
export type RetentionRules = {
  /** The usage log: which requests were made, when, for how much. */
  readonly usageDays: number;
};

/** What the policy allows at most: a configuration may keep less. */
export const usageDaysMax = 90;

/** Copies of the database that the start makes before it changes the schema. */
export const backupDaysMax = 30;

const dayMs = 86_400_000;

/**
 * The first instant that is kept: what was recorded on a day is there for so many days after it, whole, and gone when the
 * next one begins (UTC).
 */
export function keptFrom(now: number, days: number): number {
  return (Math.floor(now / dayMs) - days) * dayMs;
}
