import assert from 'node:assert/strict';
import { noUsage } from '#core/generation/usage.ts';
import {
  ask,
  assertBooksAreRight,
  begun,
  ended,
  granted,
  newKey,
  noon,
  onBoth,
  type StoreUnderTest,
  storeWith,
} from './store-under-test.ts';

onBoth('a generation is charged once, however often it is posted', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  const record = ended(under, lease, { charge: '120' });

  const results = [
    await store.postings.post([record, record], noon),
    await store.postings.post([record, { ...record, charge: '400' }], noon),
  ];

  assert.deepEqual(results, [
    { posted: 1, late: 0, wrong: 0 },
    { posted: 0, late: 0, wrong: 0 },
  ]);
  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 880n, spent: 120n, leased: 280n });
  await assertBooksAreRight(store);
});

onBoth('the usage log gives the end record back as it was, with what was paid', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  const heard = { audioInput: 1, audioOutput: 2, audioSeconds: 7, images: 0 };
  const usage = {
    ...noUsage,
    input: 1,
    cachedInput: 2,
    cacheWrite5m: 3,
    cacheWrite1h: 4,
    output: 9,
    reasoning: 5,
    ...heard,
  };
  const trimmed = { clampedTo: 256, disputed: true, trimmed: true } as const;
  const { kind: _kind, uses: _uses, losses: _losses, ...record } = ended(under, lease, { usage, ...trimmed });

  await store.postings.post([ended(under, lease, { usage, ...trimmed })], noon);

  assert.deepEqual(await store.postings.generation('gen-1'), { ...record, firstContentMs: 4, payable: '10' });
  assert.equal(await store.postings.generation('gen-2'), undefined);
});

onBoth('a batch is one transfer per wallet, and each settlement names its own', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, behind } = under;
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 500n, now: noon });
  assert.ok(other !== 'taken');
  const otherWallet = (await store.accounts.wallet(other.id))?.wallet ?? '';
  const mine = await granted(store, ask(wallet, { wanted: 400n }));
  const theirs = await granted(store, ask(otherWallet, { wanted: 400n }));

  const records = [
    ended(under, mine.lease, { generation: 'gen-1', charge: '1' }),
    ended(under, mine.lease, { generation: 'gen-2', charge: '2' }),
    ended({ workspace: other.id }, theirs.lease, { generation: 'gen-3', charge: '4' }),
    ended(under, mine.lease, { generation: 'gen-4', charge: '0' }),
  ];
  await store.postings.post(records, noon);

  const charges = await behind.rows(`select amount from transfer where kind = 'charge' order by amount`);
  assert.deepEqual(
    charges.map(({ amount }) => amount),
    [3n, 4n],
  );
  assert.deepEqual((await store.postings.check()).generations, 4);
  await assertBooksAreRight(store);
});

onBoth('against a closed lease the customer pays nothing, and the charge is loss:late', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  await store.leases.release('g1', 'forgotten');

  const result = await store.postings.post([ended(under, lease, { charge: '120' })], noon);

  assert.deepEqual(result, { posted: 1, late: 1, wrong: 0 });
  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 1_000n, spent: 0n, leased: 0n });
  const row = await store.postings.generation('gen-1');
  assert.deepEqual([row?.charge, row?.payable], ['120', '0']);
  assert.equal(await balanceOf(under, 'loss:late'), -120n);
  await assertBooksAreRight(store);
});

onBoth(
  'a charge that its lease cannot pay, or no lease of the wallet, is a bug of ours and costs the customer nothing',
  async (t) => {
    const under = await storeWith(t, 1_000n);
    const { store, wallet, workspace } = under;
    const { lease } = await granted(store, ask(wallet, { wanted: 100n }));
    const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 500n, now: noon });
    assert.ok(other !== 'taken');

    const wrong = [
      ended(under, lease, { generation: 'above-lease', charge: '101' }),
      ended(under, lease, { generation: 'above-hold', charge: '20', hold: '19' }),
      ended(under, 'lease-none', { generation: 'unknown-lease', charge: '20' }),
      ended({ workspace: other.id }, lease, { generation: 'foreign-wallet', charge: '20' }),
      ended(under, lease, { generation: 'uses-too-little', charge: '20', uses: [{ lease, amount: '19' }] }),
      ended(under, lease, { generation: 'uses-nothing', charge: '20', uses: [] }),
    ];
    const result = await store.postings.post(wrong, noon);

    assert.deepEqual(result, { posted: 6, late: 6, wrong: 6 });
    assert.equal((await store.accounts.wallet(workspace))?.spent, 0n);
    assert.equal(await balanceOf(under, 'loss:late'), -201n);
    await assertBooksAreRight(store);
  },
);

onBoth('within a batch, what one record takes from a lease the next one cannot', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 100n }));
  const records = ['a', 'b', 'c'].map((generation) => ended(under, lease, { generation, charge: '40' }));

  const result = await store.postings.post(records, noon);

  assert.deepEqual(result, { posted: 3, late: 1, wrong: 1 });
  assert.equal((await store.accounts.wallet(workspace))?.spent, 80n);
  await assertBooksAreRight(store);
});

onBoth('every allowance of a generation is used: wallet, spend limit and requests', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, workspace, behind } = under;
  await store.accounts.createKey(newKey(workspace, { limitNano: 500n, limitRequests: 10, reset: 'monthly' }));
  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known');
  const wants = found.allowances.map(({ id, unit }) => ask(id, { wanted: unit === 'requests' ? 5n : 100n }));
  const result = await store.leases.grant('g1', wants, noon);
  assert.ok(result.kind === 'granted');
  const uses = found.allowances.map(({ id, unit }) => ({
    lease: result.leases.find(({ allowance }) => allowance === id)?.lease ?? '',
    amount: unit === 'requests' ? '1' : '70',
  }));

  await store.postings.post([ended(under, '', { charge: '70', uses })], noon);

  assert.deepEqual(await behind.rows(`select "window", spent, leased from allowance_window order by spent, "window"`), [
    { window: '2026-11', spent: 1n, leased: 4n },
    { window: '2026-11', spent: 70n, leased: 30n },
    { window: 'all', spent: 70n, leased: 30n },
  ]);
  await assertBooksAreRight(store);
});

onBoth('what the operator bears is booked to its account, each loss of a generation by itself', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 100n }));
  const losses = [
    { account: 'loss:overrun', amount: '7' },
    { account: 'loss:abandoned', amount: '0' },
    { account: 'loss:overrun', amount: '3' },
  ] as const;

  await store.postings.post([ended(under, lease, { charge: '100', losses })], noon);

  assert.equal(await balanceOf(under, 'loss:overrun'), -10n);
  assert.equal(await balanceOf(under, 'payable:upstreams'), 10n);
  await assertBooksAreRight(store);
});

onBoth(
  'a generation that crashed costs the customer nothing; its whole hold is loss:unknown, its lease returns',
  async (t) => {
    const under = await storeWith(t, 1_000n);
    const { store, wallet, workspace } = under;
    const { lease } = await granted(store, ask(wallet, { wanted: 500n }));

    const crashed = [{ begin: begun(under, lease), estimate: 33n }];
    const results = [
      await store.postings.postCrashed(crashed, noon),
      await store.postings.postCrashed(crashed, noon),
      await store.postings.post([ended(under, lease, { generation: 'gen-begun' })], noon),
    ];
    await store.leases.release('g1', 'recovered');

    assert.deepEqual(
      results.map(({ posted }) => posted),
      [1, 0, 0],
    );
    assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 1_000n, spent: 0n, leased: 0n });
    assert.equal(await balanceOf(under, 'loss:unknown'), -500n);
    const row = await store.postings.generation('gen-begun');
    assert.deepEqual([row?.endReason, row?.hold, row?.payable, row?.usageSource], ['crashed', '500', '0', 'estimated']);
    const [settlement] = await under.behind.rows('select state, estimate from settlement');
    assert.deepEqual(settlement, { state: 'released', estimate: 33n });
    await assertBooksAreRight(store);
  },
);

onBoth('a batch that fails in the middle leaves nothing behind', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 500n }));
  const broken = ended(under, lease, { generation: 'gen-2', usage: { ...noUsage, input: 0.5 } });

  await assert.rejects(store.postings.post([ended(under, lease), broken], noon));

  assert.equal(await store.postings.generation('gen-1'), undefined);
  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 1_000n, spent: 0n, leased: 500n });
  await assertBooksAreRight(store);
});

onBoth('amounts are exact beyond what a float holds', async (t) => {
  const credit = 2n ** 62n;
  const under = await storeWith(t, credit);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: credit }));
  const charge = credit - 1n;

  await store.postings.post([ended(under, lease, { charge: String(charge), hold: String(charge) })], noon);

  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 1n, spent: charge, leased: 1n });
  await assertBooksAreRight(store);
});

async function balanceOf({ behind }: StoreUnderTest, account: string): Promise<unknown> {
  const [row] = await behind.rows(`select balance from account where id = '${account}'`);
  return row?.balance;
}
