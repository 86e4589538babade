import { latePayment, latePaymentBack } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { LatePayment } from '../payment-store.ts';
import { bookTransfers } from './book-transfers.ts';
import { addInvoice } from './invoice-rows.ts';
import { amount, text, whole } from './read-row.ts';
import { must, type Sql } from './sql.ts';

type Late = {
  readonly id: string;
  readonly workspace: string;
  readonly paid: Nano;
  readonly isBooked: boolean;
  /** What is to go back, beyond what was booked. Of a dispute that was won it is below nothing. */
  readonly refund: Nano;
  readonly disputed: Nano;
  readonly now: number;
  readonly newId: NewId;
};

/**
 * What is told of a payment when its workspace is deleted, and its wallet with it: the money lies in the clearing of what operators
 * settle by hand, until it goes back. It was credited to nobody, so it makes no invoice; a refund of one that has an invoice makes its
 * credit note.
 */
export async function bookLate(
  sql: Sql,
  { id, workspace, paid, isBooked, refund, disputed, now, newId }: Late,
): Promise<void> {
  const transfers = [
    ...(isBooked ? [] : [latePayment('credit', paid)]),
    ...(disputed < 0n ? [latePayment('dispute', -disputed)] : []),
    ...(disputed > 0n ? [latePaymentBack('dispute', disputed)] : []),
  ].map((transfer) => ({ id: newId('tr'), transfer, reference: id }));
  await bookTransfers(sql, transfers, now);
  if (refund > 0n) {
    const transfer = newId('tr');
    await bookTransfers(sql, [{ id: transfer, transfer: latePaymentBack('refund', refund), reference: id }], now);
    const invoiced = await sql.one(`select 1 as has from invoice where payment = :id and kind = 'invoice'`, { id });
    const note = { kind: 'credit-note', workspace, payment: id, transfer, amount: refund, at: now } as const;
    if (invoiced) await addInvoice(sql, note);
  }
  const changes = await sql.run(
    `update payment set booked = amount, refund_booked = refund_booked + :refund, dispute_booked = dispute_booked + :disputed
     where id = :id`,
    { id, refund, disputed },
  );
  must(changes, 'a payment is gone in its own transaction');
}

/** Those that came when nobody was there any more, with what of each is still to go back. */
export async function latePayments(sql: Sql): Promise<readonly LatePayment[]> {
  const rows = await sql.all(
    `select id, workspace, amount, booked - refund_booked - dispute_booked as owed, changed_at from payment
     where state = 'paid' and booked > 0
       and not exists (select 1 from invoice where invoice.payment = payment.id and invoice.kind = 'invoice')
     order by changed_at desc, id limit 1000`,
  );
  return rows.map((row) => ({
    ...{ id: text(row, 'id'), workspace: text(row, 'workspace'), amount: amount(row, 'amount') },
    ...{ owed: amount(row, 'owed'), at: whole(row, 'changed_at') },
  }));
}
