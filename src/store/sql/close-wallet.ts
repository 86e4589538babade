import { closingForfeit, closingRefund, promoExpiry } from '#core/ledger/known-transfers.ts';
import type { ClosedWallet, LeftoverRule } from '../erasure-store.ts';
import type { NewId } from '../new-id.ts';
import { bookTransfers } from './book-transfers.ts';
import { freeOfWallet, lowerWallet } from './lower-wallet.ts';
import { openPromos, spreadOverPromos } from './promo-store.ts';
import { amount } from './read-row.ts';
import type { Sql } from './sql.ts';
import { findWallets } from './wallet-rows.ts';

type Closing = {
  readonly workspace: string;
  readonly rule: LeftoverRule;
  readonly reference: string;
  readonly now: number;
};

/** Credit that was given away goes back first; the rest was paid for, and goes as the rule says. The wallet is empty then. */
export async function closeWallet(sql: Sql, closing: Closing, newId: NewId): Promise<ClosedWallet> {
  const { workspace, rule, reference, now } = closing;
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) throw new Error('a workspace has no wallet');
  let free = await freeOfWallet(sql, wallet);
  await spreadOverPromos(sql, workspace);
  let promo = 0n;
  for (const { id, amount: given, used, returned } of await openPromos(sql, workspace)) {
    const left = given - used - returned;
    const back = left < free ? left : free;
    await sql.run('update promo set returned = returned + :back, ended_at = :now where id = :id', { id, back, now });
    promo += back;
    free -= back;
  }
  const taken = promo + free;
  if (taken === 0n) return { refunded: 0n, forfeited: 0n, promo };
  await lowerWallet(sql, wallet, taken, now);
  const rest = rule === 'refund' ? closingRefund : closingForfeit;
  const transfers = [
    ...(promo > 0n ? [promoExpiry(wallet, promo)] : []),
    ...(free > 0n ? [rest(wallet, free)] : []),
  ].map((transfer) => ({ id: newId('tr'), transfer, reference }));
  await bookTransfers(sql, transfers, now);
  return { refunded: rule === 'refund' ? free : 0n, forfeited: rule === 'forfeit' ? free : 0n, promo };
}

/** What closing it would take once nothing is leased, without doing it; what was paid for stands under `refunded`. */
export async function leftoverOf(sql: Sql, workspace: string): Promise<ClosedWallet> {
  const row = await sql.one(
    `select "limit" - spent as free from allowance_window
     where allowance = (select wallet from workspace where id = :workspace) and "window" = 'all'`,
    { workspace },
  );
  // It was closed, and its allowance is gone.
  if (!row) return { refunded: 0n, forfeited: 0n, promo: 0n };
  const found = amount(row, 'free');
  const free = found > 0n ? found : 0n;
  await spreadOverPromos(sql, workspace);
  const given = (await openPromos(sql, workspace)).reduce(
    (sum, each) => sum + each.amount - each.used - each.returned,
    0n,
  );
  const promo = given < free ? given : free;
  return { refunded: free - promo, forfeited: 0n, promo };
}
