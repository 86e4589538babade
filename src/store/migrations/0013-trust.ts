import type { Migration } from './migration.ts';

/**
 * Receipts and the log of promises. A receipt is its generation's row of the usage log, as a batch was signed over it: the
 * batch keeps the leaves' hashes, so that a proof can be made, and still be made for the others when one row is gone.
 */
export const trust: Migration = {
  version: 13,
  name: 'trust',
  statements: [
    `create table trust_key (
      id text not null primary key,
      public text not null,
      since integer not null,
      until integer
    ) strict`,
    `create table receipt_batch (
      id text not null primary key,
      key text not null,
      at integer not null,
      size integer not null,
      root text not null,
      signature text not null,
      facts text not null,
      leaves text not null
    ) strict`,
    'create index receipt_batch_at on receipt_batch (at)',
    'alter table generation add column receipt_batch text',
    'alter table generation add column receipt_place integer',
    `create table log_entry (
      place integer not null primary key,
      at integer not null,
      kind text not null,
      subject text not null,
      body text not null,
      leaf text not null
    ) strict`,
    'create index log_entry_subject on log_entry (kind, subject, place)',
    // One row, which whoever appends locks first: so the log has one end.
    `create table log_head (
      one integer not null primary key check (one = 1),
      size integer not null,
      root text not null,
      at integer not null,
      key text not null,
      signature text not null
    ) strict`,
    `insert into log_head (one, size, root, at, key, signature) values (1, 0, '', 0, '', '')`,
    {
      sqlite: [
        `create trigger log_entry_is_final before update on log_entry
        begin select raise(abort, 'log_entry is never changed'); end`,
        `create trigger log_entry_stays before delete on log_entry
        begin select raise(abort, 'log_entry is never deleted'); end`,
      ],
      postgres: [
        `create trigger log_entry_is_final before update on log_entry
        for each row execute function refuse_change('changed')`,
        `create trigger log_entry_stays before delete on log_entry
        for each row execute function refuse_change('deleted')`,
        `create trigger log_entry_is_kept before truncate on log_entry
        for each statement execute function refuse_change('deleted')`,
      ],
    },
  ],
};
