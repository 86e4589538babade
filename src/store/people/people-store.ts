// The rows of people.db. Which of them are asked for is the sign-in library's choice, so statements are made from what it
// asks; tables and columns are checked against the schema's own names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../migrate.ts';
import type { Engine } from '../migrations/migration.ts';
import type { StorePlace } from '../open-store.ts';
import { whole } from '../sql/read-row.ts';
import type { Database, Row, Sql, Value, Values } from '../sql/sql.ts';
import { openSqlitePeople } from '../sqlite/open-sqlite.ts';
import { peopleMigrations } from './people-migrations.ts';

/** Tables of people.db and their columns; what is not here is never part of a statement. */
export const peopleTables = {
  person:
    'id actor email_hash email name email_verified two_factor terms_version accepted_at created_at changed_at address_changed_at'.split(
      ' ',
    ),
  person_key: ['person', 'sealed'],
  session: 'id person token_hash device expires_at proved_at created_at changed_at'.split(' '),
  sign_in: 'id person provider subject secret created_at changed_at label'.split(' '),
  proof: 'id identifier_hash sealed expires_at created_at changed_at'.split(' '),
  second_factor: 'id person secret recovery verified failures locked_until'.split(' '),
  passkey: 'id person credential_hash sealed name counter created_at used_at'.split(' '),
  support_message: 'id person number subject text sent_at'.split(' '),
  backing_wallet: 'workspace person sign_in balance read_at tried_at'.split(' '),
  new_address:
    'id person address_hash address old_hash new_hash old_proved_at new_proved_at expires_at created_at'.split(' '),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PeopleTable = keyof typeof peopleTables;

export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in' | 'not_in';

/** One condition on a column; those that are joined by `or` form one group beside the others. */
export type Condition = {
  readonly column: string;
  readonly is: Comparison;
  readonly value: Value;
  readonly join: 'and' | 'or';
};

export type Rows = {
  readonly order?: { readonly column: string; readonly down: boolean } | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
};

export type PeopleStore = {
  find(table: PeopleTable, where: readonly Condition[], rows?: Rows): Promise<readonly Row[]>;
  add(table: PeopleTable, row: Values): Promise<void>;
  /** How many rows it changed. */
  change(table: PeopleTable, where: readonly Condition[], values: Values): Promise<number>;
  /** How many rows went. */
  remove(table: PeopleTable, where: readonly Condition[]): Promise<number>;
  /** The one row that is removed, so that of two takers one gets it. */
  take(table: PeopleTable, where: readonly Condition[]): Promise<Row | undefined>;
  count(table: PeopleTable, where: readonly Condition[]): Promise<number>;
  close(): Promise<void>;
};

/** Opens `people.db`, or the schema `people` of the same PostgreSQL; made and migrated when needed. */
export async function openPeople(place: StorePlace): Promise<PeopleStore> {
  const { engine, database } = await openPeopleEngine(place);
  try {
    await migratePeople({ engine, database }, peopleMigrations.length);
    return makePeopleStore(database);
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

export type PeopleEngine = {
  readonly engine: Engine;
  readonly database: Database;
  /** What was deleted is gone from the files as well; false: somebody still reads an older state. */
  scrub(): Promise<boolean>;
};

/** False: nobody ever signed in here, so there is no database of people. */
export function hasPeople({ dataDir, databaseUrl }: StorePlace): boolean {
  return databaseUrl !== undefined || existsSync(join(dataDir, 'people.db'));
}

/** Brings it up to a number of steps. */
export async function migratePeople(
  { engine, database }: Pick<PeopleEngine, 'engine' | 'database'>,
  steps: number,
): Promise<void> {
  await migrate(database, { engine, now: Date.now, backUp() {}, migrations: peopleMigrations.slice(0, steps) });
}

export async function openPeopleEngine({ dataDir, databaseUrl }: StorePlace): Promise<PeopleEngine> {
  if (databaseUrl === undefined) return { engine: 'sqlite', ...openSqlitePeople(dataDir) };
  const { openPostgres, vacuum } = await import('../postgres/open-postgres.ts');
  const { database } = await openPostgres(databaseUrl, 'people');
  return { engine: 'postgres', database, scrub: () => vacuum(database) };
}

function makePeopleStore(db: Database): PeopleStore {
  return {
    find: (table, where, rows) => findRows(db, table, where, rows),
    add: async (table, row) => void (await db.insert({ table, columns: Object.keys(checked(table, row)) }, [row])),
    change: (table, where, values) => changeRows(db, table, where, values),
    remove: (table, where) => removeRows(db, table, where),
    take: (table, where) =>
      db.transaction(async (sql) => {
        const [row] = await findRows(sql, table, where, { limit: 1 });
        if (!row) return undefined;
        const id = typeof row.id === 'string' ? row.id : '';
        const gone = await removeRows(sql, table, [{ column: 'id', is: 'eq', value: id, join: 'and' }]);
        return gone === 1 ? row : undefined;
      }),
    count: async (table, where) => {
      const { text, values } = conditions(table, where);
      const row = await db.one(`select count(*) as rows_found from ${table} ${text}`, values);
      return whole(row ?? {}, 'rows_found');
    },
    close: () => db.close(),
  };
}

function findRows(
  sql: Sql,
  table: PeopleTable,
  where: readonly Condition[],
  { order, limit = 100, offset = 0 }: Rows = {},
): Promise<readonly Row[]> {
  const { text, values } = conditions(table, where);
  const sorted = order ? `order by ${column(table, order.column)} ${order.down ? 'desc' : 'asc'}` : '';
  return sql.all(`select * from ${table} ${text} ${sorted} limit :limit offset :offset`, { ...values, limit, offset });
}

function changeRows(sql: Sql, table: PeopleTable, where: readonly Condition[], change: Values): Promise<number> {
  const { text, values } = conditions(table, where);
  const names = Object.keys(checked(table, change));
  const set = names.map((name) => `${name} = :set_${name}`).join(', ');
  const given = Object.fromEntries(Object.entries(change).map(([name, value]) => [`set_${name}`, value]));
  return sql.run(`update ${table} set ${set} ${text}`, { ...values, ...given });
}

function removeRows(sql: Sql, table: PeopleTable, where: readonly Condition[]): Promise<number> {
  const { text, values } = conditions(table, where);
  return sql.run(`delete from ${table} ${text}`, values);
}

const signs = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

function conditions(
  table: PeopleTable,
  where: readonly Condition[],
): { readonly text: string; readonly values: Values } {
  const values: Record<string, Value> = {};
  const texts = { and: [] as string[], or: [] as string[] };
  for (const [index, { column: name, is, value, join }] of where.entries()) {
    texts[join].push(conditionText(column(table, name), is, value, `where_${index}`));
    if (value !== null) values[`where_${index}`] = value;
  }
  const either = texts.or.length > 0 ? [`(${texts.or.join(' or ')})`] : [];
  const all = [...texts.and, ...either];
  return { text: all.length === 0 ? '' : `where ${all.join(' and ')}`, values };
}

function conditionText(name: string, is: Comparison, value: Value, place: string): string {
  if (value === null) return is === 'ne' ? `${name} is not null` : `${name} is null`;
  if (is === 'in') return `${name} in (:${place}*)`;
  if (is === 'not_in') return `${name} not in (:${place}*)`;
  return `${name} ${signs[is]} :${place}`;
}

function checked(table: PeopleTable, row: Values): Values {
  for (const name of Object.keys(row)) column(table, name);
  return row;
}

function column(table: PeopleTable, name: string): string {
  const known: readonly string[] = peopleTables[table];
  if (!known.includes(name)) throw new Error(`the table ${table} has no such column`);
  return name;
}
