import type { Migration } from './migration.ts';

/** Looks at pages, added up by the hour: no address, no visitor, no query. */
export const pageViews: Migration = {
  version: 32,
  name: 'page-views',
  statements: [
    `create table page_view (
      hour integer not null,
      path text not null,
      referrer text not null,
      country text not null,
      device text not null,
      browser text not null,
      views integer not null,
      visitors integer not null,
      primary key (hour, path, referrer, country, device, browser)
    ) strict`,
  ],
};
