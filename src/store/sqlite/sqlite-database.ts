import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  boundValue,
  type Database,
  type Into,
  placeNames,
  type Row,
  type Sql,
  type Value,
  type Values,
} from '../sql/sql.ts';

type Prepared = {
  readonly statement: StatementSync;
  readonly names: readonly string[];
  readonly bound: SQLInputValue[];
};

// NOTE: between the end of `while (this.#turn)` and the statement there must be no `await`: a transaction would slip in.

/**
 * One connection writes, and everything it is asked for is done in the order of asking. A transaction holds the turn from
 * its begin to its commit: its statements answer at once, so it lasts no longer than its own steps.
 */
export class SqliteDatabase implements Database {
  readonly forUpdate = '';
  readonly forShare = '';
  readonly #db: DatabaseSync;
  readonly #openReader: () => DatabaseSync;
  readonly #direct: SqliteStatements;
  /** The end of the transaction that runs now, of those that wait the last. */
  #turn: Promise<void> | undefined;

  constructor(db: DatabaseSync, openReader: () => DatabaseSync) {
    this.#db = db;
    this.#openReader = openReader;
    this.#direct = new SqliteStatements(db);
  }

  async all(statement: string, values?: Values): Promise<readonly Row[]> {
    while (this.#turn) await this.#turn;
    return this.#direct.all(statement, values);
  }

  async one(statement: string, values?: Values): Promise<Row | undefined> {
    while (this.#turn) await this.#turn;
    return this.#direct.one(statement, values);
  }

  async run(statement: string, values?: Values): Promise<number> {
    while (this.#turn) await this.#turn;
    return this.#direct.run(statement, values);
  }

  async insert(into: Into, rows: readonly Values[]): Promise<readonly Row[]> {
    return await this.transaction((sql) => sql.insert(into, rows));
  }

  async hintChange(): Promise<void> {}

  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    if (before) await before;
    try {
      return await this.#inTransaction(work);
    } finally {
      if (this.#turn === promise) this.#turn = undefined;
      resolve();
    }
  }

  async snapshot<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    using db = this.#openReader();
    db.exec('begin');
    return await work(new SqliteStatements(db));
  }

  async close(): Promise<void> {
    while (this.#turn) await this.#turn;
    if (this.#db.isOpen) this.#db.close();
  }

  async #inTransaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const db = this.#db;
    db.exec('begin immediate');
    try {
      const result = await work(this.#direct);
      db.exec('commit');
      return result;
    } catch (thrown) {
      // SQLite has rolled back itself after some failures, such as a full disk.
      if (db.isOpen && db.isTransaction) db.exec('rollback');
      throw thrown;
    }
  }
}

/** The statements of one connection, each prepared once and bound by position: looking names up took most of the time. */
export class SqliteStatements implements Sql {
  readonly forUpdate = '';
  readonly forShare = '';
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async all(statement: string, values?: Values): Promise<readonly Row[]> {
    const prepared = this.#prepare(statement);
    return prepared.statement.all(...bind(prepared, values));
  }

  async one(statement: string, values?: Values): Promise<Row | undefined> {
    const prepared = this.#prepare(statement);
    return prepared.statement.get(...bind(prepared, values));
  }

  async run(statement: string, values?: Values): Promise<number> {
    const prepared = this.#prepare(statement);
    return Number(prepared.statement.run(...bind(prepared, values)).changes);
  }

  async insert({ table, columns, otherwise = '', returning }: Into, rows: readonly Values[]): Promise<readonly Row[]> {
    const places = columns.map((column) => `:${column}`);
    const add = this.#prepare(
      `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')}) values (${places.join(', ')}) ${otherwise}`,
    );
    const added: Row[] = [];
    for (const row of rows) {
      const { changes } = add.statement.run(...bind(add, row));
      if (Number(changes) === 1 && returning !== undefined) added.push({ [returning]: row[returning] });
    }
    return added;
  }

  async hintChange(): Promise<void> {}

  #prepare(statement: string): Prepared {
    let prepared = this.#prepared.get(statement);
    if (!prepared) {
      const { text, names } = placeNames(statement, ({ isList }) => (isList ? 'select value from json_each(?)' : '?'));
      prepared = { statement: this.#db.prepare(text), names, bound: new Array<SQLInputValue>(names.length).fill(null) };
      prepared.statement.setReadBigInts(true);
      this.#prepared.set(statement, prepared);
    }
    return prepared;
  }
}

/** The array is the statement's own: SQLite copies what is bound before the next binding. */
function bind({ names, bound }: Prepared, values: Values | undefined): readonly SQLInputValue[] {
  names.forEach((name, index) => {
    bound[index] = toInput(boundValue(values, name));
  });
  return bound;
}

function toInput(value: Value): SQLInputValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
