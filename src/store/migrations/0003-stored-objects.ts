import type { Migration } from './migration.ts';

/** What owners set on workspaces and keys, and which upstream keeps an object that a caller left there. */
export const storedObjects: Migration = {
  version: 3,
  name: 'stored-objects',
  statements: [
    `create table owner_setting (
      owner text not null,
      name text not null,
      value text not null,
      changed_at integer not null,
      primary key (owner, name)
    ) strict`,
    `create table upstream_object (
      id text not null,
      workspace text not null references workspace (id),
      kind text not null check (kind in ('response')),
      upstream text not null,
      created_at integer not null,
      expires_at integer not null,
      primary key (workspace, id)
    ) strict`,
    'create index upstream_object_expires_at on upstream_object (expires_at)',
  ],
};
