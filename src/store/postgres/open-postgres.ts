import type { Client, Pool, PoolConfig } from 'pg';
import { whole } from '../sql/read-row.ts';
import { StoreRefused } from '../store-refused.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { PostgresStatements } from './postgres-statements.ts';

/** Our tables stand in schemas of their own, beside whatever else the database holds. */
type Schema = 'fairlead' | 'people';
const versionMin = 15;
const connectMs = 3_000;
/** A keeper asks for a handful of things at a time: grants, a batch, look-ups. */
const connectionsMax = 10;

// Said on each connection, and not in its address: poolers refuse options there.
const greetingOf = (
  schema: Schema,
) => `set search_path to ${schema}; set statement_timeout = '10s'; set lock_timeout = '5s';
  set idle_in_transaction_session_timeout = '30s'; set timezone to 'UTC'`;

export type OpenedPostgres = {
  readonly database: PostgresDatabase;
  /** Another connection, outside the pool, for who listens. */
  connect(): Promise<Client>;
};

/** Connects, within seconds, to a database that is there, new enough and ours to write. Throws `StoreRefused`. */
export async function openPostgres(url: string, schema: Schema = 'fairlead'): Promise<OpenedPostgres> {
  const { default: pg } = await import('pg');
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') => parserOf(oid) ?? pg.types.getTypeParser(oid, format),
  };
  const config = { connectionString: url, connectionTimeoutMillis: connectMs, keepAlive: true, types };
  // The types of this driver do not know `pipeline` yet.
  const options: PoolConfig & { readonly pipeline: boolean } = { ...config, max: connectionsMax, pipeline: true };
  const pool = new pg.Pool({ application_name: 'fairlead', ...options });
  // A connection that breaks tells whoever waits for it; nobody else shall die of it.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    client.query(greetingOf(schema)).catch(() => {});
  });
  try {
    await judge(pool, schema);
  } catch (thrown) {
    await pool.end();
    throw refusalOf(thrown, url, schema);
  }
  const connect = async (): Promise<Client> => {
    const client = new pg.Client({ application_name: 'fairlead listens', ...config });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  return { database: new PostgresDatabase(pool), connect };
}

/** Rows that were deleted are taken out of the tables' files, as far as nobody reads an older state of them. */
export async function vacuum(database: PostgresDatabase): Promise<boolean> {
  await database.run('vacuum');
  return true;
}

async function judge(pool: Pool, schema: Schema): Promise<void> {
  const sql = new PostgresStatements(pool, connectMs);
  const row = await sql.one(`select current_setting('server_version_num')::bigint / 10000 as version`);
  const version = whole(row ?? {}, 'version');
  if (version < versionMin) {
    throw new StoreRefused(
      `The database is PostgreSQL ${version}, and Fairlead needs ${versionMin} or newer: upgrade it, or name another in DATABASE_URL.`,
    );
  }
  const found = await sql.one('select 1 as found from pg_namespace where nspname = :schema', { schema });
  if (found) return;
  try {
    await sql.run(`create schema if not exists ${schema}`);
  } catch (thrown) {
    // Of two that start at once on an empty database one makes it, and PostgreSQL tells the other one so in this way.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === '23505')) throw thrown;
  }
}

/** Whole numbers are `bigint`, also the sums of them. */
function parserOf(oid: number): ((value: string) => bigint | string) | undefined {
  if (oid === 20 || oid === 21 || oid === 23) return BigInt;
  return oid === 1_700 ? (value) => (/^-?\d+$/.test(value) ? BigInt(value) : value) : undefined;
}

/** What the operator can mend, without anything of the address but its host and database. */
function refusalOf(thrown: unknown, url: string, schema: Schema): unknown {
  if (thrown instanceof StoreRefused || !(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown ? String(thrown.code) : '';
  const where = placeOf(url);
  switch (code) {
    case '28P01':
    case '28000':
      return new StoreRefused(`The database ${where} refuses the user or the password of DATABASE_URL.`);
    case '3D000':
      return new StoreRefused(`There is no database ${where}: create it, or name another in DATABASE_URL.`);
    case '42501':
      return new StoreRefused(
        `The user of DATABASE_URL may not make the schema "${schema}" in ${where}: grant it "create" on the database.`,
      );
    case '53300':
      return new StoreRefused(`The database ${where} has no connection left: raise max_connections.`);
    default:
      return new StoreRefused(
        `The database ${where} does not answer${code === '' ? '' : ` (${code})`}: start it, or correct DATABASE_URL.`,
      );
  }
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'of DATABASE_URL';
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname}:${port || '5432'}${pathname}`;
}
