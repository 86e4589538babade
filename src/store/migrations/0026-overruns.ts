import type { Migration } from './migration.ts';

/** Answers that cost more than was held for them, for a day; and endpoints that a workspace may not use until a person looked. */
export const overruns: Migration = {
  version: 26,
  name: 'overruns',
  statements: [
    `create table overrun (
      generation text not null primary key,
      workspace text not null,
      endpoint text not null,
      at integer not null
    ) strict`,
    'create index overrun_pair on overrun (workspace, endpoint, at)',
    'create index overrun_at on overrun (at)',
    `create table stopped_endpoint (
      workspace text not null,
      endpoint text not null,
      since integer not null,
      told integer not null default 0,
      lifted_at integer,
      primary key (workspace, endpoint)
    ) strict`,
  ],
};
