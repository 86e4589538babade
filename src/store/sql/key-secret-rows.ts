import type { KeySecret } from '../key-page.ts';
import type { KeyRow, NewKeySecret } from '../store.ts';
import { announce } from './change-store.ts';
import { findKey } from './key-rows.ts';
import { text, whole } from './read-row.ts';
import type { Sql } from './sql.ts';

/** How many old secrets of a key may work at a time. */
const secretsMax = 4;

/** A new secret at once; the one before works until then. Its limits and what is used of them are the key's, and stay. */
export async function rotateKey(
  sql: Sql,
  { id, hash, hint, until, now }: NewKeySecret,
): Promise<KeyRow | 'unknown' | 'too-many'> {
  const row = await sql.one(`select hash, hint from key where id = :id and deleted_at is null ${sql.forUpdate}`, {
    id,
  });
  if (!row) return 'unknown';
  const working = (await oldSecrets(sql, id)).filter((secret) => secret.until > now);
  if (working.length >= secretsMax) return 'too-many';
  await sql.run(
    `insert into key_secret (hash, key, hint, replaced_at, until) values (:hash, :id, :hint, :now, :until)`,
    { hash: text(row, 'hash'), id, hint: text(row, 'hint'), now, until },
  );
  await sql.run('update key set hash = :hash, hint = :hint, changed_at = :now where id = :id', { id, hash, hint, now });
  await announce(sql, 'key', id, now);
  const key = await findKey(sql, id);
  return key ?? 'unknown';
}

/** Only the newest secret works from now on. False: there is no such key. */
export async function cutOldSecrets(sql: Sql, id: string, now: number): Promise<boolean> {
  if (!(await findKey(sql, id))) return false;
  await sql.run('update key_secret set until = :now where key = :id and until > :now', { id, now });
  await announce(sql, 'key', id, now);
  return true;
}

/** The newest first. */
export async function oldSecrets(sql: Sql, id: string): Promise<readonly KeySecret[]> {
  const rows = await sql.all(
    'select hint, replaced_at, until from key_secret where key = :id order by replaced_at desc, until desc',
    { id },
  );
  return rows.map((row) => ({
    hint: text(row, 'hint'),
    replacedAt: whole(row, 'replaced_at'),
    until: whole(row, 'until'),
  }));
}

/** Secrets that stopped working before then are no part of any record any more. */
export async function forgetSecrets(sql: Sql, before: number): Promise<void> {
  await sql.run('delete from key_secret where until < :before', { before });
}
