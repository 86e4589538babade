import type { DatabaseSync } from 'node:sqlite';
import { type Row, text } from './read-row.ts';

type Workspace = { readonly id: string; readonly name: string };

export function makeWorkspaceRows(db: DatabaseSync) {
  const add = db.prepare(
    `insert into workspace (id, name, wallet, created_at) values (:id, :name, :wallet, :now) on conflict (name) do nothing`,
  );
  const all = db.prepare('select id, name from workspace order by created_at, id');
  const find = db.prepare(
    `select id, name from workspace where id = :wanted or name = :wanted
     order by case when id = :wanted then 0 else 1 end limit 1`,
  );
  return {
    /** False: the name is taken. */
    add(workspace: Workspace & { readonly wallet: string; readonly now: number }): boolean {
      return Number(add.run(workspace).changes) === 1;
    },
    all(): readonly Workspace[] {
      return all.all().map(toWorkspace);
    },
    find(wanted: string): Workspace | undefined {
      const row = find.get({ wanted });
      return row && toWorkspace(row);
    },
  };
}

function toWorkspace(row: Row): Workspace {
  return { id: text(row, 'id'), name: text(row, 'name') };
}
