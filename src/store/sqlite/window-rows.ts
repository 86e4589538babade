import type { DatabaseSync } from 'node:sqlite';
import type { WindowKind } from '#core/allowance/window.ts';
import { amount, word } from './read-row.ts';

export type WindowRow = { readonly limit: bigint; readonly spent: bigint; readonly leased: bigint };

const windowKinds = ['all', 'day', 'week', 'month'] as const satisfies readonly WindowKind[];

/** Allowances and what became of them in their windows. I2: `leased` is what open leases have left. */
export function makeWindowRows(db: DatabaseSync) {
  const allowance = db.prepare(`select "window", "limit" from allowance where id = :allowance`);
  const find = db.prepare(
    `select "limit", spent, leased from allowance_window where allowance = :allowance and "window" = :window`,
  );
  const open = db.prepare(
    `insert into allowance_window (allowance, "window", "limit") values (:allowance, :window, :limit)
     on conflict (allowance, "window") do nothing`,
  );
  // I1, in the statement itself.
  const lend = db.prepare(
    `update allowance_window set leased = leased + :give
     where allowance = :allowance and "window" = :window and "limit" - spent - leased >= :give`,
  );
  const takeBack = db.prepare(
    `update allowance_window set leased = leased - :back
     where allowance = :allowance and "window" = :window and leased >= :back`,
  );
  const spend = db.prepare(
    `update allowance_window set leased = leased - :spent, spent = spent + :spent
     where allowance = :allowance and "window" = :window and leased >= :spent`,
  );
  for (const statement of [allowance, find]) statement.setReadBigInts(true);
  return {
    allowance(id: string): { readonly window: WindowKind; readonly limit: bigint } | undefined {
      const row = allowance.get({ allowance: id });
      return row && { window: word(row, 'window', windowKinds), limit: amount(row, 'limit') };
    },
    find(id: string, window: string): WindowRow | undefined {
      const row = find.get({ allowance: id, window });
      return row && { limit: amount(row, 'limit'), spent: amount(row, 'spent'), leased: amount(row, 'leased') };
    },
    open(id: string, window: string, limit: bigint): void {
      open.run({ allowance: id, window, limit });
    },
    lend(id: string, window: string, give: bigint): void {
      must(lend.run({ allowance: id, window, give }).changes, 'a grant exceeds what is free');
    },
    takeBack(id: string, window: string, back: bigint): void {
      must(takeBack.run({ allowance: id, window, back }).changes, 'more comes back than was leased');
    },
    spend(id: string, window: string, spent: bigint): void {
      must(spend.run({ allowance: id, window, spent }).changes, 'more is spent than was leased');
    },
  };
}

/** The row was as the transaction had read it, or nothing of the transaction happens. */
export function must(changes: number | bigint, otherwise: string): void {
  if (Number(changes) !== 1) throw new Error(otherwise);
}
