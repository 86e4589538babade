import type { Nano } from '#core/money/nano.ts';
import { announce } from './change-store.ts';
import { amount } from './read-row.ts';
import { must, type Sql } from './sql.ts';

/**
 * Takes credit out of a wallet. More may be taken than is free (a chargeback, a refund of a payment): then nothing is
 * granted any more, and whoever took it asks gateways for what they do not need (MONEY §2, I1).
 */
export async function lowerWallet(sql: Sql, wallet: string, taken: Nano, now: number): Promise<void> {
  const windows = await sql.run(
    `update allowance_window set "limit" = "limit" - :taken,
       lowered_at = case when "limit" - :taken < spent + leased then :now else lowered_at end
     where allowance = :wallet and "window" = 'all'`,
    { wallet, taken, now },
  );
  must(windows, 'what is taken names no wallet');
  const allowances = await sql.run(
    `update allowance set "limit" = "limit" - :taken, version = version + 1 where id = :wallet and owner = 'wallet'`,
    { wallet, taken },
  );
  must(allowances, 'a wallet has no allowance');
}

/** Gateways are asked for what they hold of it and do not need. Last in its transaction, as all that is announced. */
export async function askBack(sql: Sql, wallet: string, now: number): Promise<void> {
  await announce(sql, 'recall', `${wallet} all`, now);
}

/** What nobody has spent or holds; not below zero. Locks the wallet's window. */
export async function freeOfWallet(sql: Sql, wallet: string): Promise<Nano> {
  const row = await sql.one(
    `select "limit" - spent - leased as free from allowance_window
     where allowance = :wallet and "window" = 'all' ${sql.forUpdate}`,
    { wallet },
  );
  const free = amount(row ?? {}, 'free');
  return free > 0n ? free : 0n;
}

/** All that it was ever credited and is not set aside for a batch. Locks the wallet's window. */
export async function creditsOfWallet(sql: Sql, wallet: string): Promise<Nano> {
  const row = await sql.one(
    `select "limit" from allowance_window where allowance = :wallet and "window" = 'all' ${sql.forUpdate}`,
    { wallet },
  );
  return amount(row ?? {}, 'limit');
}

/** False: its workspace is deleted, and nothing of it is counted any more. */
export async function hasWindow(sql: Sql, wallet: string): Promise<boolean> {
  const row = await sql.one(`select 1 as found from allowance_window where allowance = :wallet and "window" = 'all'`, {
    wallet,
  });
  return row !== undefined;
}
