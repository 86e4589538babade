import type { Migration } from './migration.ts';

/** Batches of receipts lie in one place, in the order of their time: adding one touches one page instead of three. */
export const receiptBatches: Migration = {
  version: 16,
  name: 'receipt-batches',
  statements: [
    'drop index receipt_batch_at',
    `create table receipt_batch_2 (
      id text not null primary key,
      key text not null,
      at integer not null,
      size integer not null,
      root text not null,
      signature text not null,
      facts text not null,
      leaves text not null
    ) strict, without rowid`,
    `insert into receipt_batch_2 (id, key, at, size, root, signature, facts, leaves)
      select id, key, at, size, root, signature, facts, leaves from receipt_batch`,
    'drop table receipt_batch',
    'alter table receipt_batch_2 rename to receipt_batch',
  ],
};
