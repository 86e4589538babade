import { columnInventory } from '#core/privacy/column-inventory.ts';
import type { Row, Sql, Values } from '../sql/sql.ts';
import type { PageAsk, Subject, SubjectPage, SubjectRow } from './rights-store.ts';
import { type SubjectWay, subjectWays } from './subject-ways.ts';

/** Tables of which somebody gets something, by the inventory. */
export const subjectTables: readonly string[] = Object.keys(columnInventory)
  .filter((table) => exportableColumns(table).length > 0)
  .sort();

export function exportableColumns(table: string): readonly string[] {
  return Object.entries(columnInventory[table] ?? {})
    .filter(([, { exportable }]) => exportable)
    .map(([column]) => column);
}

export async function countRows(sql: Sql, subject: Subject): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of subjectTables) {
    const { where } = wayOf(table);
    const row = await sql.one(`select count(*) as rows_found from ${table} where ${where}`, boundFor(where, subject));
    counts.set(table, Number(row?.rows_found ?? 0));
  }
  return counts;
}

/** One statement of a bounded number of rows: nobody's posting waits long. */
export async function pageOfRows(sql: Sql, subject: Subject, { table, after, max }: PageAsk): Promise<SubjectPage> {
  const way = wayOf(table);
  const names = way.key.map(quoted).join(', ');
  const columns = exportableColumns(table);
  const places = way.key.map((name, index) => `${quoted(name)} as place_${index}`);
  const later =
    after === undefined ? '' : `and (${names}) > (${way.key.map((_, index) => `:after_${index}`).join(', ')})`;
  const statement = `select ${[...columns.map((column) => shown(way, column)), ...places].join(', ')} from ${table}
    where ${way.where} ${later} order by ${names} limit :max`;
  const rows = await sql.all(statement, {
    ...boundFor(statement, subject),
    ...Object.fromEntries((after ?? []).map((value, index) => [`after_${index}`, value])),
    max,
  });
  const last = rows.length === max ? rows.at(-1) : undefined;
  return {
    rows: rows.map((row) => toRow(row, columns)),
    next: last && way.key.map((_, index) => plain(last[`place_${index}`]) ?? ''),
  };
}

function shown({ own = [], onlyIf = {} }: SubjectWay, column: string): string {
  const condition = onlyIf[column] ?? (own.includes(column) ? `${quoted(column)} = :pseudonym` : undefined);
  return condition === undefined
    ? quoted(column)
    : `case when ${condition} then ${quoted(column)} else null end as ${quoted(column)}`;
}

function wayOf(table: string): SubjectWay {
  const way = subjectWays[table];
  if (!way) throw new Error(`nobody says whose the rows of ${table} are`);
  return way;
}

/** Only what the statement names: a value that it does not know is refused by one of the engines. */
function boundFor(statement: string, subject: Subject): Values {
  return Object.fromEntries(Object.entries(subject).filter(([name]) => statement.includes(`:${name}`)));
}

export function toRow(row: Row, columns: readonly string[]): SubjectRow {
  return Object.fromEntries(columns.map((column) => [column, plain(row[column])]));
}

/** What JSON can say: a whole number that it cannot say exactly goes as its digits. */
function plain(value: unknown): string | number | null {
  if (typeof value === 'bigint') {
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : String(value);
  }
  if (typeof value === 'string' || typeof value === 'number') return value;
  return null;
}

/** Some columns are words of SQL. */
export function quoted(name: string): string {
  return `"${name}"`;
}
