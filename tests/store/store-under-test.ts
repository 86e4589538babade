import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { after, type TestContext } from 'node:test';
import pg from 'pg';
import { noUsage } from '#core/generation/usage.ts';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';
import { openStore } from '#store/open-store.ts';
import type { GrantAsk, GrantedLease, NewKey, Store } from '#store/store.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';

/** A Monday, 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 2, 12);

export type Engine = 'sqlite' | 'postgres';

type Given = Pick<TestContext, 'after'>;

const engineOf = new WeakMap<Given, Engine>();

/** The same promise on both engines. */
export function onBoth(promise: string, body: (t: TestContext, engine: Engine) => Promise<void>): void {
  for (const engine of ['sqlite', 'postgres'] as const) onEngine(engine, promise, body);
}

/** What only several writers at once can show. */
export function onPostgres(promise: string, body: (t: TestContext) => Promise<void>): void {
  onEngine('postgres', promise, body);
}

/** PostgreSQL is left out only where no server is installed, and that is said; in CI it must be there. */
function onEngine(engine: Engine, promise: string, body: (t: TestContext, engine: Engine) => Promise<void>): void {
  const isMissing = engine === 'postgres' && postgresPrograms() === undefined;
  if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
  const skip = isMissing ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
  test(`${promise} [${engine}]`, { skip }, async (t) => {
    engineOf.set(t, engine);
    await body(t, engine);
  });
}

let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

/** One server for all tests of a file. */
function sharedCluster(): Promise<Cluster> {
  cluster ??= startCluster();
  return cluster;
}

export function freshDataDir(t: Given): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

export type StoreUnderTest = {
  readonly store: Store;
  readonly dataDir: string;
  readonly workspace: string;
  readonly wallet: string;
  readonly behind: BehindTheStore;
};

/** Looks into the database, or changes it, behind the store's back. */
export type BehindTheStore = {
  /** Whole numbers are bigint. */
  rows(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  change(statements: string): Promise<void>;
  /** Without the database's own guards: foreign keys, checks, triggers. */
  tamper(statements: string): Promise<void>;
};

/** Where a fresh store of this test lies. */
export async function freshPlace(t: Given): Promise<Place> {
  const dataDir = freshDataDir(t);
  if (engineOf.get(t) !== 'postgres') return { dataDir };
  return { dataDir, databaseUrl: await (await sharedCluster()).createDatabase() };
}

export type Place = { readonly dataDir: string; readonly databaseUrl?: string };

/** A fresh store with a workspace that has this much credit, and the instance `g1`. */
export async function storeWith(t: Given, creditNano: bigint): Promise<StoreUnderTest> {
  return await storeAt(t, await freshPlace(t), creditNano);
}

export async function storeAt(t: Given, place: Place, creditNano: bigint): Promise<StoreUnderTest> {
  const store = await openStore({ ...place, now: () => noon });
  t.after(() => store.close());
  const made = await store.accounts.createWorkspace({ name: 'default', creditNano, now: noon });
  assert.ok(made !== 'taken');
  const row = await store.accounts.wallet(made.id);
  assert.ok(row);
  assert.equal(await store.leases.keepAlive('g1', noon + 60_000), true);
  return { store, dataDir: place.dataDir, workspace: made.id, wallet: row.wallet, behind: await openBehind(t, place) };
}

export async function openBehind(t: Given, place: Place): Promise<BehindTheStore> {
  return place.databaseUrl === undefined ? behindSqlite(t, place.dataDir) : await behindPostgres(t, place.databaseUrl);
}

function behindSqlite(t: Given, dataDir: string): BehindTheStore {
  const eye = new DatabaseSync(join(dataDir, 'main.db'), { readOnly: true });
  t.after(() => eye.close());
  return {
    async rows(statement) {
      const prepared = eye.prepare(statement);
      prepared.setReadBigInts(true);
      return prepared.all().map((row) => ({ ...row }));
    },
    change: async (statements) => raw(dataDir, (db) => db.exec(statements)),
    tamper: async (statements) =>
      raw(dataDir, (db) => {
        db.exec('pragma ignore_check_constraints = on');
        for (const { name } of db.prepare(`select name from sqlite_schema where type = 'trigger'`).all()) {
          db.exec(`drop trigger ${String(name)}`);
        }
        db.exec(statements);
      }),
  };
}

async function behindPostgres(t: Given, url: string): Promise<BehindTheStore> {
  const whole = (oid: number) => (oid === 20 || oid === 23 || oid === 1_700 ? BigInt : undefined);
  const types = { getTypeParser: (oid: number) => whole(oid) ?? pg.types.getTypeParser(oid) };
  const client = new pg.Client({ connectionString: url, types });
  client.on('error', () => {});
  await client.connect();
  t.after(() => client.end());
  await client.query('set search_path to fairlead');
  return {
    rows: async (statement) => (await client.query(statement)).rows,
    change: async (statements) => void (await client.query(statements)),
    async tamper(statements) {
      const checks = await client.query(
        `select conrelid::regclass::text as owner, conname as name from pg_constraint
         where contype = 'c' and connamespace = 'fairlead'::regnamespace`,
      );
      // Foreign keys and triggers are off for a replica.
      await client.query('begin; set local session_replication_role = replica');
      for (const { owner, name } of checks.rows) await client.query(`alter table ${owner} drop constraint "${name}"`);
      await client.query(statements);
      await client.query('commit');
    },
  };
}

export function newKey(workspace: string, over: Partial<NewKey> = {}): NewKey {
  const limits = { limitNano: null, limitRequests: null, reset: 'never', expiresAt: null } as const;
  return { name: 'key', workspace, hash: 'aa', hint: 'abcd', now: noon, ...limits, ...over };
}

export function ask(allowance: string, over: Partial<GrantAsk> = {}): GrantAsk {
  const need = over.need ?? over.wanted ?? 1n;
  return { allowance, lease: `lease-${allowance}`, have: 0n, need, wanted: need, target: 0n, ...over };
}

/** The one lease that this ask is granted. */
export async function granted(store: Store, want: GrantAsk, instance = 'g1', now = noon): Promise<GrantedLease> {
  const result = await store.leases.grant(instance, [want], now);
  assert.equal(result.kind, 'granted');
  const [lease] = result.kind === 'granted' ? result.leases : [];
  assert.ok(lease);
  return lease;
}

/** A generation of this charge against this lease. */
export function ended(
  { workspace }: Pick<StoreUnderTest, 'workspace'>,
  lease: string,
  over: Partial<EndRecord> = {},
): EndRecord {
  const charge = over.charge ?? '10';
  return {
    kind: 'end',
    generation: 'gen-1',
    startedAt: noon - 1_000,
    at: noon,
    workspace,
    key: 'key_1',
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    stream: true,
    status: 200,
    endReason: 'completed',
    fault: null,
    endpoint: 'sandbox/echo@sandbox',
    priceVersion: 'prc_1',
    usage: { ...noUsage, input: 10, output: 5 },
    usageSource: 'reported',
    disputed: false,
    hold: '1000000',
    charge,
    uses: charge === '0' ? [] : [{ lease, amount: charge }],
    losses: [],
    attempts: [
      { endpoint: 'sandbox/echo@sandbox', provider: 'sandbox', region: 'local', status: 200, verdict: 'ok', ms: 5 },
    ],
    plan: [{ endpoint: 'sandbox/echo@sandbox', why: 'first' }],
    excluded: [{ endpoint: 'sandbox/echo@other', why: 'unaffordable' }],
    upstreamProtocol: 'openai-chat',
    dropped: ['seed'],
    splices: ['model'],
    firstContentMs: 4.25,
    clampedTo: null,
    ...over,
  };
}

export function begun({ workspace }: Pick<StoreUnderTest, 'workspace'>, lease: string): BeginRecord {
  return {
    kind: 'begin',
    generation: 'gen-begun',
    at: noon - 5_000,
    workspace,
    key: 'key_1',
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    holds: [{ lease, amount: '500' }],
    hold: '500',
    inputCharge: '20',
  };
}

/** Looks into the file of SQLite, or changes it, behind the store's back. */
export function raw<Result>(dataDir: string, work: (db: DatabaseSync) => Result): Result {
  using db = new DatabaseSync(join(dataDir, 'main.db'), { enableForeignKeyConstraints: false, timeout: 5_000 });
  return work(db);
}

export async function assertBooksAreRight(store: Store): Promise<void> {
  assert.deepEqual((await store.postings.check()).problems, []);
}
