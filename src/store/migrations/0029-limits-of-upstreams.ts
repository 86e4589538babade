import type { Migration } from './migration.ts';

/** Limits of what single upstreams answer. There is still one open limit of each kind. */
export const limitsOfUpstreams: Migration = {
  version: 29,
  name: 'limits-of-upstreams',
  statements: [
    'alter table allowance add column upstream text',
    'drop index allowance_open',
    `create unique index allowance_open on allowance (owner, workspace, coalesce(key, ''), unit, "window",
       coalesce(model, ''), zone, counts, coalesce(end_user, ''), coalesce(upstream, ''))
     where ended_at is null and rule is null`,
  ],
};
