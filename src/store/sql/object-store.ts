import type { ObjectStore } from '../object-store.ts';
import { text } from './read-row.ts';
import type { Database } from './sql.ts';

/** Which upstream keeps an object: only that one can be asked for it, and only for the workspace that left it. */
export function makeObjectStore(db: Database): ObjectStore {
  return {
    async add({ id, workspace, kind, upstream, now, expiresAt }) {
      await db.run('delete from upstream_object where expires_at <= :now', { now });
      await db.run(
        `insert into upstream_object (id, workspace, kind, upstream, created_at, expires_at)
         values (:id, :workspace, :kind, :upstream, :now, :expiresAt) on conflict (workspace, id) do nothing`,
        { id, workspace, kind, upstream, now, expiresAt },
      );
    },
    async find({ id, workspace, kind, now }) {
      const row = await db.one(
        `select upstream from upstream_object
         where workspace = :workspace and id = :id and kind = :kind and expires_at > :now`,
        { id, workspace, kind, now },
      );
      return row && text(row, 'upstream');
    },
    async remove({ id, workspace, kind }) {
      await db.run('delete from upstream_object where workspace = :workspace and id = :id and kind = :kind', {
        id,
        workspace,
        kind,
      });
    },
    async list({ workspace, kind, after, limit, now }) {
      const rows = await db.all(
        `select id, upstream from upstream_object
         where workspace = :workspace and kind = :kind and expires_at > :now and (:after = '' or (created_at, id) < (
           select created_at, id from upstream_object where workspace = :workspace and id = :after and kind = :kind))
         order by created_at desc, id desc limit :limit`,
        { workspace, kind, after, limit, now },
      );
      return rows.map((row) => ({ id: text(row, 'id'), upstream: text(row, 'upstream') }));
    },
  };
}
