import type { Migration } from './migration.ts';

/** Evidence of what was dropped when its time was over, and what law or a dispute holds back. */
export const retention: Migration = {
  version: 15,
  name: 'retention',
  statements: [
    `create table retention_run (
      subject text not null,
      cutoff integer not null,
      rows integer not null,
      oldest integer not null,
      newest integer not null,
      digest text not null,
      at integer not null,
      primary key (subject, cutoff)
    ) strict, without rowid`,
    `create table legal_hold (
      id text not null primary key,
      workspace text not null,
      owner text not null,
      reason text not null,
      review_at integer not null,
      created_at integer not null,
      ended_at integer
    ) strict`,
    'create index legal_hold_workspace on legal_hold (workspace) where ended_at is null',
  ],
};
