import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { openEngine, type StorePlace } from '../open-store.ts';
import { addPersonKeys } from '../people/people-erasure.ts';
import { whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { fillPeople, readPeople } from './copy-people.ts';
import { type Copied, fillStore } from './copy-store.ts';
import type { Filling, Progress } from './fill-tables.ts';
import { type Table, tablesOf } from './table-list.ts';
import { rowsOf, type Sums, sumsOf } from './table-rows.ts';

/** A line of the file: what it is, a table and its rows, a page a line, and its sums; at last that it is whole. */
type Line =
  | {
      readonly fairlead: 'backup';
      readonly version: number;
      readonly secrets: Readonly<Record<string, string>>;
      /** When it was made; one from before that was written does not say. */
      readonly at?: number;
    }
  | { readonly table: Table }
  /** From here on tables are those of people.db. */
  | { readonly people: { readonly version: number } }
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
  at: number,
): Promise<{ readonly tables: number; readonly rows: number }> {
  const opened = await openEngine(place);
  const sum = { tables: 0, rows: 0 };
  try {
    const write = async (sql: Sql, version: number, people: Filling | undefined) => {
      const lines = async function* () {
        yield lineOf({ fairlead: 'backup', version, secrets, at });
        const tables = await tablesOf(sql, opened.engine);
        const rows = (table: Table) => rowsOf(sql, table);
        yield* linesOfTables({ tables, version, rows, sums: (table) => sumsOf(sql, table) }, sum);
        if (people) {
          yield lineOf({ people: { version: people.version } });
          // People's keys lie in a file of their own, of which the newest alone is kept.
          const sealed = people.tables.filter(({ name }) => name !== keysTable);
          yield* linesOfTables({ ...people, tables: sealed }, sum);
        }
        yield lineOf({ end: true });
      };
      const file = createWriteStream(path, { fd: openNew(path), flush: true });
      await pipeline(lines, createGzip(), file);
    };
    // Both are read as they were at about one moment: nobody is in one of them alone.
    await opened.database.snapshot(async (sql) => {
      const version = whole((await sql.one('select count(*) as steps from migration')) ?? {}, 'steps');
      await readPeople(place, (people) => write(sql, version, people));
    });
    return sum;
  } finally {
    await opened.close();
  }
}

async function* linesOfTables(
  { tables, rows, sums }: Filling,
  sum: { tables: number; rows: number },
): AsyncGenerator<string> {
  for (const table of tables) {
    yield lineOf({ table });
    for await (const page of rows(table)) {
      sum.rows += page.length;
      yield lineOf({ rows: page.map((row) => table.columns.map((column) => toCell(row[column]))) });
    }
    yield lineOf({ sums: await sums(table) });
    sum.tables += 1;
  }
}

const keysTable = 'person_key';

export type Restoring = {
  /** Judges when it was made, before anything is filled. */
  judgeAge(at: number | undefined): void;
  /** The secrets that lay beside it. */
  keep(secrets: Readonly<Record<string, string>>): void;
  /** What opens people's names, from beside the backup; throws where that is missing. */
  keysOfPeople(): Readonly<Record<string, string>>;
  readonly tell: Progress;
};

/** Fills an empty store from a backup of either engine. */
export async function readBackup(path: string, place: StorePlace, restoring: Restoring): Promise<Copied> {
  const { tell } = restoring;
  const tables = await tablesIn(path);
  const [head] = tables.heads;
  if (!head) throw new StoreRefused('This is no backup of Fairlead.');
  if (!tables.isWhole) throw new StoreRefused('The backup is not whole: its end is missing.');
  restoring.judgeAge(head.at);
  restoring.keep(head.secrets);
  const { people } = tables;
  const lacksKeys = people !== undefined && !people.tables.some(({ name }) => name === keysTable);
  const keys = lacksKeys ? restoring.keysOfPeople() : {};
  const sums = new Map<string, Sums>();
  const pages = pagesIn(path, sums);
  const filling = { rows: pages, sums: async (table: Table) => sums.get(table.name) ?? {} };
  const copied = await fillStore(place, { ...filling, tables: tables.all, version: head.version }, tell);
  if (!people) return copied;
  const filled = await fillPeople(place, { ...filling, ...people }, tell);
  await addPersonKeys(place, keys);
  return { ...copied, tables: copied.tables + filled };
}

async function tablesIn(path: string) {
  const found = { heads: [] as Extract<Line, { fairlead: unknown }>[], all: [] as Table[], isWhole: false };
  let people: { readonly version: number; readonly tables: Table[] } | undefined;
  for await (const line of linesOf(path)) {
    if ('fairlead' in line) found.heads.push(line);
    else if ('people' in line) people = { version: line.people.version, tables: [] };
    else if ('table' in line) (people?.tables ?? found.all).push(line.table);
    else if ('end' in line) found.isWhole = true;
  }
  return { ...found, people };
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
