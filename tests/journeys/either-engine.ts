// A whole Fairlead on SQLite and on PostgreSQL: where it keeps what it keeps, and what can be found there afterwards.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { daysOn, hasFaketime } from '../support/calendar.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';

const withoutServer = postgresPrograms() === undefined && 'NOT TESTED ON POSTGRESQL: apt-get install postgresql';
// Its clock is the one that counts there.
const withoutCalendar = !hasFaketime && 'NOT TESTED ON POSTGRESQL: apt-get install faketime';
/** PostgreSQL is left out only where it cannot be run on another day, and that is said; in CI it must be there. */
export const withoutPostgres = withoutServer || withoutCalendar;
if (withoutPostgres && process.env.CI) throw new Error(withoutPostgres);

let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

export const engines = ['sqlite', 'postgres'] as const;

/** Where one Fairlead keeps things beside its data directory. */
export type Keeping = {
  /** What it is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Files and tables that hold the text. */
  placesWith(dataDir: string, text: string): readonly string[];
  /** How many persons' names can be opened. */
  personKeys(dataDir: string): number;
  /** As it was before the first start. */
  empty(): void;
  /** So many days later; gives what a Fairlead is started with then. */
  turnTo(days: number): Promise<Readonly<Record<string, string>>>;
};

export async function keepingOf(engine: (typeof engines)[number]): Promise<Keeping> {
  if (engine === 'sqlite') {
    return { env: {}, placesWith: filesWith, personKeys: keysInFile, empty() {}, turnTo: async (days) => daysOn(days) };
  }
  cluster ??= startCluster();
  const server = await cluster;
  const url = await server.createDatabase();
  const database = new URL(url).pathname.slice(1);
  const sql = (statement: string) => server.sql(statement, database);
  return {
    env: { DATABASE_URL: url },
    placesWith: (dataDir, text) => [
      ...filesWith(dataDir, text),
      ...tablesOf(sql).filter((table) =>
        sql(`select 1 from ${table} as t where replace(t::text, '""', '"') like '%${text}%' limit 1`),
      ),
    ],
    personKeys: () => Number(sql('select count(*) from people.person_key')),
    empty: () => void sql('drop schema if exists people, fairlead cascade'),
    async turnTo(days) {
      await server.stop();
      await server.start(daysOn(days));
      return { DATABASE_URL: url, ...daysOn(days) };
    },
  };
}

function tablesOf(sql: (statement: string) => string): readonly string[] {
  const all = sql("select schemaname || '.' || tablename from pg_tables where schemaname in ('fairlead', 'people')");
  return all.split('\n');
}

function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}

function keysInFile(dataDir: string): number {
  using db = new DatabaseSync(join(dataDir, 'people.db'), { readOnly: true });
  return Number(db.prepare('select count(*) as keys from person_key').get()?.keys);
}
