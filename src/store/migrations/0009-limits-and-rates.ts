import type { Migration } from './migration.ts';

/** Limits of workspaces and of single models, of what runs at once, in time zones; rates per minute. */
export const limitsAndRates: Migration = {
  version: 9,
  name: 'limits-and-rates',
  statements: [
    'alter table allowance add column model text',
    `alter table allowance add column zone text not null default 'UTC'`,
    // `open`: only what runs counts, and what ended uses nothing.
    `alter table allowance add column counts text not null default 'spent' check (counts in ('spent', 'open'))`,
    `create table rate (
      id text not null primary key,
      workspace text not null references workspace (id),
      key text references key (id),
      unit text not null check (unit in ('requests', 'tokens')),
      model text,
      per_minute integer not null check (per_minute > 0),
      burst integer not null check (burst > 0),
      ended_at integer
    ) strict`,
    'create index rate_workspace on rate (workspace, key)',
    // What several keepers share of a rate; one alone has it in its memory. After a crash every rate begins anew.
    {
      sqlite: [
        'create table rate_state (rate text not null primary key, level integer not null, at integer not null) strict',
      ],
      postgres: [
        'create unlogged table rate_state (rate text not null primary key, level bigint not null, at bigint not null)',
      ],
    },
  ],
};
