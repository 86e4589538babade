import type { Nano } from '#core/money/nano.ts';
import type { StoredAllowance } from '../store.ts';
import { must, type Sql } from './sql.ts';
import { takeBackWarnings } from './warning-rows.ts';
import { openWindow } from './window-rows.ts';

/** Of all models, and what was used counts. */
export type NewAllowance = Omit<StoredAllowance, 'of' | 'model' | 'upstream' | 'counts'> & {
  readonly of: 'wallet' | 'key' | 'workspace';
  readonly workspace: string;
  readonly key: string | null;
};

export async function addAllowance(sql: Sql, allowance: NewAllowance): Promise<void> {
  await sql.run(
    `insert into allowance (id, owner, workspace, key, unit, "window", "limit")
     values (:id, :of, :workspace, :key, :unit, :window, :limit)`,
    allowance,
  );
}

/** An empty wallet: its account in the books, its allowance and the one window of it. */
export async function addWallet(sql: Sql, wallet: string, workspace: string): Promise<void> {
  await addWalletAccount(sql, wallet);
  await addAllowance(sql, {
    id: wallet,
    of: 'wallet',
    workspace,
    key: null,
    unit: 'nano-usd',
    window: 'all',
    limit: 0n,
  });
  await openWindow(sql, { allowance: wallet, window: 'all' }, 0n);
}

async function addWalletAccount(sql: Sql, wallet: string): Promise<void> {
  await sql.run(
    `insert into account (id, kind, currency, exponent) values ('wallet:' || :wallet, 'wallet', 'USD', 9)`,
    { wallet },
  );
}

/** The window first: so do grants. */
export async function raiseWallet(sql: Sql, wallet: string, amount: Nano): Promise<void> {
  const windows = await sql.run(
    `update allowance_window set "limit" = "limit" + :amount where allowance = :wallet and "window" = 'all'`,
    { wallet, amount },
  );
  must(windows, 'a credit names no wallet');
  const allowances = await sql.run(
    `update allowance set "limit" = "limit" + :amount, version = version + 1 where id = :wallet and owner = 'wallet'`,
    { wallet, amount },
  );
  must(allowances, 'a wallet has no allowance');
  await takeBackWarnings(sql, wallet);
}
