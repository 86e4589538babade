import type { Migration } from './migration.ts';

/** What each night's look at the books found; what providers say they are owed. */
export const reconciliation: Migration = {
  version: 21,
  name: 'reconciliation',
  statements: [
    // A day is a number of them since 1970, UTC.
    `create table reconciliation (
      day integer not null primary key,
      at integer not null,
      ok integer not null check (ok in (0, 1)),
      report text not null
    ) strict`,
    `create table provider_bill (
      upstream text not null,
      day integer not null,
      model text not null,
      amount integer,
      input integer,
      output integer,
      imported_at integer not null,
      primary key (upstream, day, model)
    ) strict`,
  ],
};
