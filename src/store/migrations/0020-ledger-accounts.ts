import type { Migration, PerEngine } from './migration.ts';

const accountKinds =
  "'wallet', 'revenue', 'clearing', 'payable', 'loss', 'fx', 'promo', 'refund', 'tax', 'hold', 'expense'";
const transferKinds =
  "'charge', 'credit', 'loss', 'refund', 'expiry', 'adjustment', 'dispute', 'hold', 'release', 'payout', 'fee', 'exchange'";

// SQLite changes a check only with its table. What refers to it is judged at the commit, when all rows are back.
const moreKinds: PerEngine = {
  sqlite: [
    'pragma defer_foreign_keys = on',
    'create table account_was as select * from account',
    'create table transfer_was as select * from transfer',
    'create index settlement_loss_account on settlement_loss (account)',
    'drop table account',
    'drop table transfer',
    `create table account (
      id text not null primary key,
      kind text not null check (kind in (${accountKinds})),
      currency text not null,
      exponent integer not null,
      balance integer not null default 0
    ) strict`,
    `create table transfer (
      id text not null primary key,
      kind text not null check (kind in (${transferKinds})),
      at integer not null,
      currency text not null,
      amount integer not null check (amount > 0),
      reference text
    ) strict`,
    'insert into account (id, kind, currency, exponent, balance) select id, kind, currency, exponent, balance from account_was',
    'insert into transfer (id, kind, at, currency, amount, reference) select id, kind, at, currency, amount, reference from transfer_was',
    'drop table account_was',
    'drop table transfer_was',
    'drop index settlement_loss_account',
    `create trigger transfer_is_final before update on transfer begin select raise(abort, 'transfer is never changed'); end`,
    `create trigger transfer_stays before delete on transfer begin select raise(abort, 'transfer is never deleted'); end`,
  ],
  postgres: [
    'alter table account drop constraint account_kind_check',
    `alter table account add constraint account_kind_check check (kind in (${accountKinds}))`,
    'alter table transfer drop constraint transfer_kind_check',
    `alter table transfer add constraint transfer_kind_check check (kind in (${transferKinds}))`,
  ],
};

// What has not balanced by the commit stops it. SQLite judges foreign keys then, so a transfer that is open names a row
// of a table that has none, for as long as it is off.
const balance: PerEngine = {
  sqlite: [
    `create trigger transfer_opens after insert on transfer begin
      insert into open_transfer (transfer, debits, credits) values (new.id, -new.amount, new.amount); end`,
    `create trigger entry_balances after insert on entry begin
      select raise(abort, 'an entry is in the currency of its account and its transfer')
        where (select currency from account where id = new.account) is not (select currency from transfer where id = new.transfer);
      insert into open_transfer (transfer, debits, credits)
        values (new.transfer, -min(new.amount, 0), -max(new.amount, 0))
        on conflict (transfer) do update set debits = debits - min(new.amount, 0), credits = credits - max(new.amount, 0);
      delete from open_transfer where transfer = new.transfer and debits = 0 and credits = 0; end`,
  ],
  postgres: [
    `create function judge_entry() returns trigger language plpgsql as $body$
      begin
        if (select currency from account where id = new.account)
          is distinct from (select currency from transfer where id = new.transfer) then
          raise exception 'an entry is in the currency of its account and its transfer';
        end if;
        return new;
      end $body$`,
    `create trigger entry_has_its_currency before insert on entry for each row execute function judge_entry()`,
    `create function judge_transfer() returns trigger language plpgsql as $body$
      declare named text := case when tg_table_name = 'entry' then to_jsonb(new) ->> 'transfer' else to_jsonb(new) ->> 'id' end;
      begin
        if exists (select 1 from transfer where id = named and (
          (select coalesce(sum(amount), 0) from entry where entry.transfer = named) <> 0
          or (select coalesce(sum(amount), 0) from entry where entry.transfer = named and amount > 0) <> transfer.amount)) then
          raise exception 'a transfer balances, and says what it moves';
        end if;
        return null;
      end $body$`,
    `create constraint trigger transfer_balances after insert on transfer deferrable initially deferred
      for each row execute function judge_transfer()`,
    `create constraint trigger entry_balances after insert on entry deferrable initially deferred
      for each row execute function judge_transfer()`,
  ],
};

// Both engines: nothing that was refunded is more than what was paid.
const refunds: PerEngine = {
  sqlite: [
    `create trigger refund_is_bounded before insert on refund begin
      select raise(abort, 'a refund is a part of its settlement') where new.amount +
        (select coalesce(sum(amount), 0) from refund where generation = new.generation) >
        coalesce((select payable from settlement where generation = new.generation), 0); end`,
    `create trigger refund_is_final before update on refund begin select raise(abort, 'refund is never changed'); end`,
    `create trigger refund_stays before delete on refund begin select raise(abort, 'refund is never deleted'); end`,
  ],
  postgres: [
    `create function judge_refund() returns trigger language plpgsql as $body$
      begin
        perform 1 from settlement where generation = new.generation for update;
        if new.amount + (select coalesce(sum(amount), 0) from refund where generation = new.generation) >
          coalesce((select payable from settlement where generation = new.generation), 0) then
          raise exception 'a refund is a part of its settlement';
        end if;
        return new;
      end $body$`,
    'create trigger refund_is_bounded before insert on refund for each row execute function judge_refund()',
    `create trigger refund_is_final before update on refund for each row execute function refuse_change('changed')`,
    `create trigger refund_stays before delete on refund for each row execute function refuse_change('deleted')`,
  ],
};

/** More kinds of account and transfer, balance that the database itself enforces, who is owed what, refunds, markup. */
export const ledgerAccounts: Migration = {
  version: 20,
  name: 'ledger-accounts',
  statements: [
    moreKinds,
    'create table never (one integer not null primary key) strict',
    `create table open_transfer (
      transfer text not null primary key,
      debits integer not null,
      credits integer not null,
      never integer not null default 1 references never (one) deferrable initially deferred
    ) strict`,
    balance,
    'alter table settlement add column cost integer not null default 0 check (cost between 0 and charge)',
    'alter table settlement add column payee text',
    `create table refund (
      transfer text not null primary key references transfer (id) deferrable initially deferred,
      generation text not null references settlement (generation),
      amount integer not null check (amount > 0),
      reason text not null,
      at integer not null
    ) strict`,
    'create index refund_generation on refund (generation)',
    refunds,
    // In millionths of what the endpoint costs. The empty text concerns everybody.
    `create table markup_rule (
      model text not null,
      seller text not null,
      workspace text not null,
      millionths integer not null check (millionths between 0 and 10000000),
      changed_at integer not null,
      primary key (model, seller, workspace)
    ) strict`,
    'alter table price_version add column markup integer not null default 0',
  ],
};
