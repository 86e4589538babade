import type { Tombstone } from '../erasure-store.ts';
import { text, whole, word } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

export async function tombstones(sql: Sql): Promise<readonly Tombstone[]> {
  const rows = await sql.all('select hash, kind, at from tombstone order by at, hash');
  return rows.map((row) => ({
    hash: text(row, 'hash'),
    kind: word(row, 'kind', ['person', 'workspace'] as const),
    at: whole(row, 'at'),
  }));
}

export async function addTombstones(db: Database, stones: readonly Tombstone[]): Promise<void> {
  await db.transaction(async (sql) => {
    for (const { hash, kind, at } of stones) {
      await sql.run('insert into tombstone (hash, kind, at) values (:hash, :kind, :at) on conflict (hash) do nothing', {
        ...{ hash, kind, at },
      });
    }
  });
}

export async function keyCopies(sql: Sql): Promise<readonly string[]> {
  return (await sql.all('select path from key_copy order by at, path')).map((row) => text(row, 'path'));
}
