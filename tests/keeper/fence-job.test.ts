import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FenceJob } from '#keeper/jobs/fence-job.ts';
import { openStore } from '#store/open-store.ts';
import { freshDataDir } from './keeper-under-test.ts';
import { writeJournal } from './write-journal.ts';

const start = 1_790_000_000_000;
const forgetAfterMs = 660_000;

test('an instance that has not renewed in time is fenced, and cannot renew then', async (t) => {
  const { store, clock, walk, state } = await fencing(t);
  await store.leases.keepAlive('late', start + 60_000);
  await store.leases.keepAlive('punctual', start + 600_000);

  await walk(55_000);
  assert.equal(await state('late'), 'alive');
  await walk(10_000);

  assert.equal(await state('late'), 'fenced');
  assert.equal(await state('punctual'), 'alive');
  assert.equal(await store.leases.keepAlive('late', clock.now + 60_000), false);
});

test('after a pause of the machine every gateway gets a chance to renew before it is fenced', async (t) => {
  const { store, clock, walk, state } = await fencing(t);
  await store.leases.keepAlive('slept', start + 60_000);
  await walk(30_000);

  clock.now += 3_600_000;
  await walk(20_000);

  assert.equal(await state('slept'), 'alive');
  assert.equal(await store.leases.keepAlive('slept', clock.now + 60_000), true);
});

test('a fenced instance whose journal is here is recovered, unless it still writes', async (t) => {
  const { store, walk, state, live, dataDir } = await fencing(t);
  for (const instance of ['gone', 'writing']) {
    await store.leases.keepAlive(instance, start + 10_000);
    writeJournal(dataDir, instance, [[]]);
  }
  live.add('writing');

  await walk(60_000);

  assert.equal(existsSync(join(dataDir, 'journal/gone')), false);
  assert.equal(existsSync(join(dataDir, 'journal/writing')), true);
  assert.equal(await state('writing'), 'fenced');
  assert.notEqual(await state('gone'), 'fenced');
});

test('one that never returns is forgotten once nothing that it began can still be running', async (t) => {
  const { store, walk, state } = await fencing(t);
  await store.leases.keepAlive('lost', start + 60_000);

  await walk(60_000 + forgetAfterMs);
  assert.equal(await state('lost'), 'fenced');
  await walk(10_000);

  assert.equal(await state('lost'), undefined);
});

test('while the store is away nobody is fenced for not renewing there', async (t) => {
  const { store, walk, state, outage } = await fencing(t);
  await store.leases.keepAlive('patient', start + 60_000);
  await walk(30_000);

  await outage(120_000);
  await walk(20_000);

  assert.equal(await state('patient'), 'alive');
});

async function fencing(t: TestContext) {
  const dataDir = freshDataDir(t);
  const clock = { now: start };
  const now = () => clock.now;
  const live = new Set<string>();
  const store = await openStore({ dataDir, now });
  t.after(() => store.close());
  let isAway = false;
  const instances = () => (isAway ? Promise.reject(new Error('the store is away')) : store.leases.instances());
  const job = new FenceJob({
    store: { ...store, leases: { ...store.leases, instances } },
    dataDir,
    isLive: (id) => live.has(id),
    log: () => {},
    now,
    holder: 'k1',
    forgetAfterMs,
  });
  return {
    store,
    dataDir,
    clock,
    live,
    /** Lets the job take its step each five seconds for so long. */
    async walk(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 5_000) {
        clock.now += 5_000;
        await job.step();
      }
    },
    /** The same while the store does not answer. */
    async outage(ms: number): Promise<void> {
      isAway = true;
      for (let passed = 0; passed < ms; passed += 5_000) {
        clock.now += 5_000;
        await assert.rejects(job.step(), /away/);
      }
      isAway = false;
    },
    state: async (id: string) => (await store.leases.instances()).find((row) => row.id === id)?.state,
  };
}
