import type { StorePlace } from '../open-store.ts';
import { peopleMigrations } from '../people/people-migrations.ts';
import { hasPeople, migratePeople, openPeopleEngine, type PeopleEngine } from '../people/people-store.ts';
import { whole } from '../sql/read-row.ts';
import type { Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { type Filling, fillTables, type Progress } from './fill-tables.ts';
import { type Table, tablesOf } from './table-list.ts';
import { empty, rowsOf, sumsOf } from './table-rows.ts';

/** People of one place into another, where nobody is yet. Gives how many tables; 0 where nobody ever signed in. */
export async function copyPeople(source: StorePlace, target: StorePlace, tell: Progress): Promise<number> {
  return await readPeople(source, async (filling) => (filling ? await fillPeople(target, filling, tell) : 0));
}

/** Reads all people as they are at one moment; undefined where there is no database of them. */
export async function readPeople<Result>(
  place: StorePlace,
  use: (filling: Filling | undefined) => Promise<Result>,
): Promise<Result> {
  if (!hasPeople(place)) return await use(undefined);
  const from = await openPeopleEngine(place);
  try {
    await migratePeople(from, peopleMigrations.length);
    return await from.database.snapshot(async (sql) => {
      const tables = await tablesOf(sql, from.engine);
      const rows = (table: Table) => rowsOf(sql, table);
      return await use({ tables, version: peopleMigrations.length, rows, sums: (table) => sumsOf(sql, table) });
    });
  } finally {
    await from.database.close();
  }
}

/** All of them, verified, or none. */
export async function fillPeople(target: StorePlace, filling: Filling, tell: Progress): Promise<number> {
  if (filling.version > peopleMigrations.length) {
    throw new StoreRefused('Its people were written by a newer Fairlead: restore it with that one.');
  }
  const to = await openPeopleEngine(target);
  try {
    await migratePeople(to, filling.version);
    await to.database.transaction((sql) => fill(sql, to, filling, tell));
    await migratePeople(to, peopleMigrations.length);
    return filling.tables.length;
  } finally {
    await to.database.close();
  }
}

async function fill(sql: Sql, to: PeopleEngine, filling: Filling, tell: Progress): Promise<void> {
  const row = await sql.one('select count(*) as used from person');
  if (whole(row ?? {}, 'used') > 0) throw new StoreRefused('There are people already: name an empty target.');
  await empty(sql, await tablesOf(sql, to.engine));
  await fillTables(sql, filling, tell);
}
