import type { Migration, PerEngine } from './migration.ts';

// Instants are epoch milliseconds, amounts nano-USD (or whole requests), booleans 0 and 1, json text.

const people = [
  `create table workspace (
    id text not null primary key,
    name text not null unique,
    wallet text not null unique,
    created_at integer not null
  ) strict`,
  `create table key (
    id text not null primary key,
    workspace text not null references workspace (id),
    name text not null,
    hash text not null unique,
    hint text not null,
    disabled integer not null default 0 check (disabled in (0, 1)),
    reset text not null check (reset in ('daily', 'weekly', 'monthly', 'never')),
    expires_at integer,
    created_at integer not null
  ) strict`,
  `create index key_workspace on key (workspace)`,
  `create table setting (
    name text not null primary key,
    value text not null,
    changed_at integer not null
  ) strict`,
  `create table setup_link (
    hash text not null primary key,
    expires_at integer not null,
    used_at integer
  ) strict`,
];

// An allowance without a key is the workspace's own: the wallet's has the wallet's id.
const allowances = [
  `create table allowance (
    id text not null primary key,
    owner text not null check (owner in ('wallet', 'key', 'workspace')),
    workspace text not null references workspace (id),
    key text references key (id),
    unit text not null check (unit in ('nano-usd', 'requests')),
    "window" text not null check ("window" in ('all', 'day', 'week', 'month')),
    "limit" integer not null check ("limit" >= 0),
    version integer not null default 1,
    check ((owner = 'key') = (key is not null))
  ) strict`,
  `create index allowance_workspace on allowance (workspace, key)`,
  `create table allowance_window (
    allowance text not null references allowance (id),
    "window" text not null,
    "limit" integer not null,
    spent integer not null default 0 check (spent >= 0),
    leased integer not null default 0 check (leased >= 0),
    lowered_at integer,
    primary key (allowance, "window")
  ) strict, without rowid`,
  `create table instance (
    id text not null primary key,
    alive_until integer not null,
    state text not null check (state in ('alive', 'fenced', 'recovered', 'forgotten', 'left'))
  ) strict`,
  `create table lease (
    id text not null primary key,
    instance text not null references instance (id),
    allowance text not null,
    "window" text not null,
    granted integer not null,
    posted integer not null default 0,
    done integer not null default 0 check (done in (0, 1)),
    state text not null default 'open' check (state in ('open', 'closed')),
    check (0 <= posted and posted <= granted),
    foreign key (allowance, "window") references allowance_window (allowance, "window")
  ) strict`,
  `create index lease_open_window on lease (allowance, "window") where state = 'open'`,
  `create index lease_open_instance on lease (instance) where state = 'open'`,
];

// A credit is positive, a debit negative. An entry's sequence is the order within its account.
const books = [
  `create table account (
    id text not null primary key,
    kind text not null check (kind in ('wallet', 'revenue', 'clearing', 'payable', 'loss', 'fx')),
    currency text not null,
    exponent integer not null,
    balance integer not null default 0
  ) strict`,
  `create table transfer (
    id text not null primary key,
    kind text not null check (kind in ('charge', 'credit', 'loss')),
    at integer not null,
    currency text not null,
    amount integer not null check (amount > 0),
    reference text
  ) strict`,
  `create table entry (
    sequence integer primary key,
    transfer text not null references transfer (id),
    account text not null references account (id),
    amount integer not null check (amount <> 0),
    balance_after integer not null
  ) strict`,
  `create index entry_transfer on entry (transfer)`,
  `create index entry_account on entry (account, sequence)`,
  `insert into account (id, kind, currency, exponent) values
    ('revenue', 'revenue', 'USD', 9),
    ('clearing:manual', 'clearing', 'USD', 9),
    ('payable:upstreams', 'payable', 'USD', 9),
    ('loss:unknown', 'loss', 'USD', 9),
    ('loss:abandoned', 'loss', 'USD', 9),
    ('loss:overrun', 'loss', 'USD', 9),
    ('loss:late', 'loss', 'USD', 9),
    ('loss:upstream', 'loss', 'USD', 9)`,
];

// The money's own row: no address, no key, no person. Transfers are checked at the commit: they are booked after their rows.
const settlements = [
  `create table settlement (
    generation text not null primary key,
    wallet text,
    lease text,
    price_version text,
    input integer not null,
    cached_input integer not null,
    cache_write_5m integer not null,
    cache_write_1h integer not null,
    output integer not null,
    reasoning integer not null,
    usage_source text not null,
    hold integer not null check (hold >= 0),
    estimate integer,
    charge integer not null check (charge >= 0),
    payable integer not null check (payable in (0, charge)),
    state text not null check (state in ('settled', 'released')),
    transfer text references transfer (id) deferrable initially deferred,
    ended_at integer not null,
    check ((payable > 0) = (transfer is not null)),
    check (state = 'settled' or (charge = 0 and estimate is not null))
  ) strict`,
  // Without it, each transfer would be looked for in the whole table, since its rows are there before it.
  `create index settlement_transfer on settlement (transfer)`,
  `create table settlement_loss (
    generation text not null references settlement (generation),
    account text not null references account (id),
    amount integer not null check (amount > 0),
    transfer text not null references transfer (id) deferrable initially deferred,
    primary key (generation, account)
  ) strict`,
  `create index settlement_loss_transfer on settlement_loss (transfer)`,
  `create table price_version (
    id text not null primary key,
    endpoint text not null,
    price text not null,
    since integer not null,
    number integer not null,
    unique (endpoint, number)
  ) strict`,
];

const usageLog = [
  `create table generation (
    id text not null primary key,
    workspace text not null,
    key text not null,
    model text not null,
    surface text not null,
    stream integer not null check (stream in (0, 1)),
    status integer not null,
    end_reason text not null,
    fault text,
    endpoint text,
    price_version text,
    input integer not null,
    cached_input integer not null,
    cache_write_5m integer not null,
    cache_write_1h integer not null,
    output integer not null,
    reasoning integer not null,
    usage_source text not null,
    disputed integer not null check (disputed in (0, 1)),
    hold integer not null,
    charge integer not null,
    payable integer not null,
    attempts text not null,
    plan text not null,
    excluded text not null,
    splices text not null,
    first_content_ms integer,
    clamped_to integer,
    trimmed integer not null check (trimmed in (0, 1)),
    started_at integer not null,
    ended_at integer not null
  ) strict`,
];

const feed = [
  `create table change_head (
    one integer not null primary key check (one = 1),
    sequence integer not null
  ) strict`,
  `insert into change_head (one, sequence) values (1, 0)`,
  `create table change (
    sequence integer primary key,
    kind text not null check (kind in ('key', 'workspace', 'catalogue')),
    id text not null,
    at integer not null
  ) strict`,
  `create table job_leader (
    name text not null primary key,
    holder text not null,
    until integer not null
  ) strict`,
];

const booked = ['entry', 'transfer', 'settlement', 'settlement_loss', 'price_version'];
const kept = ['entry', 'transfer'];

// What is booked is never changed: a correction is another transfer.
const finality: PerEngine = {
  sqlite: [
    ...booked.map(
      (table) => `create trigger ${table}_is_final before update on ${table}
      begin select raise(abort, '${table} is never changed'); end`,
    ),
    ...kept.map(
      (table) => `create trigger ${table}_stays before delete on ${table}
      begin select raise(abort, '${table} is never deleted'); end`,
    ),
  ],
  postgres: [
    `create function refuse_change() returns trigger language plpgsql as $body$
      begin raise exception '% is never %', tg_table_name, tg_argv[0]; end $body$`,
    ...booked.map(
      (table) => `create trigger ${table}_is_final before update on ${table}
      for each row execute function refuse_change('changed')`,
    ),
    ...kept.map(
      (table) => `create trigger ${table}_stays before delete on ${table}
      for each row execute function refuse_change('deleted')`,
    ),
    ...booked.map(
      (table) => `create trigger ${table}_is_kept before truncate on ${table}
      for each statement execute function refuse_change('deleted')`,
    ),
  ],
};

export const firstTables: Migration = {
  version: 1,
  name: 'first tables',
  statements: [...people, ...allowances, ...books, ...settlements, ...usageLog, ...feed, finality],
};
