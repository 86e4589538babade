import type { DatabaseSync } from 'node:sqlite';
import type { WalletRow } from '../store.ts';
import { amount, text } from './read-row.ts';

/** A wallet's allowance has the wallet's own id; its credits are the limit of its one window. */
export function makeWalletRows(db: DatabaseSync) {
  const find = db.prepare(
    `select workspace.wallet, account.balance, allowance_window.spent, allowance_window.leased
     from workspace
     join account on account.id = 'wallet:' || workspace.wallet
     join allowance_window on allowance_window.allowance = workspace.wallet and allowance_window."window" = 'all'
     where workspace.id = :workspace`,
  );
  find.setReadBigInts(true);
  return {
    find(workspace: string): WalletRow | undefined {
      const row = find.get({ workspace });
      if (!row) return undefined;
      return {
        wallet: text(row, 'wallet'),
        balance: amount(row, 'balance'),
        spent: amount(row, 'spent'),
        leased: amount(row, 'leased'),
      };
    },
  };
}

export function makeFindWallet(db: DatabaseSync): (workspace: string) => string | undefined {
  const find = db.prepare('select wallet from workspace where id = :workspace');
  return (workspace) => {
    const row = find.get({ workspace });
    return row && text(row, 'wallet');
  };
}
