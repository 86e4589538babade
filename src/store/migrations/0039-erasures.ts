import type { Migration } from './migration.ts';

/**
 * Deleting persons and workspaces: each a saga of steps that can be taken up again after a crash, and what stays of it: a
 * pseudonym, evidence, and a keyed hash by which a restored backup is known to bring somebody back.
 */
export const erasures: Migration = {
  version: 39,
  name: 'erasures',
  statements: [
    `create table erasure (
      id text not null primary key,
      kind text not null check (kind in ('person', 'workspace')),
      subject text not null,
      pseudonym text not null,
      address text,
      asked_by text not null,
      parent text,
      state text not null check (state in ('pending', 'purging', 'done', 'cancelled')),
      asked_at integer not null,
      purge_at integer not null,
      due_at integer not null,
      ended_at integer,
      waits text,
      told integer not null default 0 check (told in (0, 1)),
      facts text not null,
      receipt text
    ) strict`,
    `create unique index erasure_open on erasure (kind, subject) where state in ('pending', 'purging')`,
    'create index erasure_parent on erasure (parent) where parent is not null',
    `create table erasure_step (
      erasure text not null references erasure (id),
      place integer not null,
      name text not null,
      rows integer not null default 0,
      done_at integer,
      verified_at integer,
      primary key (erasure, place)
    ) strict`,
    'create table tombstone (hash text not null primary key, kind text not null, at integer not null) strict',
    'create table key_copy (path text not null primary key, at integer not null) strict',
    // While it is set no key of the workspace does anything; what was erased stays as a number that books refer to.
    'alter table workspace add column closing_at integer',
    'alter table workspace add column erased_at integer',
  ],
};
