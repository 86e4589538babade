import type { DatabaseSync } from 'node:sqlite';
import { wholeOrNull } from './read-row.ts';

/** One-use links, by the hash of their secret. One that expired is as if it had never been. */
export function makeSetupLinkRows(db: DatabaseSync) {
  const add = db.prepare('insert into setup_link (hash, expires_at) values (:hash, :expiresAt)');
  const find = db.prepare('select used_at from setup_link where hash = :hash and expires_at > :now');
  const use = db.prepare(
    'update setup_link set used_at = :now where hash = :hash and used_at is null and expires_at > :now',
  );
  return {
    add(hash: string, expiresAt: number): void {
      add.run({ hash, expiresAt });
    },
    state(hash: string, now: number): 'open' | 'used' | 'unknown' {
      const row = find.get({ hash, now });
      if (!row) return 'unknown';
      return wholeOrNull(row, 'used_at') === null ? 'open' : 'used';
    },
    use(hash: string, now: number): boolean {
      return Number(use.run({ hash, now }).changes) === 1;
    },
  };
}
