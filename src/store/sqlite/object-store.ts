import type { DatabaseSync } from 'node:sqlite';
import type { ObjectStore } from '../store.ts';
import { text } from './read-row.ts';

/** Which upstream keeps an object: only that one can be asked for it, and only for the workspace that left it. */
export function makeObjectStore(db: DatabaseSync): ObjectStore {
  const add = db.prepare(
    `insert into upstream_object (id, workspace, kind, upstream, created_at, expires_at)
     values (:id, :workspace, :kind, :upstream, :now, :expiresAt) on conflict (workspace, id) do nothing`,
  );
  const find = db.prepare(
    `select upstream from upstream_object
     where workspace = :workspace and id = :id and kind = :kind and expires_at > :now`,
  );
  const forget = db.prepare('delete from upstream_object where expires_at <= :now');
  const remove = db.prepare('delete from upstream_object where workspace = :workspace and id = :id and kind = :kind');
  return {
    async add(object) {
      forget.run({ now: object.now });
      add.run(object);
    },
    async find(object) {
      const row = find.get(object);
      return row && text(row, 'upstream');
    },
    async remove({ workspace, id, kind }) {
      remove.run({ workspace, id, kind });
    },
  };
}
