import type { Migration } from './migration.ts';

/** Whether the addresses of terms and opt-outs of upstreams still answer. */
export const linkChecks: Migration = {
  version: 40,
  name: 'link-checks',
  statements: [
    `create table link_check (
      url text not null primary key,
      at integer not null,
      status integer not null,
      failures integer not null
    ) strict`,
  ],
};
