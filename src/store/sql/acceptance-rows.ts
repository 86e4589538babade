import type { AcceptanceStore } from '../acceptance-store.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

export function makeAcceptanceStore(db: Database): AcceptanceStore {
  return {
    accept: async (given) =>
      (await db.run(
        `insert into policy_acceptance (workspace, version, hash, actor, at)
         values (:workspace, :version, :hash, :actor, :at) on conflict (workspace, version) do nothing`,
        given,
      )) === 1,
    async of(workspace) {
      const rows = await db.all(
        'select workspace, version, hash, actor, at from policy_acceptance where workspace = :workspace order by at desc, version',
        { workspace },
      );
      return rows.map((row) => ({
        workspace: text(row, 'workspace'),
        version: text(row, 'version'),
        hash: text(row, 'hash'),
        actor: text(row, 'actor'),
        at: whole(row, 'at'),
      }));
    },
  };
}
