import type { Migration } from './migration.ts';

/** What was spoken with the endpoint, and what a translation left out. */
export const translations: Migration = {
  version: 2,
  name: 'translations',
  statements: [
    'alter table generation add column upstream_protocol text',
    `alter table generation add column dropped text not null default '[]'`,
  ],
};
