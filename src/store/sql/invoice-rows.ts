import type { InvoiceRow } from '../payment-store.ts';
import { amount, text, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

/** The next number, whatever else is being booked: a transaction that is undone gives its number back. */
export async function addInvoice(
  sql: Sql,
  invoice: Omit<InvoiceRow, 'number'> & { readonly transfer: string },
): Promise<void> {
  const counted = await sql.one('update invoice_counter set last = last + 1 where one = 1 returning last');
  await sql.run(
    `insert into invoice (number, kind, workspace, payment, transfer, amount, at)
     values (:number, :kind, :workspace, :payment, :transfer, :amount, :at)`,
    { ...invoice, number: whole(counted ?? {}, 'last') },
  );
}

export async function invoiceRows(sql: Sql, workspace: string | undefined): Promise<readonly InvoiceRow[]> {
  const rows = await sql.all(
    `select number, kind, workspace, payment, amount, at from invoice
     where :workspace = '' or workspace = :workspace order by number desc limit 1000`,
    { workspace: workspace ?? '' },
  );
  return rows.map(toInvoice);
}

export async function findInvoice(sql: Sql, number: number): Promise<InvoiceRow | undefined> {
  const row = await sql.one('select number, kind, workspace, payment, amount, at from invoice where number = :number', {
    number,
  });
  return row && toInvoice(row);
}

function toInvoice(row: Row): InvoiceRow {
  return {
    number: whole(row, 'number'),
    kind: word(row, 'kind', ['invoice', 'credit-note']),
    workspace: text(row, 'workspace'),
    payment: text(row, 'payment'),
    amount: amount(row, 'amount'),
    at: whole(row, 'at'),
  };
}
