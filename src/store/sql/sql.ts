/**
 * What every engine can do with one statement. Statements are portable text in lower case with `:names`; a list is asked
 * for as `in (:ids*)`. Each text is prepared once. Statements that are asked for in one turn run in the order of asking.
 */
export type Sql = {
  all(statement: string, values?: Values): Promise<readonly Row[]>;
  /** The first row. */
  one(statement: string, values?: Values): Promise<Row | undefined>;
  /** How many rows it changed. */
  run(statement: string, values?: Values): Promise<number>;
  /** Many rows of one table in one go. `otherwise` is the rest of the statement, as in `on conflict (id) do nothing`. */
  insert(into: Into, rows: readonly Values[]): Promise<readonly Row[]>;
  /** Ends a select whose rows stay as they are until the commit. Nothing where only one connection writes. */
  readonly forUpdate: '' | 'for update';
  readonly forShare: '' | 'for share';
  /** Wakes whoever reads the change feed, at the commit. Only a hint: readers look each second all the same. */
  hintChange(): Promise<void>;
};

export type Database = Sql & {
  /** All of the work or none of it. Inside it await only statements of `sql`: whoever comes later waits for the commit. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** Reads what was committed at one moment, on a connection of its own. */
  snapshot<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
};

export type Into = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly otherwise?: string;
  /** A column of the rows that were really added. */
  readonly returning?: string;
};

export type Value = string | number | bigint | null | readonly string[];
export type Values = Readonly<Record<string, Value>>;

/** A row as it comes. The readers of read-row.ts say what a column must hold. */
export type Row = Readonly<Record<string, unknown>>;

/** Somebody else was faster in between: the transaction is undone and done again from its beginning. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const namePattern = /(?<![:\w]):([a-z]\w*)(\*?)/gi;

/** A statement's names in the order of their places, and its text with what the engine writes there. */
export function placeNames(
  statement: string,
  write: (place: { readonly name: string; readonly isList: boolean; readonly index: number }) => string,
): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = statement.replace(namePattern, (_, name: string, star: string) => {
    const index = names.push(name) - 1;
    return write({ name, isList: star === '*', index });
  });
  return { text, names };
}

export function boundValue(values: Values | undefined, name: string): Value {
  const value = values?.[name];
  if (value === undefined) throw new Error(`a statement lacks its value ${name}`);
  return value;
}

/** The row was as the transaction had read it, or nothing of the transaction happens. */
export function must(changes: number, otherwise: string): void {
  if (changes !== 1) throw new Error(otherwise);
}
