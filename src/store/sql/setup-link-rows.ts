import { wholeOrNull } from './read-row.ts';
import type { Sql } from './sql.ts';

// One-use links, by the hash of their secret. One that expired is as if it had never been.

export async function addSetupLink(sql: Sql, hash: string, expiresAt: number): Promise<void> {
  await sql.run('insert into setup_link (hash, expires_at) values (:hash, :expiresAt)', { hash, expiresAt });
}

export async function setupLinkState(sql: Sql, hash: string, now: number): Promise<'open' | 'used' | 'unknown'> {
  const row = await sql.one('select used_at from setup_link where hash = :hash and expires_at > :now', { hash, now });
  if (!row) return 'unknown';
  return wholeOrNull(row, 'used_at') === null ? 'open' : 'used';
}

export async function useSetupLink(sql: Sql, hash: string, now: number): Promise<boolean> {
  const changes = await sql.run(
    'update setup_link set used_at = :now where hash = :hash and used_at is null and expires_at > :now',
    { hash, now },
  );
  return changes === 1;
}
