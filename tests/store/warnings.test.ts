// Limits that are nearly reached: told once for each window and level, to one keeper, on both engines.
import assert from 'node:assert/strict';
import type { NewLimit } from '#store/store.ts';
import { ask, ended, granted, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const dayMs = 86_400_000;

async function limitIn({ store, workspace }: StoreUnderTest, over: Partial<NewLimit> = {}): Promise<string> {
  const limit: NewLimit = {
    ...{
      workspace,
      key: null,
      eachEndUser: false,
      unit: 'requests',
      window: 'day',
      model: null,
      upstream: null,
      ofAll: false,
      zone: 'UTC',
    },
    ...{ limit: 10n, burst: null, now: noon },
    ...over,
  };
  return (await store.accounts.setLimit(limit)).id;
}

/** Uses so many of an allowance, one generation each. */
async function use(under: StoreUnderTest, allowance: string, count: number, at = noon): Promise<void> {
  const { store } = under;
  const lease = `${allowance}-${at}`;
  const records = [];
  for (let index = 0; index < count; index += 1) {
    used += 1;
    await granted(store, ask(allowance, { lease, have: BigInt(index) }), 'g1', at);
    records.push(ended(under, lease, { generation: `gen-w${used}`, charge: '0', uses: [{ lease, amount: '1' }], at }));
  }
  await store.postings.post(records, at);
}
let used = 0;

onBoth(
  'a limit of ten is told of at its eighth and at its last, once each, and again in the next window',
  async (t) => {
    const under = await storeWith(t, 0n);
    const { store, workspace } = under;
    const limit = await limitIn(under);
    const levels = async () =>
      (await store.warnings.untold()).map(({ level, used: amount }) => [level, Number(amount)]);

    await use(under, limit, 7);
    assert.deepEqual(await levels(), []);
    await use(under, limit, 1, noon + 1);
    const [first] = await Promise.all([store.warnings.untold(), store.warnings.untold()]);
    assert.ok(first.length <= 1);
    assert.deepEqual(await levels(), []);
    await use(under, limit, 2, noon + 2);
    assert.deepEqual(await levels(), [[95, 10]]);
    await use(under, limit, 10, noon + dayMs);
    assert.deepEqual((await levels()).toSorted(), [
      [80, 10],
      [95, 10],
    ]);

    const all = await store.warnings.of(workspace);
    assert.deepEqual(all.map(({ window, level }) => `${window} ${level}`).toSorted(), [
      '2026-11-02 80',
      '2026-11-02 95',
      '2026-11-03 80',
      '2026-11-03 95',
    ]);
    assert.deepEqual(
      [all[0]?.of, all[0]?.unit, all[0]?.workspace, all[0]?.limit],
      ['workspace', 'requests', workspace, 10n],
    );
    await store.warnings.forget(noon + dayMs);
    assert.equal((await store.warnings.of(workspace)).length, 2);
  },
);

onBoth('a raised limit is told of anew, one that is still near its end is not', async (t) => {
  const under = await storeWith(t, 0n);
  const { store } = under;
  const limit = await limitIn(under);
  await use(under, limit, 10);
  assert.equal((await store.warnings.untold()).length, 2);

  await limitIn(under, { limit: 11n });
  await use(under, limit, 1, noon + 1);
  assert.deepEqual(
    (await store.warnings.untold()).map(({ level }) => level),
    [95],
  );
  await limitIn(under, { limit: 100n });
  await use(under, limit, 69, noon + 2);
  assert.deepEqual(
    (await store.warnings.untold()).map(({ level }) => level),
    [80],
  );
});

onBoth('a wallet is told of by what was spent of its credit; end users and what runs at once are not', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const rule = await limitIn(under, { eachEndUser: true, limit: 1n });
  const open = await limitIn(under, { unit: 'concurrency', window: 'all', limit: 1n });
  await use(under, `${rule}/u_ann`, 1);
  await use(under, open, 1);
  assert.deepEqual(await store.warnings.untold(), []);

  await granted(store, ask(wallet, { lease: 'w1', need: 820n, wanted: 820n }));
  await store.postings.post([ended(under, 'w1', { generation: 'gen-wallet', charge: '810' })], noon);

  const [warning, ...others] = await store.warnings.untold();
  assert.deepEqual(others, []);
  assert.deepEqual(
    [warning?.of, warning?.level, warning?.used, warning?.limit, warning?.workspace],
    ['wallet', 80, 810n, 1_000n, workspace],
  );
});

onBoth('who is refused because the rest is held is told of as well', async (t) => {
  const under = await storeWith(t, 0n);
  const { store } = under;
  const limit = await limitIn(under);
  await granted(store, ask(limit, { lease: 'l1', need: 10n, wanted: 10n }));

  await store.warnings.look(limit, noon);

  assert.deepEqual((await store.warnings.untold()).map(({ level }) => level).toSorted(), [80, 95]);
});
