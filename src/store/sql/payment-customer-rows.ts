import type { CustomerRow, TopUpRow, TopUpState } from '../payment-store.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import type { Sql } from './sql.ts';

export async function findCustomer(sql: Sql, workspace: string): Promise<CustomerRow | undefined> {
  const row = await sql.one('select customer, method from payment_customer where workspace = :workspace', {
    workspace,
  });
  return row && { customer: text(row, 'customer'), method: textOrNull(row, 'method') };
}

/** Of nobody who was deleted. A card is its customer's: with another customer the one that was kept is no use. */
export async function setCustomer(
  sql: Sql,
  row: CustomerRow & { readonly workspace: string; readonly now: number },
): Promise<void> {
  await sql.run(
    `insert into payment_customer (workspace, customer, method, changed_at)
     select id, cast(:customer as text), cast(:method as text), cast(:now as bigint) from workspace
     where id = :workspace and erased_at is null
     on conflict (workspace) do update set customer = excluded.customer,
       method = case when excluded.customer = payment_customer.customer
         then coalesce(excluded.method, payment_customer.method) else excluded.method end, changed_at = excluded.changed_at`,
    row,
  );
}

export async function topUpRows(sql: Sql): Promise<readonly TopUpRow[]> {
  const rows = await sql.all(
    `select workspace.id as workspace, owner_setting.value as setting, account.balance
     from owner_setting
     join workspace on workspace.id = owner_setting.owner and workspace.closing_at is null
     join account on account.id = 'wallet:' || workspace.wallet
     join payment_customer on payment_customer.workspace = workspace.id and payment_customer.method is not null
     where owner_setting.name = 'topup' and owner_setting.value <> 'off' order by workspace.id`,
  );
  return rows.map((row) => ({
    workspace: text(row, 'workspace'),
    setting: text(row, 'setting'),
    balance: amount(row, 'balance'),
  }));
}

/** What a top-up is decided by, with its customer's row locked. Undefined: there is no card. */
export async function lockTopUp(
  sql: Sql,
  workspace: string,
  since: number,
): Promise<
  | {
      readonly state: TopUpState;
      readonly open: string | undefined;
      readonly customer: string;
      readonly method: string;
    }
  | undefined
> {
  const row = await sql.one(
    `select customer, method from payment_customer where workspace = :workspace and method is not null ${sql.forUpdate}`,
    { workspace },
  );
  if (!row) return undefined;
  const account = await sql.one(
    `select balance from account where id = (select 'wallet:' || wallet from workspace where id = :workspace)`,
    { workspace },
  );
  const rows = await sql.all(
    `select id, amount, state, created_at, changed_at from payment
     where workspace = :workspace and kind = 'auto' and created_at >= :since order by created_at desc, id desc limit 1000`,
    { workspace, since },
  );
  const all = rows.map((each) => ({
    id: text(each, 'id'),
    amount: amount(each, 'amount'),
    state: word(each, 'state', ['open', 'paid', 'failed', 'expired']),
    begunAt: whole(each, 'created_at'),
    askedAt: whole(each, 'changed_at'),
  }));
  // Failed ones moved no money; all others count against the limit of a month.
  const moved = all.filter(({ state }) => state === 'open' || state === 'paid');
  const open = all.find(({ state }) => state === 'open');
  return {
    state: {
      balance: account ? amount(account, 'balance') : 0n,
      sum: moved.reduce((sum, each) => sum + each.amount, 0n),
      states: all.map(({ state }) => state),
      lastAt: all[0]?.begunAt ?? 0,
      open: open && { begunAt: open.begunAt, askedAt: open.askedAt },
    },
    open: open?.id,
    customer: text(row, 'customer'),
    method: text(row, 'method'),
  };
}
