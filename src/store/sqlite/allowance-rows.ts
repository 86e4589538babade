import type { DatabaseSync } from 'node:sqlite';
import type { Nano } from '#core/money/nano.ts';
import type { StoredAllowance } from '../store.ts';
import { must } from './window-rows.ts';

export type NewAllowance = StoredAllowance & { readonly workspace: string; readonly key: string | null };

export function makeAllowanceRows(db: DatabaseSync) {
  const add = db.prepare(
    `insert into allowance (id, owner, workspace, key, unit, "window", "limit")
     values (:id, :of, :workspace, :key, :unit, :window, :limit)`,
  );
  const raise = db.prepare(
    `update allowance set "limit" = "limit" + :amount, version = version + 1 where id = :id and owner = 'wallet'`,
  );
  const raiseWindow = db.prepare(
    `update allowance_window set "limit" = "limit" + :amount where allowance = :id and "window" = 'all'`,
  );
  const addAccount = db.prepare(
    `insert into account (id, kind, currency, exponent) values ('wallet:' || :wallet, 'wallet', 'USD', 9)`,
  );
  const openWindow = db.prepare(
    `insert into allowance_window (allowance, "window", "limit") values (:wallet, 'all', 0)`,
  );
  return {
    add(allowance: NewAllowance): void {
      add.run(allowance);
    },
    /** An empty wallet: its account in the books, its allowance and the one window of it. */
    addWallet(wallet: string, workspace: string): void {
      addAccount.run({ wallet });
      add.run({ id: wallet, of: 'wallet', workspace, key: null, unit: 'nano-usd', window: 'all', limit: 0n });
      openWindow.run({ wallet });
    },
    raiseWallet(wallet: string, amount: Nano): void {
      must(raise.run({ id: wallet, amount }).changes, 'a credit names no wallet');
      must(raiseWindow.run({ id: wallet, amount }).changes, 'a wallet has no window');
    },
  };
}
