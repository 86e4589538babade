import { isDeepStrictEqual } from 'node:util';
import { migrate } from '../migrate.ts';
import { allMigrations } from '../migrations/all-migrations.ts';
import { type EngineStore, openEngine, type StorePlace } from '../open-store.ts';
import { checkBooks } from '../sql/check-books.ts';
import { text, whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { type Table, tablesOf } from './table-list.ts';
import { addRows, empty, rowsOf, type Sums, sumsOf } from './table-rows.ts';

/** Tells how far it is, a table at a time. */
export type Progress = (table: string, rows: number) => void;

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
      return await fillStore(target, { tables, version: allMigrations.length, rows, sums }, tell);
    });
  } finally {
    await from.close();
  }
}

/** What a store is filled with: another store, or a backup. */
export type Filling = {
  /** Those that others refer to before the others. */
  readonly tables: readonly Table[];
  /** How many steps of the schema its tables have. */
  readonly version: number;
  rows(table: Table): AsyncIterable<readonly Row[]>;
  /** What has arrived when all rows have. */
  sums(table: Table): Promise<Sums>;
};

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
  let rows = 0;
  for (const table of filling.tables) {
    let ofTable = 0;
    for await (const page of filling.rows(table)) {
      await addRows(sql, table, page);
      ofTable += page.length;
    }
    if (to.engine === 'postgres') await continueNumbers(sql, table);
    const [said, found] = [await filling.sums(table), await sumsOf(sql, table)];
    if (!isDeepStrictEqual(said, found)) throw new StoreRefused(`The table ${table.name} did not arrive as it was.`);
    tell(table.name, ofTable);
    rows += ofTable;
  }
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
