import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { text, textOrNull } from '../sql/read-row.ts';
import { type Database, type Into, Overtaken, type Row, type Sql, type Values } from '../sql/sql.ts';
import { PostgresStatements } from './postgres-statements.ts';

const statementMs = 10_000;
/** A check or a copy reads whole tables. */
const longStatementMs = 3_600_000;
const triesMax = 5;
/** Serialization failure, deadlock: nothing happened, and the next time it may go well. */
const undone: ReadonlySet<unknown> = new Set(['40001', '40P01']);
const outcomeTriesMax = 20;
const outcomeAgainMs = 250;

/**
 * Statements on any connection of the pool, a transaction on one of its own. Connections are pipelined: what is asked for in
 * one turn of the loop travels together.
 */
export class PostgresDatabase implements Database {
  readonly forUpdate = 'for update';
  readonly forShare = 'for share';
  readonly #pool: Pool;
  readonly #any: PostgresStatements;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#any = new PostgresStatements(pool, statementMs);
  }

  all(statement: string, values?: Values): Promise<readonly Row[]> {
    return this.#any.all(statement, values);
  }

  one(statement: string, values?: Values): Promise<Row | undefined> {
    return this.#any.one(statement, values);
  }

  run(statement: string, values?: Values): Promise<number> {
    return this.#any.run(statement, values);
  }

  insert(into: Into, rows: readonly Values[]): Promise<readonly Row[]> {
    return this.#any.insert(into, rows);
  }

  hintChange(): Promise<void> {
    return this.#any.hintChange();
  }

  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#onConnection((client) => this.#transactionOn(client, work));
      } catch (thrown) {
        if (tries === triesMax || !(thrown instanceof Overtaken || undone.has(codeOf(thrown)))) throw thrown;
      }
    }
  }

  snapshot<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.#onConnection(async (client) => {
      await client.query('begin isolation level repeatable read read only');
      await client.query('set local statement_timeout = 0');
      const result = await work(new PostgresStatements(client, longStatementMs));
      await client.query('commit');
      return result;
    });
  }

  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }

  /** A connection that failed is undone, and thrown away where even that fails. */
  async #onConnection<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    let isBroken = false;
    try {
      return await work(client);
    } catch (thrown) {
      isBroken = await client.query('rollback').then(
        () => false,
        () => true,
      );
      throw thrown;
    } finally {
      client.release(isBroken);
    }
  }

  async #transactionOn<Result>(client: PoolClient, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const sql = new PostgresStatements(client, statementMs);
    const [, row = {}] = await Promise.all([sql.run('begin'), sql.one('select pg_current_xact_id()::text as id')]);
    const result = await work(sql);
    try {
      const { command } = await client.query('commit');
      if (command !== 'COMMIT') throw new Error('the transaction had failed before its commit');
    } catch (thrown) {
      if (isAnswer(thrown) || !(await this.#wasCommitted(text(row, 'id')))) throw thrown;
    }
    return result;
  }

  /**
   * The connection was lost with the commit under way: the server knows how it ended. Where it does not say, whoever asked
   * says it again: settlements, leases and transfers have ids.
   */
  async #wasCommitted(id: string): Promise<boolean> {
    for (let tries = 1; tries <= outcomeTriesMax; tries += 1) {
      try {
        const row = await this.one('select pg_xact_status((:id::text)::xid8) as status', { id });
        const status = textOrNull(row ?? {}, 'status');
        if (status !== 'in progress') return status === 'committed';
      } catch {
        // Still away.
      }
      await sleep(outcomeAgainMs);
    }
    return false;
  }
}

/** The server's own word about the statement; not that it, or the way to it, went away. */
function isAnswer(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (thrown instanceof Error && thrown.message === 'the transaction had failed before its commit') return true;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P)/.test(code);
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
