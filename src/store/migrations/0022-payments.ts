import type { Migration } from './migration.ts';

/** Money that comes in over a payment provider, invoices, promo credit and codes, adjustments of two people. */
export const payments: Migration = {
  version: 22,
  name: 'payments',
  statements: [
    // What the provider said is kept beside what was booked of it: events come twice, late, and in any order.
    `create table payment (
      id text not null primary key,
      workspace text not null references workspace (id),
      kind text not null check (kind in ('checkout', 'auto')),
      provider text not null,
      session text unique,
      intent text unique,
      amount integer not null check (amount > 0),
      state text not null check (state in ('open', 'paid', 'failed', 'expired')),
      booked integer not null default 0 check (booked in (0, amount)),
      refunded integer not null default 0 check (refunded between 0 and amount),
      refund_booked integer not null default 0 check (refund_booked between 0 and refunded),
      dispute_booked integer not null default 0 check (dispute_booked >= 0),
      created_at integer not null,
      changed_at integer not null
    ) strict`,
    'create index payment_workspace on payment (workspace, created_at)',
    `create table payment_event (
      id text not null primary key,
      kind text not null,
      at integer not null
    ) strict`,
    'create index payment_event_at on payment_event (at)',
    `create table dispute (
      id text not null primary key,
      payment text not null references payment (id),
      amount integer not null check (amount >= 0),
      state text not null check (state in ('open', 'won', 'lost'))
    ) strict`,
    'create index dispute_payment on dispute (payment)',
    // Numbers without a gap: the counter's row is locked until the invoice it numbers is committed.
    `create table invoice_counter (one integer not null primary key check (one = 1), last integer not null) strict`,
    'insert into invoice_counter (one, last) values (1, 0)',
    `create table invoice (
      number integer not null primary key,
      kind text not null check (kind in ('invoice', 'credit-note')),
      workspace text not null,
      payment text not null references payment (id),
      transfer text not null unique references transfer (id) deferrable initially deferred,
      amount integer not null check (amount > 0),
      at integer not null
    ) strict`,
    'create index invoice_workspace on invoice (workspace, number)',
    `create table payment_customer (
      workspace text not null primary key references workspace (id),
      customer text not null,
      method text,
      changed_at integer not null
    ) strict`,
    // Promo credit is used before what was paid for, that which expires first before the rest.
    `create table promo (
      id text not null primary key,
      workspace text not null references workspace (id),
      amount integer not null check (amount > 0),
      used integer not null default 0 check (used between 0 and amount),
      returned integer not null default 0 check (returned between 0 and amount - used),
      expires_at integer not null,
      source text not null,
      transfer text not null references transfer (id) deferrable initially deferred,
      ended_at integer
    ) strict`,
    'create index promo_open on promo (workspace, expires_at) where ended_at is null',
    `create table promo_mark (
      workspace text not null primary key references workspace (id),
      spent integer not null
    ) strict`,
    `create table redeem_code (
      hash text not null primary key,
      amount integer not null check (amount > 0),
      promo_days integer,
      expires_at integer not null,
      created_at integer not null,
      used_at integer,
      workspace text
    ) strict`,
    `create table adjustment (
      id text not null primary key,
      workspace text not null references workspace (id),
      other text not null,
      amount integer not null check (amount <> 0),
      reason text not null,
      proposed_by text not null,
      proposed_at integer not null,
      confirmed_by text check (confirmed_by <> proposed_by),
      confirmed_at integer,
      transfer text references transfer (id) deferrable initially deferred,
      check ((confirmed_by is null) = (transfer is null))
    ) strict`,
  ],
};
