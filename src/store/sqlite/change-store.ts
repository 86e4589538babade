import type { DatabaseSync } from 'node:sqlite';
import type { ChangeStore, StoredChange } from '../store.ts';
import { inTransaction } from './in-transaction.ts';
import { text, whole, word } from './read-row.ts';

/** A reader that is farther behind than this is told to drop everything. */
const changesKept = 100_000;

const kinds = ['key', 'workspace', 'catalogue'] as const;

/** Tells gateways of a change, inside the transaction that makes it: the head is one row, so commits are in its order. */
export type Announce = (kind: StoredChange['kind'], id: string, now: number) => void;

export function makeAnnounce(db: DatabaseSync): Announce {
  const raise = db.prepare('update change_head set sequence = sequence + 1 where one = 1 returning sequence');
  const add = db.prepare('insert into change (sequence, kind, id, at) values (:sequence, :kind, :id, :at)');
  const forget = db.prepare('delete from change where sequence <= :sequence');
  return (kind, id, now) => {
    const sequence = whole(raise.get() ?? {}, 'sequence');
    add.run({ sequence, kind, id, at: now });
    forget.run({ sequence: sequence - changesKept });
  };
}

export function makeChangeStore(db: DatabaseSync): ChangeStore {
  const findHead = db.prepare('select sequence from change_head where one = 1');
  const findSince = db.prepare(
    'select sequence, kind, id from change where sequence > :sequence order by sequence limit :max',
  );
  const readHead = () => whole(findHead.get() ?? {}, 'sequence');
  return {
    async head() {
      return readHead();
    },
    async since(sequence, max) {
      return inTransaction(db, () => {
        const head = readHead();
        if (sequence >= head) return [];
        const changes = findSince.all({ sequence, max }).map((row) => ({
          sequence: whole(row, 'sequence'),
          kind: word(row, 'kind', kinds),
          id: text(row, 'id'),
        }));
        if (changes[0]?.sequence === sequence + 1) return changes;
        return [{ sequence: head, kind: 'catalogue', id: 'all' }];
      });
    },
  };
}
