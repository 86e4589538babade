import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { openEngine, type StorePlace } from '../open-store.ts';
import { whole } from '../sql/read-row.ts';
import type { Row } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { type Copied, fillStore, type Progress } from './copy-store.ts';
import { type Table, tablesOf } from './table-list.ts';
import { rowsOf, type Sums, sumsOf } from './table-rows.ts';

/** A line of the file: what it is, a table and its rows, a page a line, and its sums; at last that it is whole. */
type Line =
  | { readonly fairlead: 'backup'; readonly version: number; readonly secrets: Readonly<Record<string, string>> }
  | { readonly table: Table }
  | { readonly rows: readonly (readonly Cell[])[] }
  | { readonly sums: Sums }
  | { readonly end: true };

/** A whole number stands in a list of its own, since it may be larger than a number of JSON. */
type Cell = string | number | null | readonly [string];

/**
 * Writes everything of a store, as it is at one moment, and the secrets beside it. While Fairlead runs, too. The file is
 * for its owner alone: whoever has it has the keys' hashes and their pepper.
 */
export async function writeBackup(
  place: StorePlace,
  path: string,
  secrets: Readonly<Record<string, string>>,
): Promise<{ readonly tables: number; readonly rows: number }> {
  const opened = await openEngine(place);
  const sum = { tables: 0, rows: 0 };
  try {
    await opened.database.snapshot(async (sql) => {
      const version = whole((await sql.one('select count(*) as steps from migration')) ?? {}, 'steps');
      const lines = async function* () {
        yield lineOf({ fairlead: 'backup', version, secrets });
        for (const table of await tablesOf(sql, opened.engine)) {
          yield lineOf({ table });
          for await (const page of rowsOf(sql, table)) {
            sum.rows += page.length;
            yield lineOf({ rows: page.map((row) => table.columns.map((column) => toCell(row[column]))) });
          }
          yield lineOf({ sums: await sumsOf(sql, table) });
          sum.tables += 1;
        }
        yield lineOf({ end: true });
      };
      const file = createWriteStream(path, { fd: openNew(path), flush: true });
      await pipeline(lines, createGzip(), file);
    });
    return sum;
  } finally {
    await opened.close();
  }
}

/** Fills an empty store from a backup of either engine. Gives the secrets that lay beside it to `keep` first. */
export async function readBackup(
  path: string,
  place: StorePlace,
  keep: (secrets: Readonly<Record<string, string>>) => void,
  tell: Progress,
): Promise<Copied> {
  const tables = await tablesIn(path);
  const [head] = tables.heads;
  if (!head) throw new StoreRefused('This is no backup of Fairlead.');
  if (!tables.isWhole) throw new StoreRefused('The backup is not whole: its end is missing.');
  keep(head.secrets);
  const sums = new Map<string, Sums>();
  const pages = pagesIn(path, sums);
  return await fillStore(
    place,
    {
      tables: tables.all,
      version: head.version,
      rows: (table) => pages(table),
      sums: async (table) => sums.get(table.name) ?? {},
    },
    tell,
  );
}

async function tablesIn(path: string) {
  const found = { heads: [] as Extract<Line, { fairlead: unknown }>[], all: [] as Table[], isWhole: false };
  for await (const line of linesOf(path)) {
    if ('fairlead' in line) found.heads.push(line);
    else if ('table' in line) found.all.push(line.table);
    else if ('end' in line) found.isWhole = true;
  }
  return found;
}

/** Tables are asked for in the order of the file, so it is read once. */
function pagesIn(path: string, sums: Map<string, Sums>): (table: Table) => AsyncGenerator<readonly Row[]> {
  const lines = linesOf(path);
  return async function* pages(table) {
    for (;;) {
      const { value: line, done } = await lines.next();
      if (done) throw new StoreRefused('The backup is not whole: a table is missing.');
      if ('rows' in line) yield line.rows.map((cells) => toRow(table, cells));
      if ('sums' in line) {
        sums.set(table.name, line.sums);
        return;
      }
    }
  };
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  const unpacked = createGunzip();
  const file = createReadStream(path).on('error', (failure) => unpacked.destroy(failure));
  file.pipe(unpacked).setEncoding('utf8');
  let rest = '';
  try {
    for await (const piece of unpacked) {
      const lines = (rest + String(piece)).split('\n');
      rest = lines.pop() ?? '';
      // A parser: the file's head, its end and the sums of its tables say whether it is ours and whole.
      for (const line of lines) yield JSON.parse(line) as Line;
    }
  } catch {
    throw new StoreRefused('The backup cannot be read: it is damaged, or no backup of Fairlead.');
  } finally {
    file.destroy();
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch {
    throw new StoreRefused(`${path} cannot be written: it exists already, or its folder does not.`);
  }
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function toCell(value: unknown): Cell {
  if (typeof value === 'bigint') return [String(value)];
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  throw new Error('a column holds what no backup can');
}

function toRow({ columns }: Table, cells: readonly Cell[]): Row {
  return Object.fromEntries(
    columns.map((column, index) => {
      const cell = cells[index] ?? null;
      return [column, typeof cell === 'object' && cell !== null ? BigInt(cell[0]) : cell];
    }),
  );
}
