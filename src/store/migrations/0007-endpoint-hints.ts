import type { Migration } from './migration.ts';

/** What gateways found of endpoints, for those that start or that were not there: one row each, a hint and no truth. */
export const endpointHints: Migration = {
  version: 7,
  name: 'endpoint-hints',
  statements: [
    `create table endpoint_hint (
      endpoint text not null primary key,
      instance text not null,
      at integer not null,
      out_until integer,
      first_content_ms integer,
      millitokens_per_second integer
    ) strict`,
    'create index endpoint_hint_at on endpoint_hint (at)',
    // An outage that people were told of, until they are told that it is over.
    `create table endpoint_outage (
      endpoint text not null primary key,
      since integer not null
    ) strict`,
  ],
};
