import { columnInventory } from '#core/privacy/column-inventory.ts';
import type { Held } from '../erasure-store.ts';
import { amount, text, whole } from './read-row.ts';
import type { Sql } from './sql.ts';

/** What is still set aside, runs, or lies at upstreams. */
export async function heldOf(sql: Sql, workspace: string): Promise<Held> {
  const row = await sql.one(
    `select
       (select coalesce(sum(leased), 0) from allowance_window
        where allowance in (select id from allowance where workspace = :workspace)) as leased,
       (select count(*) from operation where workspace = :workspace and state = 'open') as operations,
       (select count(*) from payment where workspace = :workspace and state = 'open') as payments,
       (select count(*) from upstream_object where workspace = :workspace) as objects`,
    { workspace },
  );
  const found = row ?? {};
  const of = (name: string) => whole(found, name);
  return {
    leased: amount(found, 'leased'),
    ...{ operations: of('operations'), payments: of('payments'), objects: of('objects') },
  };
}

/** Rows of books by table: those that name the workspace, or its wallet. */
export async function keptOf(sql: Sql, workspace: string): Promise<Readonly<Record<string, number>>> {
  const kept: Record<string, number> = {};
  for (const [table, where] of keptTables()) {
    const row = await sql.one(`select count(*) as rows_kept from ${table} where ${where}`, { workspace });
    const rows = whole(row ?? {}, 'rows_kept');
    if (rows > 0) kept[table] = rows;
  }
  return kept;
}

const ofWallet = '(select wallet from workspace where id = :workspace)';

/** Made from the inventory: what is kept as long as law wants invoices kept. */
function keptTables(): readonly (readonly [table: string, where: string])[] {
  return Object.entries(columnInventory).flatMap(([table, columns]): readonly (readonly [string, string])[] => {
    if (!Object.values(columns).every(({ retention }) => retention === 'books')) return [];
    if ('workspace' in columns) return [[table, 'workspace = :workspace']];
    if ('wallet' in columns) return [[table, `wallet = ${ofWallet}`]];
    return table === 'entry' ? [[table, `account = 'wallet:' || ${ofWallet}`]] : [];
  });
}

/** Workspaces that would have no owner any more. */
export async function soleOwnerOf(sql: Sql, person: string) {
  const rows = await sql.all(
    `select workspace.id, workspace.name, (select count(*) from member each where each.workspace = workspace.id) as members
     from member join workspace on workspace.id = member.workspace
     where member.person = :person and member.role = 'owner' and workspace.closing_at is null
       and not exists (select 1 from member other where other.workspace = workspace.id and other.role = 'owner'
         and other.person <> :person)
     order by workspace.name`,
    { person },
  );
  return rows.map((row) => ({ id: text(row, 'id'), name: text(row, 'name'), members: whole(row, 'members') }));
}

export async function isHeld(sql: Sql, workspace: string): Promise<boolean> {
  const row = await sql.one(
    'select 1 as held from legal_hold where workspace = :workspace and ended_at is null limit 1',
    {
      workspace,
    },
  );
  return row !== undefined;
}

export async function objectsDue(sql: Sql, max: number) {
  const rows = await sql.all(
    `select object.id, object.workspace, object.kind, object.upstream from upstream_object object
     join erasure on erasure.subject = object.workspace and erasure.state = 'purging'
     order by object.created_at, object.id limit :max`,
    { max },
  );
  return rows.map((row) => ({
    ...{ id: text(row, 'id'), workspace: text(row, 'workspace') },
    ...{ kind: text(row, 'kind'), upstream: text(row, 'upstream') },
  }));
}
