// Nobody is told that an allowance is short while others hold what they do not need of it (MONEY §2, recall).
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { RecallDesk } from '#keeper/grants/recall-desk.ts';
import type { FromKeeper } from '#keeper/interface/messages.ts';
import { hashKey } from '#keeper/secrets/key-material.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store.ts';
import { eventually } from '../journeys/running-fairlead.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { freshDataDir, runningKeeper, TestPeer } from './keeper-under-test.ts';

let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());
const skip = postgresPrograms() === undefined ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
if (skip && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');

type Granted = FromKeeper & { kind: 'granted' };

/** What a gateway that needs this much is answered. */
async function want(peer: TestPeer, allowance: string, need: string, lease: string): Promise<FromKeeper> {
  const ask = peer.nextAsk();
  peer.say({ kind: 'want', ask, wants: [{ allowance, lease, have: '0', need, wanted: need, target: '0' }] });
  const isIt = (message: { readonly ask: number }) => message.ask === ask;
  return await Promise.race([peer.hear('granted', isIt), peer.hear('short', isIt)]);
}

/** A wallet of a thousand nano-dollars. */
async function walletOf(peer: TestPeer, pepper: Uint8Array): Promise<string> {
  await peer.command('workspace-create', { name: 'shared', credit_usd: '0.000001' });
  const { key } = await peer.command<{ key: string }>('key-create', { workspace: 'shared' });
  const ask = peer.nextAsk();
  peer.say({ kind: 'lookup', ask, hash: hashKey(pepper, key) });
  const { found } = await peer.hear('caller', (message) => message.ask === ask);
  assert.ok(found.state === 'known');
  return found.caller.wallet;
}

test('what another gateway gives back is granted to the one that waits', { timeout: 30_000 }, async (t) => {
  const { socketPath, wallet } = await keeperWithWallet(t);
  const rich = await TestPeer.hello(t, socketPath, 'rich');
  const poor = await TestPeer.hello(t, socketPath, 'poor');
  assert.equal((await want(rich, wallet, '900', 'l1')).kind, 'granted');

  const answer = want(poor, wallet, '500', 'l2');
  await rich.hear('recall', ({ allowance, window }) => allowance === wallet && window === 'all');
  rich.say({ kind: 'give', lease: 'l1', granted: '300', done: false });

  const granted = (await answer) as Granted;
  assert.deepEqual([granted.kind, granted.leases[0]?.granted], ['granted', '500']);
});

test('when nothing comes back it is short, and for a second nobody is asked again', { timeout: 30_000 }, async (t) => {
  const { socketPath, wallet } = await keeperWithWallet(t);
  const rich = await TestPeer.hello(t, socketPath, 'rich');
  const poor = await TestPeer.hello(t, socketPath, 'poor');
  await want(rich, wallet, '900', 'l1');

  const first = await want(poor, wallet, '500', 'l2');
  const second = await want(poor, wallet, '500', 'l2');

  assert.deepEqual([first.kind, second.kind], ['short', 'short']);
  assert.equal(rich.heard.filter(({ kind }) => kind === 'recall').length, 1);
});

test('a gateway that says that it needs all is not waited for', { timeout: 30_000 }, async (t) => {
  const { socketPath, wallet } = await keeperWithWallet(t);
  const rich = await TestPeer.hello(t, socketPath, 'rich');
  const poor = await TestPeer.hello(t, socketPath, 'poor');
  await want(rich, wallet, '900', 'l1');

  const answer = want(poor, wallet, '500', 'l2');
  await rich.hear('recall');
  rich.say({ kind: 'give', lease: 'l1', granted: '900', done: false });

  assert.equal((await answer).kind, 'short');
});

test('while somebody waits for others, what else it says is answered', { timeout: 30_000 }, async (t) => {
  const { socketPath, wallet } = await keeperWithWallet(t);
  const rich = await TestPeer.hello(t, socketPath, 'rich');
  const poor = await TestPeer.hello(t, socketPath, 'poor');
  await want(rich, wallet, '900', 'l1');

  const answer = want(poor, wallet, '500', 'l2');
  const ask = poor.nextAsk();
  poor.say({ kind: 'renew', ask });
  await poor.hear('renewed', (message) => message.ask === ask);

  assert.equal(
    poor.heard.some(({ kind }) => kind === 'short'),
    false,
  );
  assert.equal((await answer).kind, 'short');
});

test('gateways of another tree on the same database are asked over the change feed', {
  skip,
  timeout: 30_000,
}, async (t) => {
  cluster ??= startCluster();
  const databaseUrl = await (await cluster).createDatabase();
  const pepper = 'ab'.repeat(32);
  const here = await runningKeeper(t, freshDataDir(t), [], { databaseUrl, pepper });
  const there = await runningKeeper(t, freshDataDir(t), [], { databaseUrl, pepper });
  const rich = await TestPeer.hello(t, here.socketPath, 'rich');
  const poor = await TestPeer.hello(t, there.socketPath, 'poor');
  const wallet = await walletOf(rich, Buffer.from(pepper, 'hex'));
  await want(rich, wallet, '900', 'l1');

  const answer = want(poor, wallet, '500', 'l2');
  await rich.hear('recall', ({ allowance }) => allowance === wallet);
  rich.say({ kind: 'give', lease: 'l1', granted: '300', done: false });

  assert.equal((await answer).kind, 'granted');
});

for (const hears of [true, false]) {
  const says = hears ? 'it is short' : 'it is short, and told to come again after two seconds';
  test(`without an answer of another tree, the change feed ${hears ? 'up' : 'down'}: ${says}`, async () => {
    const short = { kind: 'short', allowance: 'w', window: 'all', free: 0n, resetsAt: null } as const;
    // What a recall asks of a store, and no more.
    const store = {
      leases: { grant: async () => short, otherHolders: async () => ['elsewhere'] },
      changes: { recall: async () => {}, hearsAtOnce: () => hears },
    } as unknown as Store;
    const desk = new RecallDesk({ store, holder: 'k', now: () => 0, tell: () => [] });

    const result = await desk.tryAgain('g', [], short, performance.now());

    assert.deepEqual(result, hears ? short : { ...short, againInMs: 2_000 });
  });
}

test('a store whose ear is lost says so, until it listens again', { skip, timeout: 30_000 }, async (t) => {
  cluster ??= startCluster();
  const server = await cluster;
  const databaseUrl = await server.createDatabase();
  const store = await openStore({ dataDir: freshDataDir(t), databaseUrl });
  t.after(() => store.close());
  store.changes.onChange(() => {});
  await eventually(async () => assert.equal(store.changes.hearsAtOnce(), true));

  server.sql(`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'`);

  await eventually(async () => assert.equal(store.changes.hearsAtOnce(), false));
  await eventually(async () => assert.equal(store.changes.hearsAtOnce(), true));
});

async function keeperWithWallet(t: TestContext) {
  const { socketPath, dataDir } = await runningKeeper(t);
  const operator = await TestPeer.hello(t, socketPath, 'operator', 'command');
  return { socketPath, wallet: await walletOf(operator, readOrMakePepper(dataDir)) };
}
