import { text } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

type Workspace = { readonly id: string; readonly name: string };

/** False: the name is taken. */
export async function addWorkspace(
  sql: Sql,
  workspace: Workspace & { readonly wallet: string; readonly now: number },
): Promise<boolean> {
  const changes = await sql.run(
    `insert into workspace (id, name, wallet, created_at) values (:id, :name, :wallet, :now) on conflict (name) do nothing`,
    workspace,
  );
  return changes === 1;
}

export async function allWorkspaces(sql: Sql): Promise<readonly Workspace[]> {
  return (await sql.all('select id, name from workspace where erased_at is null order by created_at, id')).map(
    toWorkspace,
  );
}

export async function findWorkspace(sql: Sql, wanted: string): Promise<Workspace | undefined> {
  const row = await sql.one(
    `select id, name from workspace where (id = :wanted or name = :wanted) and erased_at is null
     order by case when id = :wanted then 0 else 1 end limit 1`,
    { wanted },
  );
  return row && toWorkspace(row);
}

function toWorkspace(row: Row): Workspace {
  return { id: text(row, 'id'), name: text(row, 'name') };
}
