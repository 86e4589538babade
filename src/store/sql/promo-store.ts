import { promoCredit, promoExpiry } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { NewPromo, PromoRow, PromoStore } from '../payment-store.ts';
import { confirmAdjustment, listAdjustments, proposeAdjustment } from './adjustment-rows.ts';
import { raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { announce } from './change-store.ts';
import { askBack, freeOfWallet, lowerWallet } from './lower-wallet.ts';
import { amount, text, whole, wholeOrNull } from './read-row.ts';
import { addCodes, takeCode } from './redeem-rows.ts';
import { type Database, must, type Row, type Sql } from './sql.ts';
import { findWallets } from './wallet-rows.ts';

const dayMs = 86_400_000;

export function makePromoStore(db: Database, newId: NewId): PromoStore {
  return {
    grant: (promo) => db.transaction((sql) => grant(sql, promo, newId)),
    promos: (workspace) =>
      db.transaction(async (sql) => {
        // The wallet's row is the lock: what was spent is spread once, whoever else looks.
        await freeOfWallet(sql, await walletOf(sql, workspace));
        await spreadOverPromos(sql, workspace);
        return await promosOf(sql, workspace);
      }),
    expire: (now) => expireAll(db, now, newId),
    addCodes: (codes) => db.transaction((sql) => addCodes(sql, codes)),
    redeem: (use) => db.transaction((sql) => redeem(sql, use, newId)),
    propose: (adjustment) => proposeAdjustment(db, newId('adj'), adjustment),
    confirm: (confirm) => db.transaction((sql) => confirmAdjustment(sql, confirm, newId)),
    adjustments: () => listAdjustments(db),
  };
}

async function grant(sql: Sql, { workspace, amount: given, expiresAt, source, now }: NewPromo, newId: NewId) {
  const wallet = await walletOf(sql, workspace);
  await freeOfWallet(sql, wallet);
  // What was spent before has nothing to do with this one.
  await spreadOverPromos(sql, workspace);
  const [id, transfer] = [newId('prm'), newId('tr')];
  await raiseWallet(sql, wallet, given);
  await bookTransfers(sql, [{ id: transfer, transfer: promoCredit(wallet, given), reference: source }], now);
  await sql.run(
    `insert into promo (id, workspace, amount, expires_at, source, transfer)
     values (:id, :workspace, :given, :expiresAt, :source, :transfer)`,
    { id, workspace, given, expiresAt, source, transfer },
  );
  await announce(sql, 'workspace', workspace, now);
  return { id };
}

/**
 * Spreads what was spent since the last time over the promos that were there then: between two of these calls no promo
 * begins or ends, so the sum says which ones it used. That which expires first goes first.
 */
export async function spreadOverPromos(sql: Sql, workspace: string): Promise<void> {
  const row = await sql.one(
    `select allowance_window.spent, coalesce(promo_mark.spent, 0) as marked from workspace
     join allowance_window on allowance_window.allowance = workspace.wallet and allowance_window."window" = 'all'
     left join promo_mark on promo_mark.workspace = workspace.id where workspace.id = :workspace`,
    { workspace },
  );
  const spent = amount(row ?? {}, 'spent');
  let rest = spent - amount(row ?? {}, 'marked');
  for (const promo of await openPromos(sql, workspace)) {
    const left = promo.amount - promo.used - promo.returned;
    const used = rest < left ? rest : left;
    if (used <= 0n) continue;
    rest -= used;
    await sql.run('update promo set used = used + :used where id = :id', { id: promo.id, used });
  }
  await sql.run(
    `insert into promo_mark (workspace, spent) values (:workspace, :spent)
     on conflict (workspace) do update set spent = excluded.spent`,
    { workspace, spent },
  );
}

async function expireAll(db: Database, now: number, newId: NewId): Promise<readonly string[]> {
  const rows = await db.all(
    'select distinct workspace from promo where ended_at is null and expires_at <= :now order by workspace',
    { now },
  );
  const workspaces = rows.map((row) => text(row, 'workspace'));
  for (const workspace of workspaces) await db.transaction((sql) => expire(sql, { workspace, now, newId }));
  return workspaces;
}

/** Only what is free is taken: what gateways hold was admitted while it counted, and comes back or is spent. */
async function expire(
  sql: Sql,
  { workspace, now, newId }: { readonly workspace: string; readonly now: number; readonly newId: NewId },
): Promise<void> {
  const wallet = await walletOf(sql, workspace);
  let free = await freeOfWallet(sql, wallet);
  await spreadOverPromos(sql, workspace);
  for (const promo of await openPromos(sql, workspace)) {
    if (promo.expiresAt > now) continue;
    const left = promo.amount - promo.used - promo.returned;
    const back = left < free ? left : free;
    if (back > 0n) {
      await lowerWallet(sql, wallet, back, now);
      await bookTransfers(sql, [{ id: newId('tr'), transfer: promoExpiry(wallet, back), reference: promo.id }], now);
      free -= back;
    }
    const endedAt = back === left ? now : null;
    const changes = await sql.run(
      'update promo set returned = returned + :back, ended_at = :endedAt where id = :id and ended_at is null',
      { id: promo.id, back, endedAt },
    );
    must(changes, 'a promo ended twice');
  }
  // Gateways give back what they do not need; what they still hold then is asked for the next time.
  await askBack(sql, wallet, now);
  await announce(sql, 'workspace', workspace, now);
}

async function redeem(
  sql: Sql,
  { hash, workspace, now }: { readonly hash: string; readonly workspace: string; readonly now: number },
  newId: NewId,
): Promise<{ readonly amount: Nano; readonly expiresAt: number | null } | undefined> {
  const code = await takeCode(sql, { hash, workspace, now });
  if (!code) return undefined;
  const { amount: given, promoDays } = code;
  if (promoDays !== null) {
    const expiresAt = now + promoDays * dayMs;
    await grant(sql, { workspace, amount: given, expiresAt, source: 'code', now }, newId);
    return { amount: given, expiresAt };
  }
  const wallet = await walletOf(sql, workspace);
  await raiseWallet(sql, wallet, given);
  await bookTransfers(sql, [{ id: newId('tr'), transfer: promoCredit(wallet, given), reference: 'code' }], now);
  await announce(sql, 'workspace', workspace, now);
  return { amount: given, expiresAt: null };
}

async function promosOf(sql: Sql, workspace: string): Promise<readonly PromoRow[]> {
  const rows = await sql.all('select * from promo where workspace = :workspace order by expires_at, id', { workspace });
  return rows.map(toPromo);
}

export async function openPromos(sql: Sql, workspace: string): Promise<readonly PromoRow[]> {
  return (await promosOf(sql, workspace)).filter(({ endedAt }) => endedAt === null);
}

async function walletOf(sql: Sql, workspace: string): Promise<string> {
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) throw new Error('a credit names no workspace');
  return wallet;
}

function toPromo(row: Row): PromoRow {
  return {
    id: text(row, 'id'),
    amount: amount(row, 'amount'),
    used: amount(row, 'used'),
    returned: amount(row, 'returned'),
    expiresAt: whole(row, 'expires_at'),
    source: text(row, 'source'),
    endedAt: wholeOrNull(row, 'ended_at'),
  };
}
