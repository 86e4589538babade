import type { WindowKind } from '#core/allowance/window.ts';
import { amount, text, word } from './read-row.ts';
import { must, type Sql } from './sql.ts';

export type WindowRow = { readonly limit: bigint; readonly spent: bigint; readonly leased: bigint };

/** Which row of `allowance_window`. */
export type WindowId = { readonly allowance: string; readonly window: string };

const windowKinds = ['all', 'day', 'week', 'month'] as const satisfies readonly WindowKind[];

// Allowances and what became of them in their windows. I2: `leased` is what open leases have left. A window's row is the
// lock of its leases: whoever changes one of them holds it, and takes several in order of id.

export async function findAllowances(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly window: WindowKind; readonly limit: bigint; readonly zone: string }>> {
  const rows = await sql.all('select id, "window", "limit", zone from allowance where id in (:ids*)', { ids });
  return new Map(
    rows.map((row) => [
      text(row, 'id'),
      { window: word(row, 'window', windowKinds), limit: amount(row, 'limit'), zone: text(row, 'zone') },
    ]),
  );
}

export async function openWindow(sql: Sql, { allowance, window }: WindowId, limit: bigint): Promise<void> {
  await sql.run(
    `insert into allowance_window (allowance, "window", "limit") values (:allowance, :window, :limit)
     on conflict (allowance, "window") do nothing`,
    { allowance, window, limit },
  );
}

export async function lockWindow(sql: Sql, { allowance, window }: WindowId): Promise<WindowRow | undefined> {
  const row = await sql.one(
    `select "limit", spent, leased from allowance_window where allowance = :allowance and "window" = :window ${sql.forUpdate}`,
    { allowance, window },
  );
  return row && { limit: amount(row, 'limit'), spent: amount(row, 'spent'), leased: amount(row, 'leased') };
}

/** The windows of these leases. Where one connection writes, nothing needs a lock. */
export async function lockWindowsOf(sql: Sql, leases: readonly string[]): Promise<void> {
  if (sql.forUpdate === '' || leases.length === 0) return;
  const rows = await sql.all('select distinct allowance, "window" from lease where id in (:leases*)', { leases });
  const windows = rows.map((row) => ({ allowance: text(row, 'allowance'), window: text(row, 'window') }));
  await Promise.all(windows.toSorted(inOrder).map((window) => lockWindow(sql, window)));
}

/** I1, in the statement itself. */
export async function lend(sql: Sql, { allowance, window }: WindowId, give: bigint): Promise<void> {
  const changes = await sql.run(
    `update allowance_window set leased = leased + :give
     where allowance = :allowance and "window" = :window and "limit" - spent - leased >= :give`,
    { allowance, window, give },
  );
  must(changes, 'a grant exceeds what is free');
}

export async function takeBack(sql: Sql, { allowance, window }: WindowId, back: bigint): Promise<void> {
  const changes = await sql.run(
    `update allowance_window set leased = leased - :back
     where allowance = :allowance and "window" = :window and leased >= :back`,
    { allowance, window, back },
  );
  must(changes, 'more comes back than was leased');
}

export async function spend(sql: Sql, { allowance, window }: WindowId, spent: bigint): Promise<void> {
  const changes = await sql.run(
    `update allowance_window set leased = leased - :spent, spent = spent + :spent
     where allowance = :allowance and "window" = :window and leased >= :spent`,
    { allowance, window, spent },
  );
  must(changes, 'more is spent than was leased');
}

/** The order in which locks are taken: the same for everybody, whatever the database's alphabet is. */
export function inOrder(a: WindowId, b: WindowId): number {
  if (a.allowance !== b.allowance) return a.allowance < b.allowance ? -1 : 1;
  if (a.window === b.window) return 0;
  return a.window < b.window ? -1 : 1;
}
