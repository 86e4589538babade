import assert from 'node:assert/strict';
import { noon, onBoth, storeWith } from './store-under-test.ts';

const harbour = {
  ...{ name: 'harbour', written: '{}', offer: '{}', origin: 'https://harbour.example', enabled: true },
  ...{ sealed: 'sealed', hint: 'Lk93' },
};
const rates = (input: bigint) => ({ rates: { input, output: 2n }, tiers: [] });

onBoth('an upstream is added once, changed in part, and each change is one of the catalogue', async (t) => {
  const { store } = await storeWith(t, 0n);
  const from = await store.changes.head();

  assert.equal(await store.upstreams.add({ ...harbour, now: noon }), true);
  assert.equal(await store.upstreams.add({ ...harbour, sealed: 'other', now: noon + 1 }), false);
  assert.equal(await store.upstreams.change('harbour', { enabled: false, now: noon + 2 }), true);
  assert.equal(await store.upstreams.change('nobody', { enabled: false, now: noon + 2 }), false);

  const row = { ...harbour, enabled: false, createdAt: noon, changedAt: noon + 2 };
  assert.deepEqual(await store.upstreams.list(), [row]);
  assert.deepEqual(
    (await store.changes.since(from, 10)).map(({ kind, id }) => [kind, id]),
    [
      ['catalogue', 'harbour'],
      ['catalogue', 'harbour'],
    ],
  );
});

onBoth('what is removed takes its tests and its own prices with it, and no others', async (t) => {
  const { store } = await storeWith(t, 0n);
  await store.upstreams.add({ ...harbour, now: noon });
  const test = { upstream: 'harbour', at: noon, endpoint: 'm@harbour', generation: null, status: 0, ms: 5 };
  await store.upstreams.tested({ ...test, fault: 'no-answer' });
  await store.upstreams.tested({ ...test, at: noon + 5, status: 200, generation: 'gen-1', fault: null });
  for (const endpoint of ['m@harbour', 'm@inner-harbour']) {
    await store.upstreams.setPrice({ endpoint, since: noon, price: rates(1n) }, noon);
  }
  assert.deepEqual(
    (await store.upstreams.tests()).map(({ status }) => status),
    [200],
  );

  assert.equal(await store.upstreams.remove('harbour', noon), true);
  assert.equal(await store.upstreams.remove('harbour', noon), false);

  assert.deepEqual(await store.upstreams.tests(), []);
  assert.deepEqual(
    (await store.upstreams.prices()).map(({ endpoint }) => endpoint),
    ['m@inner-harbour'],
  );
});

onBoth(
  'prices that were set stand in the order of their instants; one set twice for an instant is the second',
  async (t) => {
    const { store } = await storeWith(t, 0n);
    const set = (since: number, price: ReturnType<typeof rates> | undefined) =>
      store.upstreams.setPrice({ endpoint: 'm@a', since, price }, noon);

    await set(noon + 10, undefined);
    await set(noon, rates(1n));
    await set(noon, rates(3n));

    assert.deepEqual(await store.upstreams.prices(), [
      { endpoint: 'm@a', since: noon, price: rates(3n) },
      { endpoint: 'm@a', since: noon + 10, price: undefined },
    ]);
  },
);
