import { isDeepStrictEqual } from 'node:util';
import type { Row, Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import type { Table } from './table-list.ts';
import { addRows, type Sums, sumsOf } from './table-rows.ts';

/** Tells how far it is, a table at a time. */
export type Progress = (table: string, rows: number) => void;

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

/** Fills tables that are empty, and looks whether all arrived; gives how many rows did. */
export async function fillTables(
  sql: Sql,
  filling: Filling,
  tell: Progress,
  filled: (table: Table) => Promise<void> = async () => {},
): Promise<number> {
  let rows = 0;
  for (const table of filling.tables) {
    let ofTable = 0;
    for await (const page of filling.rows(table)) {
      await addRows(sql, table, page);
      ofTable += page.length;
    }
    await filled(table);
    const [said, found] = [await filling.sums(table), await sumsOf(sql, table)];
    if (!isDeepStrictEqual(said, found)) throw new StoreRefused(`The table ${table.name} did not arrive as it was.`);
    tell(table.name, ofTable);
    rows += ofTable;
  }
  return rows;
}
