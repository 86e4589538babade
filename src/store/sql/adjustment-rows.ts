import { adjustment } from '#core/ledger/known-transfers.ts';
import type { NewId } from '../new-id.ts';
import type { AdjustmentRow, ConfirmResult, NewAdjustment } from '../payment-store.ts';
import { raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { announce } from './change-store.ts';
import { askBack, freeOfWallet, lowerWallet } from './lower-wallet.ts';
import { amount, text, textOrNull, whole } from './read-row.ts';
import { must, type Row, type Sql } from './sql.ts';
import { findWallets } from './wallet-rows.ts';

const columns = 'id, workspace, other, amount, reason, proposed_by, proposed_at, confirmed_by';

/** Nothing moves yet. */
export async function proposeAdjustment(
  sql: Sql,
  id: string,
  { workspace, other, amount: asked, reason, by, now }: NewAdjustment,
): Promise<AdjustmentRow> {
  await sql.run(
    `insert into adjustment (id, workspace, other, amount, reason, proposed_by, proposed_at)
     values (:id, :workspace, :other, :asked, :reason, :by, :now)`,
    { id, workspace, other, asked, reason, by, now },
  );
  return { id, workspace, other, amount: asked, reason, by, proposedAt: now, confirmedBy: null };
}

/** Somebody else says yes: now it is booked. Never more is taken than is free. */
export async function confirmAdjustment(
  sql: Sql,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: number },
  newId: NewId,
): Promise<ConfirmResult> {
  const row = await sql.one(`select ${columns} from adjustment where id = :id ${sql.forUpdate}`, { id });
  if (!row) return { kind: 'unknown' };
  const found = toAdjustment(row);
  if (found.confirmedBy !== null) return { kind: 'done' };
  if (found.by === by) return { kind: 'same-person' };
  const { workspace, amount: moved, other } = found;
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) return { kind: 'unknown' };
  if (moved < 0n && (await freeOfWallet(sql, wallet)) < -moved) return { kind: 'too-much' };
  if (moved > 0n) await raiseWallet(sql, wallet, moved);
  else await lowerWallet(sql, wallet, -moved, now);
  const transfer = newId('tr');
  await bookTransfers(sql, [{ id: transfer, transfer: adjustment(wallet, other, moved), reference: id }], now);
  const changes = await sql.run(
    `update adjustment set confirmed_by = :by, confirmed_at = :now, transfer = :transfer
     where id = :id and confirmed_by is null`,
    { id, by, now, transfer },
  );
  must(changes, 'an adjustment was confirmed twice');
  if (moved < 0n) await askBack(sql, wallet, now);
  await announce(sql, 'workspace', workspace, now);
  return { kind: 'confirmed', adjustment: { ...found, confirmedBy: by } };
}

export async function listAdjustments(sql: Sql): Promise<readonly AdjustmentRow[]> {
  const rows = await sql.all(`select ${columns} from adjustment order by proposed_at desc, id desc limit 1000`);
  return rows.map(toAdjustment);
}

function toAdjustment(row: Row): AdjustmentRow {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    other: text(row, 'other'),
    amount: amount(row, 'amount'),
    reason: text(row, 'reason'),
    by: text(row, 'proposed_by'),
    proposedAt: whole(row, 'proposed_at'),
    confirmedBy: textOrNull(row, 'confirmed_by'),
  };
}
