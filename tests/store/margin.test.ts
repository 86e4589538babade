import assert from 'node:assert/strict';
import { ask, ended, granted, noon, onBoth, storeWith } from './store-under-test.ts';

const day = Math.floor(noon / 86_400_000);

onBoth(
  'what endpoints brought and cost stands by the day, as the books split it, once for each generation',
  async (t) => {
    const made = await storeWith(t, 1_000_000n);
    const { store, wallet } = made;
    await granted(store, ask(wallet, { need: 900n, wanted: 900n }));
    const lease = `lease-${wallet}`;
    const paid = (generation: string, endpoint: string, charge: string, cost: string) => ({
      ...ended(made, lease, { charge, hold: charge, uses: [{ lease, amount: charge }] }),
      ...{ generation, endpoint, cost, payee: 'seller:acme' },
    });
    const records = [
      paid('gen-1', 'm@acme', '150', '100'),
      paid('gen-2', 'm@acme', '150', '100'),
      paid('gen-3', 'm@other', '90', '90'),
    ];

    await store.postings.post(records, noon);
    await store.postings.post(records, noon);

    const span = { fromDay: day, untilDay: day + 1 };
    assert.deepEqual(await store.books.margins(span), [
      { day, endpoint: 'm@acme', requests: 2, charge: 300n, cost: 200n },
      { day, endpoint: 'm@other', requests: 1, charge: 90n, cost: 90n },
    ]);
    assert.deepEqual(await store.books.margins({ fromDay: day + 1, untilDay: day + 2 }), []);
    const revenue = (await store.books.accounts('revenue')).reduce((sum, { balance }) => sum + balance, 0n);
    assert.equal(revenue, 100n, 'the sum of margins is what the books call revenue');
  },
);
