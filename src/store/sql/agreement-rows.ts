import type { AgreementStore } from '../agreement-store.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

export function makeAgreementStore(db: Database): AgreementStore {
  return {
    accept: async (given) =>
      (await db.run(
        `insert into agreement_acceptance (workspace, version, hash, annexes, operator, actor, at)
         values (:workspace, :version, :hash, :annexes, :operator, :actor, :at) on conflict (workspace, version, operator) do nothing`,
        given,
      )) === 1,
    async of(workspace) {
      const rows = await db.all(
        'select * from agreement_acceptance where workspace = :workspace order by at desc, version',
        { workspace },
      );
      return rows.map((row) => ({
        ...{ workspace: text(row, 'workspace'), version: text(row, 'version'), hash: text(row, 'hash') },
        ...{ annexes: text(row, 'annexes'), operator: text(row, 'operator'), actor: text(row, 'actor') },
        at: whole(row, 'at'),
      }));
    },
  };
}
