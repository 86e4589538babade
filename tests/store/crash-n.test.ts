// The n-th statement fails, for every n there is: whatever was under way happens wholly or not at all, and done again it
// comes to the same end.
import assert from 'node:assert/strict';
import { newId } from '#store/new-id.ts';
import { openEngine, openStore } from '#store/open-store.ts';
import { makeAccountStore } from '#store/sql/account-store.ts';
import { makeClaimStore } from '#store/sql/claim-store.ts';
import { makeLeaseStore } from '#store/sql/lease-store.ts';
import { makePostingStore } from '#store/sql/posting-store.ts';
import type { Database, Into, Row, Sql, Values } from '#store/sql/sql.ts';
import type { Store } from '#store/store.ts';
import {
  ask,
  begun,
  ended,
  freshPlace,
  newKey,
  noon,
  onBoth,
  type StoreUnderTest,
  storeAt,
} from './store-under-test.ts';

/** All of them by hand (`npm test -- crash-n --every 1`); of each three one, drawn anew, in ordinary runs. */
const every = Number(process.env.FAIRLEAD_TEST_EVERY ?? 3);
const first = 1 + Math.floor(Math.random() * every);
const statementsMin = 80;

onBoth('whichever statement fails, no invariant is broken, and what is done again comes to the same end', async (t) => {
  const place = await freshPlace(t);
  const under = await storeAt(t, place, 1_000n);
  const engine = await openEngine(place);
  t.after(() => engine.close());
  const database = new FailingDatabase(engine.database);
  const stores = {
    leases: makeLeaseStore(database),
    postings: makePostingStore(database, { now: () => noon, newId }),
    accounts: makeAccountStore(database, newId),
    claims: makeClaimStore(database),
  };
  const watcher = await openStore({ ...place, now: () => noon });
  t.after(() => watcher.close());

  const expected = await playOnce(stores, watcher, under, database, 0, 0);
  let failures = 0;
  for (let nth = first; ; nth += every) {
    const found = await playOnce(stores, watcher, under, database, nth, nth);
    if (!database.hasFailed) break;
    failures += 1;
    assert.deepEqual(found, expected, `after the failure of statement ${nth}: ${database.failed}`);
  }
  assert.ok(failures * every >= statementsMin, `${failures} statements were met`);
  process.stdout.write(`${failures} statements failed in turn, each ${every} from ${first}\n`);
});

type Stores = Pick<Store, 'leases' | 'postings' | 'accounts' | 'claims'>;

/** A day of a workspace of its own: all that leases, posting and accounts do. Returns what it comes to. */
async function playOnce(
  stores: Stores,
  watcher: Store,
  { behind }: StoreUnderTest,
  database: FailingDatabase,
  nth: number,
  run: number,
): Promise<unknown> {
  const { leases, postings, accounts, claims } = stores;
  const name = `w${run}`;
  const made = await watcher.accounts.createWorkspace({ name, creditNano: 1_000n, now: noon });
  assert.ok(made !== 'taken');
  const workspace = made.id;
  const wallet = (await watcher.accounts.wallet(workspace))?.wallet ?? '';
  const { id: key } = await watcher.accounts.createKey(
    newKey(workspace, { hash: name, limitNano: 900n, limitRequests: 9 }),
  );
  const { found } = await watcher.accounts.callerByHash(name, noon);
  assert.ok(found.state === 'known');
  const [one, other] = [`${name}-a`, `${name}-b`];
  const wants = (instance: string) =>
    found.allowances.map(({ id, unit }) =>
      ask(id, { lease: `${instance}:${id}`, wanted: unit === 'requests' ? 3n : 200n }),
    );
  const uses = (instance: string, amount: string) =>
    found.allowances.map(({ id, unit }) => ({
      lease: `${instance}:${id}`,
      amount: unit === 'requests' ? '1' : amount,
    }));
  const end = (generation: string, amount: string) =>
    ended({ workspace }, '', { generation: `${name}-${generation}`, key, charge: amount, uses: uses(one, amount) });
  const crashed = { ...begun({ workspace }, `${other}:${wallet}`), generation: `${name}-crashed`, key };
  const limit = {
    workspace,
    key,
    unit: 'requests',
    window: 'week',
    model: null,
    upstream: null,
    ofAll: false,
    zone: 'UTC',
    burst: null,
  } as const;
  const claim = { workspace, name, body: 'b', generation: `${name}-1`, now: noon, lostAfterMs: 1_000 };

  const steps: readonly (() => Promise<unknown>)[] = [
    () => leases.keepAlive(one, noon + 60_000),
    () => leases.keepAlive(other, noon + 60_000),
    () => leases.grant(one, wants(one), noon),
    () => leases.grant(other, wants(other), noon),
    () => claims.claim(claim),
    () => postings.post([end('1', '30'), end('2', '0'), end('3', '50')], noon),
    () => leases.give(one, `${one}:${wallet}`, 120n, false),
    () => postings.post([end('3', '50'), end('4', '7')], noon),
    () => accounts.setLimit({ ...limit, limit: 50n, eachEndUser: false, now: noon }),
    () => accounts.updateKey(key, { limitNano: 100n, reset: 'daily', now: noon }),
    () => postings.postCrashed([{ begin: crashed, estimate: 3n }], noon),
    () => leases.release(other, 'recovered'),
    () => leases.give(one, `${one}:${wallet}`, 0n, true),
    () => leases.release(one, 'left'),
    () => postings.post([{ ...end('5', '9') }], noon),
    () => accounts.setKeyDisabled(key, true, noon),
  ];
  database.failAt(nth);
  for (const step of steps) await doneInTheEnd(step, database, watcher);
  database.failAt(0);

  const settled = await behind.rows(
    `select substr(generation, ${name.length + 2}) as generation, state, charge, payable from settlement
     where generation like '${name}-%' order by generation`,
  );
  const row = await watcher.accounts.wallet(workspace);
  const limits = (await watcher.accounts.limits(workspace)).map(({ unit, window, limit: most }) => [
    unit,
    window,
    most,
  ]);
  return { settled, wallet: row && { ...row, wallet: '' }, limits: limits.toSorted() };
}

/** As whoever asked does it: once more. In between everything must be as if nothing had been asked, or all of it. */
async function doneInTheEnd(step: () => Promise<unknown>, database: FailingDatabase, watcher: Store): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    assert.ok(database.hasFailed, String(thrown));
    assert.deepEqual((await watcher.postings.check()).problems, []);
    await step();
  }
}

/** A database whose n-th statement goes wrong at the server; a commit counts as one. */
class FailingDatabase implements Database {
  readonly forUpdate: Sql['forUpdate'];
  readonly forShare: Sql['forShare'];
  readonly #inner: Database;
  #left = 0;
  hasFailed = false;
  failed = '';

  constructor(inner: Database) {
    this.#inner = inner;
    this.forUpdate = inner.forUpdate;
    this.forShare = inner.forShare;
  }

  failAt(nth: number): void {
    this.#left = nth;
    if (nth > 0) this.hasFailed = false;
  }

  all(statement: string, values?: Values): Promise<readonly Row[]> {
    return this.#on(this.#inner).all(statement, values);
  }

  one(statement: string, values?: Values): Promise<Row | undefined> {
    return this.#on(this.#inner).one(statement, values);
  }

  run(statement: string, values?: Values): Promise<number> {
    return this.#on(this.#inner).run(statement, values);
  }

  insert(into: Into, rows: readonly Values[]): Promise<readonly Row[]> {
    return this.#on(this.#inner).insert(into, rows);
  }

  hintChange(): Promise<void> {
    return this.#inner.hintChange();
  }

  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.#inner.transaction(async (sql) => {
      const result = await work(this.#on(sql));
      if (this.#isNext('commit')) throw new Error('the commit failed');
      return result;
    });
  }

  snapshot<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.#inner.snapshot(work);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #isNext(statement: string): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.hasFailed = true;
    this.failed = statement;
    return true;
  }

  #on(sql: Sql): Sql {
    const wrong = 'select 1 from no_such_table';
    const ours = (statement: string) => (this.#isNext(statement) ? wrong : statement);
    const withValues = (statement: string, values: Values | undefined) => (statement === wrong ? undefined : values);
    return {
      forUpdate: sql.forUpdate,
      forShare: sql.forShare,
      hintChange: () => sql.hintChange(),
      all: (statement, values) => {
        const text = ours(statement);
        return sql.all(text, withValues(text, values));
      },
      one: (statement, values) => {
        const text = ours(statement);
        return sql.one(text, withValues(text, values));
      },
      run: (statement, values) => {
        const text = ours(statement);
        return sql.run(text, withValues(text, values));
      },
      insert: (into, rows) =>
        sql.insert(this.#isNext(`insert ${into.table}`) ? { ...into, table: 'no_such_table' } : into, rows),
    };
  }
}
