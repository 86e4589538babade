import type { Client, Pool, PoolClient, QueryResult } from 'pg';
import { boundValue, type Into, placeNames, type Row, type Sql, type Value, type Values } from '../sql/sql.ts';

/** The name on which whoever writes the change feed calls. */
export const changeChannel = 'fairlead_change';

type Placed = { readonly text: string; readonly names: readonly string[]; readonly name: string | undefined };

/**
 * The statements of one connection, or of any of a pool. A statement with values is prepared once per connection under a
 * name of its own.
 */
export class PostgresStatements implements Sql {
  readonly forUpdate = 'for update';
  readonly forShare = 'for share';
  readonly #on: Client | Pool | PoolClient;
  readonly #deadlineMs: number;

  constructor(on: Client | Pool | PoolClient, deadlineMs: number) {
    this.#on = on;
    this.#deadlineMs = deadlineMs;
  }

  async all(statement: string, values?: Values): Promise<readonly Row[]> {
    return (await this.#query(statement, values)).rows;
  }

  async one(statement: string, values?: Values): Promise<Row | undefined> {
    return (await this.#query(statement, values)).rows[0];
  }

  async run(statement: string, values?: Values): Promise<number> {
    return (await this.#query(statement, values)).rowCount ?? 0;
  }

  /** One statement however many rows: they travel as one JSON text, and the table itself says what its columns hold. */
  async insert({ table, columns, otherwise = '', returning }: Into, rows: readonly Values[]): Promise<readonly Row[]> {
    if (rows.length === 0) return [];
    const list = columns.map((column) => `"${column}"`).join(', ');
    const end = returning === undefined ? otherwise : `${otherwise} returning ${returning}`;
    return await this.all(
      `insert into ${table} (${list}) select ${list} from json_populate_recordset(null::${table}, :rows) ${end}`,
      { rows: JSON.stringify(rows, (_, value: unknown) => toJson(value)) },
    );
  }

  async hintChange(): Promise<void> {
    await this.run(`notify ${changeChannel}`);
  }

  #query(statement: string, values: Values | undefined): Promise<QueryResult<Row>> {
    const { text, names, name } = place(statement);
    const config = {
      text,
      values: names.map((each) => toInput(boundValue(values, each))),
      query_timeout: this.#deadlineMs,
    };
    return this.#on.query<Row>(name === undefined ? config : { ...config, name });
  }
}

const placed = new Map<string, Placed>();

function place(statement: string): Placed {
  let known = placed.get(statement);
  if (!known) {
    const { text, names } = placeNames(statement, ({ isList, index }) => (isList ? `$${index + 1}*` : `$${index + 1}`));
    const listed = text.replace(/\bin \((\$\d+)\*\)/g, '= any ($1::text[])');
    known = { text: listed, names, name: names.length === 0 ? undefined : `fairlead_${placed.size}` };
    placed.set(statement, known);
  }
  return known;
}

function toInput(value: Value): unknown {
  if (typeof value === 'string') return toText(value);
  if (typeof value === 'object' && value !== null) return value.map(toText);
  return value;
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' ? toText(value) : value;
}

// NOTE: PostgreSQL's text has no NUL and no half of a pair; a provider's id with one must not stop a batch for ever.
function toText(value: string): string {
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
