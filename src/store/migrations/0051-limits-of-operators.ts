import type { Migration } from './migration.ts';

/** Limits of what one upstream answers for every workspace together: the operator's, whose workspace they stand in. */
export const limitsOfOperators: Migration = {
  version: 51,
  name: 'limits-of-operators',
  statements: [
    'alter table allowance add column of_all integer not null default 0 check (of_all in (0, 1))',
    'drop index allowance_open',
    `create unique index allowance_open on allowance (owner, workspace, coalesce(key, ''), unit, "window",
       coalesce(model, ''), zone, counts, coalesce(end_user, ''), coalesce(upstream, ''), of_all)
     where ended_at is null and rule is null`,
    'create index allowance_of_all on allowance (id) where of_all = 1',
  ],
};
