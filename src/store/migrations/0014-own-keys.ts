import type { Migration } from './migration.ts';

/** Workspaces' own keys at providers, sealed; and what was paid with them, beside what was charged. */
export const ownKeys: Migration = {
  version: 14,
  name: 'own-keys',
  statements: [
    `create table own_key (
      id text not null primary key,
      workspace text not null references workspace (id),
      upstream text not null,
      origin text not null,
      name text not null,
      "use" text not null check ("use" in ('before', 'after', 'only')),
      place integer not null,
      models text,
      keys text,
      disabled integer not null default 0,
      sealed text not null,
      hint text not null,
      created_at integer not null,
      changed_at integer not null
    ) strict`,
    'create index own_key_workspace on own_key (workspace, place)',
    'alter table generation add column own_key text',
    'alter table generation add column upstream_cost integer',
    'alter table usage_hour add column own_key_cost integer not null default 0',
    'alter table key_usage add column own_key_cost integer not null default 0',
  ],
};
