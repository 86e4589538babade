import type { Migration } from './migration.ts';

/** A recall travels to the gateways of other trees on the change feed. */
export const recall: Migration = {
  version: 6,
  name: 'recall',
  statements: [
    `create table change_2 (
      sequence integer primary key,
      kind text not null check (kind in ('key', 'workspace', 'catalogue', 'recall')),
      id text not null,
      at integer not null
    ) strict`,
    'insert into change_2 (sequence, kind, id, at) select sequence, kind, id, at from change',
    'drop table change',
    'alter table change_2 rename to change',
  ],
};
