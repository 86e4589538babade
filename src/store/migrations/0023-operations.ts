import type { Migration } from './migration.ts';

/** What ends long after its request: money set aside for it, and where it runs. Ids and numbers alone. */
export const operations: Migration = {
  version: 23,
  name: 'operations',
  statements: [
    `create table operation (
      id text not null primary key,
      workspace text not null references workspace (id),
      key text not null,
      kind text not null check (kind in ('batch')),
      upstream text not null,
      object text,
      amount integer not null check (amount >= 0),
      items integer not null,
      state text not null check (state in ('open', 'ended')),
      created_at integer not null,
      expires_at integer not null,
      ask_at integer not null,
      ended_at integer
    ) strict`,
    `create index operation_open on operation (ask_at) where state = 'open'`,
    'alter table settlement add column operation text',
  ],
};
