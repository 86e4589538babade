import type { Migration } from './migration.ts';

/** Upstreams that were added while Fairlead ran, their credentials sealed; prices with a day from which they hold; and what tests found. */
export const upstreams: Migration = {
  version: 35,
  name: 'upstreams',
  statements: [
    `create table upstream (
      name text not null primary key,
      written text not null,
      offer text not null,
      origin text not null,
      enabled integer not null default 1,
      sealed text not null,
      hint text not null,
      created_at integer not null,
      changed_at integer not null
    ) strict`,
    `create table endpoint_price (
      endpoint text not null,
      since integer not null,
      price text,
      set_at integer not null,
      primary key (endpoint, since)
    ) strict`,
    `create table upstream_test (
      upstream text not null primary key,
      at integer not null,
      endpoint text not null,
      generation text,
      status integer not null,
      ms integer not null,
      fault text
    ) strict`,
  ],
};
