import { migrate } from '../migrate.ts';
import { allMigrations } from '../migrations/all-migrations.ts';
import { type EngineStore, openEngine, type StorePlace } from '../open-store.ts';
import { checkBooks } from '../sql/check-books.ts';
import { text, whole } from '../sql/read-row.ts';
import type { Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { copyPeople } from './copy-people.ts';
import { type Filling, fillTables, type Progress } from './fill-tables.ts';
import { type Table, tablesOf } from './table-list.ts';
import { empty, rowsOf, sumsOf } from './table-rows.ts';

export type Copied = { readonly tables: number; readonly rows: number; readonly transfers: number };

/** Everything of one store into another, empty one. The target has all of it, verified, or nothing. */
export async function copyStore(source: StorePlace, target: StorePlace, tell: Progress): Promise<Copied> {
  const from = await openEngine(source);
  try {
    await migrate(from.database, from);
    return await from.database.snapshot(async (sql) => {
      const tables = await tablesOf(sql, from.engine);
      const rows = (table: Table) => rowsOf(sql, table);
      const sums = async (table: Table) => await sumsOf(sql, table);
      const copied = await fillStore(target, { tables, version: allMigrations.length, rows, sums }, tell);
      const people = await copyPeople(source, target, tell);
      return { ...copied, tables: copied.tables + people };
    });
  } finally {
    await from.close();
  }
}

export async function fillStore(target: StorePlace, filling: Filling, tell: Progress): Promise<Copied> {
  const to = await openEngine(target);
  try {
    if (filling.version > allMigrations.length) {
      throw new StoreRefused(
        `It was made by a newer Fairlead (version ${filling.version} of the schema, this one knows ${allMigrations.length}).`,
      );
    }
    await migrate(to.database, { ...to, migrations: allMigrations.slice(0, filling.version) });
    const copied = await to.database.transaction((sql) => fill(sql, to, filling, tell));
    await migrate(to.database, to);
    return copied;
  } finally {
    await to.close();
  }
}

async function fill(sql: Sql, to: EngineStore, filling: Filling, tell: Progress): Promise<Copied> {
  await refuseUsed(sql);
  await empty(sql, await tablesOf(sql, to.engine));
  const rows = await fillTables(sql, filling, tell, async (table) => {
    if (to.engine === 'postgres') await continueNumbers(sql, table);
  });
  const { ok, transfers, problems } = await checkBooks(sql, to.now());
  if (!ok) throw new StoreRefused(`The books do not balance: ${problems[0] ?? ''}`);
  return { tables: filling.tables.length, rows, transfers };
}

async function refuseUsed(sql: Sql): Promise<void> {
  const row = await sql.one(
    'select (select count(*) from workspace) + (select count(*) from settlement) + (select count(*) from key) as used',
  );
  if (whole(row ?? {}, 'used') > 0) {
    throw new StoreRefused('The target is in use: it has workspaces already. Name an empty one.');
  }
}

/** Rows that the database numbers itself go on after the highest number. */
async function continueNumbers(sql: Sql, { name, key }: Table): Promise<void> {
  const [column = ''] = key;
  const row = await sql.one(`select coalesce(pg_get_serial_sequence(:name, :column), '') as counter`, { name, column });
  const counter = text(row ?? {}, 'counter');
  if (counter === '') return;
  await sql.one(
    `select setval(:counter::text::regclass, (select coalesce(max("${column}"), 0) + 1 from ${name}), false)`,
    {
      counter,
    },
  );
}
