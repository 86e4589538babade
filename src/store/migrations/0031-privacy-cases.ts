import type { Migration } from './migration.ts';

/** Requests about privacy, of authorities, and incidents. What a person wrote lies sealed under a key of its own row. */
export const privacyCases: Migration = {
  version: 31,
  name: 'privacy-cases',
  statements: [
    `create table privacy_case (
      id text not null primary key,
      register text not null check (register in ('request', 'legal', 'incident')),
      kind text not null,
      country text,
      workspace text,
      received_at integer not null,
      due_at integer not null,
      reminded integer not null,
      closed_at integer,
      outcome text,
      facts text not null,
      sealed text,
      seal_key text,
      message text unique
    ) strict`,
    'create index privacy_case_open on privacy_case (due_at) where closed_at is null',
  ],
};
