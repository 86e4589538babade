import type { CustomerRow, PaymentStore, TopUpRow } from '../payment-store.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import type { Sql } from './sql.ts';

export async function findCustomer(sql: Sql, workspace: string): Promise<CustomerRow | undefined> {
  const row = await sql.one('select customer, method from payment_customer where workspace = :workspace', {
    workspace,
  });
  return row && { customer: text(row, 'customer'), method: textOrNull(row, 'method') };
}

/** A card is its customer's: with another customer the one that was kept is no use. */
export async function setCustomer(
  sql: Sql,
  row: CustomerRow & { readonly workspace: string; readonly now: number },
): Promise<void> {
  await sql.run(
    `insert into payment_customer (workspace, customer, method, changed_at) values (:workspace, :customer, :method, :now)
     on conflict (workspace) do update set customer = excluded.customer,
       method = case when excluded.customer = payment_customer.customer
         then coalesce(excluded.method, payment_customer.method) else excluded.method end, changed_at = excluded.changed_at`,
    row,
  );
}

export async function topUpRows(sql: Sql): Promise<readonly TopUpRow[]> {
  const rows = await sql.all(
    `select workspace.id as workspace, owner_setting.value as setting, account.balance, payment_customer.customer,
       payment_customer.method
     from owner_setting
     join workspace on workspace.id = owner_setting.owner
     join account on account.id = 'wallet:' || workspace.wallet
     left join payment_customer on payment_customer.workspace = workspace.id
     where owner_setting.name = 'topup' and owner_setting.value <> 'off' order by workspace.id`,
  );
  return rows.map((row) => ({
    workspace: text(row, 'workspace'),
    setting: text(row, 'setting'),
    balance: amount(row, 'balance'),
    customer: textOrNull(row, 'customer'),
    method: textOrNull(row, 'method'),
  }));
}

/** Failed ones moved no money; all others count against the limit of a month. */
export async function automaticPayments(
  sql: Sql,
  workspace: string,
  since: number,
): ReturnType<PaymentStore['automatic']> {
  const rows = await sql.all(
    `select amount, state, created_at from payment
     where workspace = :workspace and kind = 'auto' and created_at >= :since order by created_at desc, id desc limit 1000`,
    { workspace, since },
  );
  const all = rows.map((row) => ({
    amount: amount(row, 'amount'),
    state: word(row, 'state', ['open', 'paid', 'failed', 'expired']),
  }));
  const moved = all.filter(({ state }) => state === 'open' || state === 'paid');
  return {
    sum: moved.reduce((sum, each) => sum + each.amount, 0n),
    states: all.map(({ state }) => state),
    lastAt: rows[0] ? whole(rows[0], 'created_at') : 0,
  };
}
