import type { Migration } from './migration.ts';

const columns =
  'id, workspace, key, kind, upstream, object, amount, items, state, created_at, expires_at, ask_at, ended_at, endpoint, price_version';

/** Answers in the background are operations too: with the service tier that was asked for, and our estimate of their input. */
export const backgroundResponses: Migration = {
  version: 49,
  name: 'background-responses',
  statements: [
    `create table operation_2 (
      id text not null primary key,
      workspace text not null references workspace (id),
      key text not null,
      kind text not null check (kind in ('batch', 'background')),
      upstream text not null,
      object text,
      amount integer not null check (amount >= 0),
      items integer not null,
      state text not null check (state in ('open', 'ended')),
      created_at integer not null,
      expires_at integer not null,
      ask_at integer not null,
      ended_at integer,
      endpoint text not null default '',
      price_version text not null default '',
      service_tier text,
      input_estimate integer not null default 0
    ) strict`,
    `insert into operation_2 (${columns}) select ${columns} from operation`,
    `create table operation_use_2 (
      operation text not null references operation_2 (id),
      allowance text not null,
      "window" text not null,
      amount integer not null check (amount >= 0),
      primary key (operation, allowance)
    ) strict`,
    'insert into operation_use_2 select operation, allowance, "window", amount from operation_use',
    'drop table operation_use',
    'drop table operation',
    'alter table operation_2 rename to operation',
    'alter table operation_use_2 rename to operation_use',
    `create index operation_open on operation (ask_at) where state = 'open'`,
  ],
};
