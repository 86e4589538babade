import type { Migration } from './migration.ts';

/** Signs of abuse, from metadata alone: counts by key and hour, keyed hashes of networks, and what was decided about them. */
export const abuse: Migration = {
  version: 19,
  name: 'abuse',
  statements: [
    `create table key_hour (
      key text not null,
      hour integer not null,
      requests integer not null default 0,
      refused integer not null default 0,
      abandoned integer not null default 0,
      primary key (key, hour)
    ) strict, without rowid`,
    'create index key_hour_hour on key_hour (hour)',
    // Where a key was used from in a week: a hash of its shortened address under a key that goes with the week.
    `create table key_network (
      key text not null,
      week text not null,
      network text not null,
      country text not null,
      first_at integer not null,
      primary key (key, week, network)
    ) strict, without rowid`,
    `create table key_end_users (
      key text not null,
      hour integer not null,
      count integer not null,
      primary key (key, hour)
    ) strict, without rowid`,
    // A number of what was counted and what is usual; no text of anybody.
    `create table abuse_case (
      id text not null primary key,
      workspace text not null references workspace (id),
      key text not null references key (id),
      reason text not null,
      counted integer not null,
      usual integer not null,
      action text not null check (action in ('none', 'ask', 'slow', 'stop')),
      state text not null check (state in ('open', 'appealed', 'upheld', 'lifted')),
      day integer not null,
      opened_at integer not null,
      until integer,
      appealed_at integer,
      decided_at integer,
      unique (key, reason, day)
    ) strict`,
    'create index abuse_case_workspace on abuse_case (workspace, opened_at)',
  ],
};
