import type { Migration } from './migration.ts';

/** What the log's tree needs to grow without its leaves; empty: it is made from them once. */
export const logPeaks: Migration = {
  version: 50,
  name: 'log-peaks',
  statements: [`alter table log_head add column peaks text not null default ''`],
};
