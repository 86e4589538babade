import type { Migration } from './migration.ts';

/**
 * Windows in which content of one workspace is looked at, what was sealed in them, and each look. Who did what stands here as
 * a keyed pseudonym; the key that opens what was sealed lies elsewhere.
 */
export const inspections: Migration = {
  version: 36,
  name: 'inspections',
  statements: [
    `create table inspection (
      id text not null primary key,
      workspace text not null,
      reason text not null check (reason in ('debug', 'abuse', 'security', 'support')),
      ticket text not null,
      consent text not null check (consent in ('ask', 'tell')),
      minutes integer not null check (minutes between 1 and 60),
      requests_max integer not null check (requests_max between 1 and 500),
      state text not null check (state in ('proposed', 'asked', 'open', 'closed', 'refused', 'destroyed')),
      proposed_by text not null,
      confirmed_by text check (confirmed_by <> proposed_by),
      consented_by text,
      public_key text,
      captured integer not null,
      proposed_at integer not null,
      opened_at integer,
      ends_at integer,
      closed_at integer,
      tell_at integer,
      told integer not null,
      destroyed_at integer
    ) strict`,
    'create index inspection_of on inspection (workspace, proposed_at)',
    `create unique index inspection_one_open on inspection (workspace) where state = 'open'`,
    `create table inspection_capture (
      id text not null primary key,
      inspection text not null references inspection (id),
      generation text not null,
      at integer not null,
      request_bytes integer not null,
      answer_bytes integer not null,
      sealed text not null
    ) strict`,
    'create index inspection_capture_of on inspection_capture (inspection, at)',
    `create table inspection_look (
      id text not null primary key,
      inspection text not null references inspection (id),
      capture text not null,
      person text not null,
      at integer not null
    ) strict`,
    'create index inspection_look_of on inspection_look (inspection, at)',
  ],
};
