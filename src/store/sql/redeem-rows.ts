import type { Nano } from '#core/money/nano.ts';
import type { NewCode } from '../payment-store.ts';
import { amount, wholeOrNull } from './read-row.ts';
import type { Sql } from './sql.ts';

export async function addCodes(sql: Sql, codes: readonly NewCode[]): Promise<void> {
  const rows = codes.map(({ hash, amount: given, promoDays, expiresAt, now }) => {
    return { hash, amount: given, promo_days: promoDays, expires_at: expiresAt, created_at: now };
  });
  await sql.insert(
    { table: 'redeem_code', columns: ['hash', 'amount', 'promo_days', 'expires_at', 'created_at'] },
    rows,
  );
}

/** Of two that use it at once one changes the row. */
export async function takeCode(
  sql: Sql,
  { hash, workspace, now }: { readonly hash: string; readonly workspace: string; readonly now: number },
): Promise<{ readonly amount: Nano; readonly promoDays: number | null } | undefined> {
  const row = await sql.one(
    `update redeem_code set used_at = :now, workspace = :workspace
     where hash = :hash and used_at is null and expires_at > :now returning amount, promo_days`,
    { hash, workspace, now },
  );
  return row && { amount: amount(row, 'amount'), promoDays: wholeOrNull(row, 'promo_days') };
}
