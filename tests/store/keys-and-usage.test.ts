// Keys that change, and usage added up by the hour: on both engines.
import assert from 'node:assert/strict';
import { ask, ended, granted, newKey, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const thisHour = noon / hourMs;

async function keyIn({ store, workspace }: StoreUnderTest, over: Parameters<typeof newKey>[1] = {}) {
  return (await store.accounts.createKey(newKey(workspace, over))).id;
}

onBoth('a limit can be raised, lowered, taken away and given again; what was used counts', async (t) => {
  const made = await storeWith(t, 1_000_000n);
  const { store, wallet } = made;
  const key = await keyIn(made, { limitNano: 500n, reset: 'daily' });
  const allowanceOf = async () => {
    const { found } = await store.accounts.callerByHash('aa', noon);
    assert.ok(found.state === 'known');
    return found.allowances.filter(({ of }) => of === 'key');
  };
  const [first] = await allowanceOf();
  assert.ok(first);
  await granted(store, ask(wallet, { need: 300n, wanted: 300n }));
  const lease = await granted(store, ask(first.id, { need: 300n, wanted: 300n }));
  const uses = [
    { lease: `lease-${wallet}`, amount: '200' },
    { lease: lease.lease, amount: '200' },
  ];
  await store.postings.post([ended(made, `lease-${wallet}`, { key, charge: '200', hold: '300', uses })], noon);

  const raised = await store.accounts.updateKey(key, { limitNano: 900n, now: noon });
  assert.equal(raised?.limitNano, 900n);
  assert.equal(raised?.changedAt, noon);
  assert.deepEqual(
    (await allowanceOf()).map(({ id, limit }) => [id, limit]),
    [[first.id, 900n]],
  );

  await store.accounts.updateKey(key, { limitNano: 100n, now: noon });
  const short = await store.leases.grant('g1', [ask(first.id, { lease: 'other' })], noon);
  assert.equal(short.kind, 'short', 'lowered below what is used: nothing more is granted');
  assert.ok((await store.postings.check()).ok);

  await store.accounts.updateKey(key, { limitNano: null, now: noon });
  assert.deepEqual(await allowanceOf(), []);

  await store.accounts.updateKey(key, { limitNano: 450n, reset: 'monthly', now: noon });
  const [again] = await allowanceOf();
  assert.deepEqual([again?.window, again?.limit], ['month', 450n]);
  const left = await granted(store, ask(again?.id ?? '', { lease: 'third', need: 1n, wanted: 1n, target: 1_000n }));
  assert.equal(left.granted + left.left, 250n, 'two hundred of this month were used before the limit came');
  assert.ok((await store.postings.check()).ok);
});

onBoth('a deleted key is unknown, and no longer listed; a role is told to gateways', async (t) => {
  const made = await storeWith(t, 0n);
  const { store, workspace } = made;
  const key = await keyIn(made, { role: 'management' });
  const before = (await store.accounts.callerByHash('aa', noon)).found;
  assert.ok(before.state === 'known' && before.role === 'management');

  const head = await store.changes.head();
  assert.equal(await store.accounts.deleteKey(key, noon), true);

  assert.equal((await store.accounts.callerByHash('aa', noon)).found.state, 'unknown');
  assert.deepEqual(await store.accounts.keys(workspace), []);
  assert.equal(await store.accounts.key(key), undefined);
  assert.equal(await store.accounts.deleteKey(key, noon), false);
  assert.equal(await store.accounts.updateKey(key, { name: 'x', now: noon }), undefined);
  assert.equal(await store.changes.head(), head + 1);
});

onBoth('usage is added up in the transaction that posts, once for each generation', async (t) => {
  const made = await storeWith(t, 1_000_000n);
  const { store, workspace, wallet } = made;
  await granted(store, ask(wallet, { need: 100_000n, wanted: 100_000n }));
  const lease = `lease-${wallet}`;
  const usage = { input: 7, cachedInput: 2, cacheWrite5m: 0, cacheWrite1h: 0, output: 5, reasoning: 1 };
  const one = (generation: string, over: Parameters<typeof ended>[2]) =>
    ended(made, lease, { generation, usage, ...over });
  const records = [
    one('gen-1', {}),
    one('gen-2', { endpoint: 'a@one' }),
    one('gen-3', { endpoint: 'a@one', endReason: 'upstream_cut', at: noon + hourMs }),
    one('gen-4', { endpoint: null, endReason: 'failed', charge: '0', uses: [], at: noon + dayMs }),
    one('gen-5', { key: 'key_2', at: noon + dayMs }),
  ];

  await store.postings.post(records, noon);
  await store.postings.post(records, noon);

  const ask2 = { workspace, key: undefined, fromHour: thisHour, untilHour: thisHour + 48, providers: {} };
  const total = await store.reports.usage({ ...ask2, by: [] });
  assert.deepEqual(
    total.map(({ requests, failed, input, output, charge }) => [requests, failed, input, output, charge]),
    [[5, 2, 35, 25, 40n]],
  );
  const byDay = await store.reports.usage({ ...ask2, by: ['day', 'key'] });
  assert.deepEqual(
    byDay.map(({ day, key, requests, charge }) => [day, key, requests, charge]),
    [
      [Math.floor(noon / dayMs), 'key_1', 3, 30n],
      [Math.floor(noon / dayMs) + 1, 'key_1', 1, 0n],
      [Math.floor(noon / dayMs) + 1, 'key_2', 1, 10n],
    ],
  );
  const byEndpoint = await store.reports.usage({ ...ask2, key: 'key_1', by: ['endpoint'] });
  assert.deepEqual(
    byEndpoint.map(({ endpoint, requests }) => [endpoint, requests]).sort(),
    [
      ['', 1],
      ['a@one', 2],
      [records[0]?.endpoint ?? '', 1],
    ].sort(),
  );
  assert.deepEqual((await store.reports.usageOfKeys(['key_1'], noon + dayMs)).get('key_1'), {
    total: { requests: 4, failed: 2, charge: 30n, ownKeyCost: 0n },
    day: { requests: 1, failed: 1, charge: 0n, ownKeyCost: 0n },
    week: { requests: 4, failed: 2, charge: 30n, ownKeyCost: 0n },
    month: { requests: 4, failed: 2, charge: 30n, ownKeyCost: 0n },
  });
  assert.deepEqual((await store.reports.usageOfKeys(['key_none'], noon)).get('key_none')?.total, {
    requests: 0,
    failed: 0,
    charge: 0n,
    ownKeyCost: 0n,
  });
});
