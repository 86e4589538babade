import assert from 'node:assert/strict';
import { createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openEngine, openStore } from '#store/open-store.ts';
import { lend } from '#store/sql/window-rows.ts';
import type { Store } from '#store/store.ts';
import {
  ask,
  assertBooksAreRight,
  ended,
  freshPlace,
  granted,
  noon,
  onBoth,
  onPostgres,
  type StoreUnderTest,
  storeAt,
} from './store-under-test.ts';

// What several keepers do to one database at the same time. A file has one keeper: there it is one store, asked at once.

onBoth('a grant that exceeds what is free is refused by its own statement', async (t) => {
  const place = await freshPlace(t);
  const { store, wallet } = await storeAt(t, place, 100n);
  await granted(store, ask(wallet, { wanted: 60n }));
  const { database, close } = await openEngine(place);
  t.after(close);

  const tooMuch = database.transaction((sql) => lend(sql, { allowance: wallet, window: 'all' }, 41n));

  await assert.rejects(tooMuch, /exceeds what is free/);
  await database.transaction((sql) => lend(sql, { allowance: wallet, window: 'all' }, 40n));
});

onBoth('keepers that grant at once give out what there is, and no more', async (t, engine) => {
  const { under, stores } = await manyStores(t, engine, 100n);
  const instances = stores.flatMap((_, index) => [`a${index}`, `b${index}`, `c${index}`]);
  for (const instance of instances) await under.store.leases.keepAlive(instance, noon + 60_000);

  const results = await Promise.all(
    instances.map((instance, index) =>
      storeOf(stores, index).leases.grant(
        instance,
        [ask(under.wallet, { lease: `l-${instance}`, need: 30n, target: 500n })],
        noon,
      ),
    ),
  );

  const leased = (await under.store.accounts.wallet(under.workspace))?.leased ?? 0n;
  const given = results.flatMap((result) => (result.kind === 'granted' ? result.leases : []));
  assert.equal(
    given.reduce((sum, lease) => sum + lease.granted, 0n),
    leased,
  );
  assert.ok(leased <= 100n && given.length >= 1 && given.length <= 3);
  assert.ok(results.every(({ kind }) => kind === 'granted' || kind === 'short'));
  await assertBooksAreRight(under.store);
});

onBoth('keepers that post the same generations at once charge each of them once', async (t, engine) => {
  const { under, stores } = await manyStores(t, engine, 10_000n);
  const { lease } = await granted(under.store, ask(under.wallet, { wanted: 5_000n }));
  const records = Array.from({ length: 40 }, (_, index) =>
    ended(under, lease, { generation: `gen-${index}`, charge: '10' }),
  );

  const results = await Promise.all(
    stores.map((store, index) => store.postings.post(index % 2 === 0 ? records : records.toReversed(), noon)),
  );

  assert.equal(
    results.reduce((sum, { posted }) => sum + posted, 0),
    40,
  );
  assert.equal((await under.store.accounts.wallet(under.workspace))?.spent, 400n);
  await assertBooksAreRight(under.store);
});

onBoth('grants, gives, posts and releases of many keepers never wait for each other in a circle', async (t, engine) => {
  const { under, stores } = await manyStores(t, engine, 100_000n);
  const work = stores.map(async (store, who) => {
    for (let round = 0; round < 8; round += 1) {
      const instance = `g-${who}-${round}`;
      await store.leases.keepAlive(instance, noon + 60_000);
      const lease = await granted(
        store,
        ask(under.wallet, { lease: `l-${who}-${round}`, wanted: 100n, target: 500n }),
        instance,
      );
      await Promise.all([
        store.postings.post([ended(under, lease.lease, { generation: `gen-${who}-${round}`, charge: '7' })], noon),
        store.accounts.credit({ workspace: under.workspace, amount: 1n, source: 'operator', now: noon }),
        store.leases.give(instance, lease.lease, 50n, false),
      ]);
      await store.leases.release(instance, 'left');
    }
  });

  await Promise.all(work);

  const row = await under.store.accounts.wallet(under.workspace);
  const rounds = BigInt(stores.length * 8);
  assert.deepEqual([row?.spent, row?.leased, row?.balance], [7n * rounds, 0n, 100_000n + rounds - 7n * rounds]);
  if (engine === 'postgres') {
    for (const store of stores) await store.close();
    const [found] = await under.behind.rows(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    assert.equal(found?.deadlocks, 0n);
  }
  await assertBooksAreRight(under.store);
});

onBoth('of several keepers one leads a job, until its time is over', async (t, engine) => {
  const { stores } = await manyStores(t, engine, 0n);

  const first = await Promise.all(stores.map((store, who) => store.jobs.lead('tidy', `k${who}`, noon + 100, noon)));
  const leader = `k${first.indexOf(true)}`;
  const { jobs } = storeOf(stores, 0);

  assert.equal(first.filter(Boolean).length, 1);
  assert.deepEqual(
    [
      await jobs.lead('tidy', leader, noon + 150, noon + 50),
      await jobs.lead('tidy', 'k9', noon + 200, noon + 149),
      await jobs.lead('books', 'k9', noon + 200, noon + 149),
      await jobs.lead('tidy', 'k9', noon + 200, noon + 150),
    ],
    [true, false, true, true],
  );
});

onPostgres('a commit whose answer is lost on its way happens once, and is known to have happened', async (t) => {
  const place = await freshPlace(t);
  const { store, workspace } = await storeAt(t, place, 100n);
  const cut = await wireThatLosesCommits(t, place.databaseUrl ?? '');
  const behindTheWire = await openStore({ ...place, databaseUrl: cut.url, now: () => noon });
  t.after(() => behindTheWire.close());

  cut.loseNext();
  await behindTheWire.accounts.credit({ workspace, amount: 7n, source: 'operator', now: noon });

  assert.equal(cut.lost, 1);
  assert.equal((await store.accounts.wallet(workspace))?.balance, 107n);
  await assertBooksAreRight(store);
});

onBoth('the store goes by its own clock, which is nobody else’s', async (t, engine) => {
  const place = await freshPlace(t);
  const store = await openStore(place);
  t.after(() => store.close());

  assert.ok(Number.isSafeInteger(store.now()));
  if (engine === 'postgres') assert.ok(Math.abs(store.now() - Date.now()) < 2_000);
  else assert.ok(Math.abs(store.now() - Date.now()) < 100);
});

onBoth('a text that a database cannot hold stops no batch', async (t) => {
  const under = await storeAt(t, await freshPlace(t), 1_000n);
  const { lease } = await granted(under.store, ask(under.wallet, { wanted: 400n }));

  const odd = ended(under, lease, { model: 'a\0b', endpoint: 'c\ud800d', splices: ['e\0f'] });
  const { posted } = await under.store.postings.post([odd], noon);

  assert.equal(posted, 1);
  assert.equal((await under.store.postings.generation('gen-1'))?.charge, '10');
});

async function manyStores(t: TestContext, engine: 'sqlite' | 'postgres', credit: bigint) {
  const place = await freshPlace(t);
  const under: StoreUnderTest = await storeAt(t, place, credit);
  if (engine === 'sqlite') return { under, stores: [under.store, under.store, under.store, under.store] };
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ ...place, now: () => noon })));
  t.after(() => Promise.all(stores.map((store) => store.close())));
  return { under, stores };
}

function storeOf(stores: readonly Store[], index: number): Store {
  const store = stores[index % stores.length];
  assert.ok(store);
  return store;
}

/** Passes a database's connections on, and, when told so, passes a commit on and cuts the wire before its answer. */
async function wireThatLosesCommits(t: TestContext, url: string) {
  const folder = new URL(url).searchParams.get('host') ?? '';
  const sockets = new Set<Socket>();
  let isArmed = false;
  const loseNext = () => {
    isArmed = true;
  };
  const state = { lost: 0, url: '', loseNext };
  const server = createServer((client) => {
    const upstream = dial(join(folder, '.s.PGSQL.5432'));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    let isCut = false;
    client.on('data', (bytes) => {
      upstream.write(bytes);
      if (!isArmed || !bytes.includes('commit')) return;
      isArmed = false;
      isCut = true;
      state.lost += 1;
    });
    upstream.on('data', (bytes) => {
      if (isCut) client.destroy();
      else client.write(bytes);
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  state.url = `postgres://postgres@127.0.0.1:${port}${new URL(url).pathname}`;
  return state;
}
