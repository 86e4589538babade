import type { Row, Sql, Values } from '../sql/sql.ts';
import type { Table } from './table-list.ts';

const pageRows = 2_000;

/** How many rows a table has, and the sum of each column that adds up: equal on both sides of a copy. */
export type Sums = Readonly<Record<string, string>>;

/** Page by page in the order of its key. */
export async function* rowsOf(sql: Sql, table: Table): AsyncGenerator<readonly Row[]> {
  const columns = table.columns.map(quoted).join(', ');
  const key = table.key.map(quoted).join(', ');
  const after = table.key.map((_, index) => `:after${index}`).join(', ');
  let last: Row | undefined;
  for (;;) {
    const since = last ? `where (${key}) > (${after})` : '';
    const page: readonly Row[] = await sql.all(
      `select ${columns} from ${table.name} ${since} order by ${key} limit ${pageRows}`,
      last ? keyValues(table, last) : {},
    );
    if (page.length > 0) yield page;
    if (page.length < pageRows) return;
    last = page.at(-1);
  }
}

function keyValues({ key }: Table, row: Row): Values {
  // What a key holds can be bound again: texts and whole numbers.
  return Object.fromEntries(key.map((column, index) => [`after${index}`, row[column] as string | bigint]));
}

export async function addRows(sql: Sql, table: Table, rows: readonly Row[]): Promise<void> {
  // What one database gave, another takes: texts, whole numbers, nothing.
  await sql.insert({ table: table.name, columns: table.columns }, rows as readonly Values[]);
}

/** A fresh database has rows that its migrations made; the copy brings its own. */
export async function empty(sql: Sql, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables.toReversed()) await sql.run(`delete from ${name}`);
}

export async function sumsOf(sql: Sql, { name, whole }: Table): Promise<Sums> {
  const sums = whole.map((column) => `coalesce(sum(${quoted(column)}), 0) as ${quoted(column)}`);
  const row = (await sql.one(`select ${['count(*) as "rows"', ...sums].join(', ')} from ${name}`)) ?? {};
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, String(value)]));
}

function quoted(name: string): string {
  return `"${name}"`;
}
