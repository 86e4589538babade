import { exponentOf, isMadeOnUse, kindOfAccount } from '#core/ledger/account.ts';
import type { Transfer } from '#core/ledger/transfer.ts';
import { amount } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

/** A balanced transfer and its id. `reference` is a closed word or an id, never a text of somebody. */
export type NewTransfer = { readonly id: string; readonly transfer: Transfer; readonly reference: string | null };

const transfers = { table: 'transfer', columns: ['id', 'kind', 'at', 'currency', 'amount', 'reference'] } as const;
const entries = { table: 'entry', columns: ['transfer', 'account', 'amount', 'balance_after'] } as const;

/** Books them in their order. Each account moves once, in order of id, so that two bookings never wait for each other. */
export async function bookTransfers(sql: Sql, booked: readonly NewTransfer[], at: number): Promise<void> {
  if (booked.length === 0) return;
  await sql.insert(
    transfers,
    booked.map(({ id, transfer: { kind, currency, amount: moved }, reference }) => {
      return { id, kind, at, currency, amount: moved, reference };
    }),
  );
  const sides = booked.flatMap(({ id, transfer }) => transfer.entries.map((entry) => ({ id, ...entry })));
  const sums = new Map<string, { readonly currency: string; amount: bigint }>();
  for (const { account, currency, amount: moved } of sides) {
    const sum = sums.get(account);
    if (sum) sum.amount += moved;
    else sums.set(account, { currency, amount: moved });
  }
  const moves = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  const after = await Promise.all(moves.map(([account, sum]) => moveAccount(sql, { account, ...sum })));
  // A balance before: each entry of its account stands on the one before it.
  const balances = new Map(moves.map(([account, sum], index) => [account, (after[index] ?? 0n) - sum.amount]));
  const rows = sides.map(({ id, account, amount: moved }) => {
    const balance = (balances.get(account) ?? 0n) + moved;
    balances.set(account, balance);
    return { transfer: id, account, amount: moved, balance_after: balance };
  });
  await sql.insert(entries, rows);
}

/** Returns its balance then. */
async function moveAccount(
  sql: Sql,
  move: { readonly account: string; readonly currency: string; readonly amount: bigint },
): Promise<bigint> {
  const row = await sql.one(
    'update account set balance = balance + :amount where id = :account and currency = :currency returning balance',
    move,
  );
  return amount(row ?? (await makeAccount(sql, move)), 'balance');
}

/** Most accounts are made by their first entry; of two that make one at once, both move it. */
async function makeAccount(
  sql: Sql,
  {
    account,
    currency,
    amount: moved,
  }: { readonly account: string; readonly currency: string; readonly amount: bigint },
): Promise<Row> {
  const kind = kindOfAccount(account);
  const row =
    kind !== undefined && isMadeOnUse(account)
      ? await sql.one(
          `insert into account (id, kind, currency, exponent, balance) values (:account, :kind, :currency, :exponent, :moved)
           on conflict (id) do update set balance = account.balance + :moved where account.currency = :currency
           returning balance`,
          { account, kind, currency, exponent: exponentOf(currency), moved },
        )
      : undefined;
  if (!row) throw new Error('an entry names no account of its currency');
  return row;
}
