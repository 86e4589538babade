import type { WalletRow } from '../store.ts';
import { amount, text } from './read-row.ts';
import type { Sql } from './sql.ts';

/** A wallet's allowance has the wallet's own id; its credits are the limit of its one window. */
export async function findWalletRow(sql: Sql, workspace: string): Promise<WalletRow | undefined> {
  const row = await sql.one(
    `select workspace.wallet, account.balance, allowance_window.spent, allowance_window.leased
     from workspace
     join account on account.id = 'wallet:' || workspace.wallet
     join allowance_window on allowance_window.allowance = workspace.wallet and allowance_window."window" = 'all'
     where workspace.id = :workspace`,
    { workspace },
  );
  if (!row) return undefined;
  return {
    wallet: text(row, 'wallet'),
    balance: amount(row, 'balance'),
    spent: amount(row, 'spent'),
    leased: amount(row, 'leased'),
  };
}

export async function workspaceOfWallet(sql: Sql, wallet: string): Promise<string> {
  return text((await sql.one('select id from workspace where wallet = :wallet', { wallet })) ?? {}, 'id');
}

/** The wallets of these workspaces. */
export async function findWallets(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.all('select id, wallet from workspace where id in (:ids*)', { ids });
  return new Map(rows.map((row) => [text(row, 'id'), text(row, 'wallet')]));
}
