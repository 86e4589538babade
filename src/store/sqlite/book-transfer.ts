import type { DatabaseSync } from 'node:sqlite';
import type { Transfer } from '#core/ledger/transfer.ts';
import { amount } from './read-row.ts';

/** Books a balanced transfer under this id. `reference` is a closed word or an id, never a text of somebody. */
export type BookTransfer = (
  transfer: Transfer,
  as: { readonly id: string; readonly at: number; readonly reference: string | null },
) => void;

export function makeBookTransfer(db: DatabaseSync): BookTransfer {
  const addTransfer = db.prepare(
    `insert into transfer (id, kind, at, currency, amount, reference)
     values (:id, :kind, :at, :currency, :amount, :reference)`,
  );
  const move = db.prepare(
    'update account set balance = balance + :amount where id = :account and currency = :currency returning balance',
  );
  const addEntry = db.prepare(
    'insert into entry (transfer, account, amount, balance_after) values (:transfer, :account, :amount, :balance_after)',
  );
  move.setReadBigInts(true);
  return ({ kind, currency, amount: moved, entries }, { id, at, reference }) => {
    addTransfer.run({ id, kind, at, currency, amount: moved, reference });
    // In order of id, so that two transfers never wait for each other's accounts.
    for (const entry of entries.toSorted((a, b) => (a.account < b.account ? -1 : 1))) {
      const row = move.get({ account: entry.account, currency, amount: entry.amount });
      if (!row) throw new Error('an entry names no account of its currency');
      const { account, amount: change } = entry;
      addEntry.run({ transfer: id, account, amount: change, balance_after: amount(row, 'balance') });
    }
  };
}
