import type { Migration } from './migration.ts';

const kindOfAllowance = `owner, workspace, coalesce(key, ''), unit, "window", coalesce(model, ''), zone, counts,
    coalesce(end_user, '')`;
const kindOfRate = `workspace, coalesce(key, ''), unit, coalesce(model, ''), coalesce(end_user, '')`;
/** What single end users have under a rule is theirs, not a limit of its own. */
const openAllowances = 'ended_at is null and rule is null';
const openRates = 'ended_at is null';

/** Two open limits of one kind would both count, and only one of them could be changed. Of those that there are the first stays. */
export const oneLimitOfEachKind: Migration = {
  version: 12,
  name: 'one-limit-of-each-kind',
  statements: [
    endAllButOne('allowance', kindOfAllowance, openAllowances),
    `create unique index allowance_open on allowance (${kindOfAllowance}) where ${openAllowances}`,
    endAllButOne('rate', kindOfRate, openRates),
    `create unique index rate_open on rate (${kindOfRate}) where ${openRates}`,
  ],
};

function endAllButOne(table: string, kind: string, open: string): string {
  return `update ${table} set ended_at = 0 where ${open} and id not in (
    select min(id) from ${table} where ${open} group by ${kind})`;
}
