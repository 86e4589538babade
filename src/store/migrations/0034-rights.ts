import type { Migration } from './migration.ts';

/**
 * What people asked to be stopped, and the copies of their data that they asked for, sealed. A request of somebody who is signed
 * in, or of an end user whom a workspace names, says whose it is.
 */
export const rights: Migration = {
  version: 34,
  name: 'rights',
  statements: [
    'alter table privacy_case add column person text',
    'alter table privacy_case add column end_user text',
    'create index privacy_case_person on privacy_case (person, received_at) where person is not null',
    // `all`: nothing but storing, security and legal claims. Another activity: what its subject objects to.
    `create table restriction (
      kind text not null check (kind in ('person', 'workspace', 'end-user')),
      subject text not null,
      workspace text not null,
      activity text not null,
      since integer not null,
      primary key (kind, subject, workspace, activity)
    ) strict`,
    `create index restriction_workspace on restriction (workspace) where workspace <> ''`,
    `create table privacy_copy (
      id text not null primary key,
      person text not null,
      privacy_case text not null,
      state text not null check (state in ('making', 'ready', 'failed')),
      seal_key text not null,
      bytes integer not null default 0,
      parts integer not null default 0,
      hash text,
      created_at integer not null,
      changed_at integer not null,
      expires_at integer not null
    ) strict`,
    'create index privacy_copy_person on privacy_copy (person, created_at)',
    'create index privacy_copy_expires_at on privacy_copy (expires_at)',
    `create table privacy_copy_part (
      copy text not null references privacy_copy (id),
      place integer not null,
      sealed text not null,
      primary key (copy, place)
    ) strict`,
  ],
};
