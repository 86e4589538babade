import type { Migration } from './migration.ts';

/**
 * When keys and accounts were used last, and what the persons of those that are not used any more were told. What an account did
 * before is not known: it counts as active when it is first seen.
 */
export const dormancy: Migration = {
  version: 41,
  name: 'dormancy',
  statements: [
    // The network is an address that is shortened to 24 or 48 bits.
    'create table key_use (key text not null primary key, at integer not null, network text) strict',
    `create table person_activity (
      person text not null primary key,
      active_at integer not null,
      told integer not null default 0 check (told in (0, 1, 2, 3)),
      mail text not null default 'none' check (mail in ('none', 'due', 'taken', 'sent', 'failed')),
      mail_at integer not null default 0,
      tries integer not null default 0,
      closes_at integer not null default 0,
      waits text
    ) strict`,
    'create index person_activity_active_at on person_activity (active_at)',
    `create index person_activity_mail on person_activity (mail_at) where mail in ('due', 'taken')`,
  ],
};
