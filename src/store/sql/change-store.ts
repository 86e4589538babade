import type { ChangeStore, StoredChange } from '../change-feed-store.ts';
import { text, whole, word } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

/** A reader that is farther behind than this is told to drop everything. */
const changesKept = 100_000;

const kinds = ['key', 'workspace', 'catalogue', 'recall'] as const;

/**
 * Tells gateways of a change, inside the transaction that makes it: the head is one row and stays locked to the commit, so
 * sequences are the order of commits.
 */
export async function announce(sql: Sql, kind: StoredChange['kind'], id: string, now: number): Promise<void> {
  const head = await sql.one('update change_head set sequence = sequence + 1 where one = 1 returning sequence');
  const sequence = whole(head ?? {}, 'sequence');
  await sql.run('insert into change (sequence, kind, id, at) values (:sequence, :kind, :id, :now)', {
    sequence,
    kind,
    id,
    now,
  });
  await sql.run('delete from change where sequence <= :sequence', { sequence: sequence - changesKept });
  await sql.hintChange();
}

export function makeChangeStore(
  db: Database,
  { onChange, hearsAtOnce }: Pick<ChangeStore, 'onChange' | 'hearsAtOnce'>,
): ChangeStore {
  return {
    onChange,
    hearsAtOnce,
    recall: (what, now) => db.transaction((sql) => announce(sql, 'recall', what, now)),
    head: () => readHead(db),
    async since(sequence, max) {
      // The head first: a change that comes in between is told the next time.
      const head = await readHead(db);
      if (sequence >= head) return [];
      const rows = await db.all(
        'select sequence, kind, id from change where sequence > :sequence and sequence <= :head order by sequence limit :max',
        { sequence, head, max },
      );
      const changes = rows.map((row) => ({
        sequence: whole(row, 'sequence'),
        kind: word(row, 'kind', kinds),
        id: text(row, 'id'),
      }));
      if (changes[0]?.sequence === sequence + 1) return changes;
      return [{ sequence: head, kind: 'catalogue', id: 'all' }];
    },
  };
}

async function readHead(sql: Sql): Promise<number> {
  return whole((await sql.one('select sequence from change_head where one = 1')) ?? {}, 'sequence');
}
