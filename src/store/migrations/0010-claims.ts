import type { Migration } from './migration.ts';

/** Requests that must be carried out once: keyed hashes of what the caller named them, and of their bodies. */
export const claims: Migration = {
  version: 10,
  name: 'claims',
  statements: [
    `create table claim (
      workspace text not null,
      name text not null,
      body text not null,
      generation text not null,
      created_at integer not null,
      primary key (workspace, name)
    ) strict, without rowid`,
    'create index claim_created_at on claim (created_at)',
  ],
};
