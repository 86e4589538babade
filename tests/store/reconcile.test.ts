// Each night: are both sides of the books equal, does every generation have its end, and how old is what has none.
import assert from 'node:assert/strict';
import { lookAtBooks } from '#keeper/jobs/books-job.ts';
import { reconcile } from '#keeper/posting/reconcile.ts';
import { ask, ended, granted, noon, onBoth, storeWith } from './store-under-test.ts';

const dayMs = 86_400_000;

onBoth('books that are right are found right, and what silent gateways hold is named with its age', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const lease = await granted(store, ask(wallet, { need: 300n }));
  await store.postings.post([ended(under, lease.lease)], noon);
  assert.deepEqual((await reconcile(store, noon)).problems, []);

  await store.leases.fence('g1', noon + 61_000);
  const young = await reconcile(store, noon + 3 * 3_600_000);
  const old = await reconcile(store, noon + 2 * dayMs);

  assert.equal(young.ok, true);
  assert.deepEqual(young.unresolved, [{ what: 'silent-gateways', amount_usd: '0.000000290', hours: 2 }]);
  assert.equal(old.ok, false);
  assert.match(
    old.problems[0] ?? '',
    /silent-gateways has 0.000000290 USD for which nothing has happened for 47 hours/,
  );
});

onBoth('money that stays on its way is a problem, and so is a book that somebody changed', async (t) => {
  const { store, behind } = await storeWith(t, 1_000n);
  await behind.tamper(`update account set balance = balance + 7 where id = 'revenue'`);

  const found = await reconcile(store, noon);

  assert.equal(found.ok, false);
  assert.equal(found.trial_balance, false);
  assert.ok(found.problems.some((each) => /Account revenue has the balance 7/.test(each)));
});

onBoth('of several keepers one looks at the books, once a day, in the night', async (t) => {
  const { store } = await storeWith(t, 1_000n);
  const told: string[] = [];
  const at = (now: number, holder: string) =>
    lookAtBooks({ store, holder, now: () => now, log: (event) => told.push(event), tell: undefined });
  const midnight = Math.floor(noon / dayMs) * dayMs;

  assert.equal(await at(midnight + 1, 'k1'), false);
  const [one, two] = [await at(midnight + 3 * 3_600_000, 'k1'), await at(midnight + 3 * 3_600_000, 'k2')];
  assert.deepEqual([one, two], [true, false]);
  assert.equal(await at(midnight + dayMs + 3 * 3_600_000, 'k2'), true);

  assert.deepEqual(told, ['books-right', 'books-right']);
  assert.equal((await store.books.lastReconciliation())?.day, midnight / dayMs + 1);
});

onBoth('what we owe is added up by day and endpoint, beside what the provider says', async (t) => {
  const under = await storeWith(t, 1_000_000n);
  const { store, wallet } = under;
  const lease = await granted(store, ask(wallet, { need: 1_000n }));
  const endpoint = 'openai/gpt-5-mini@openai';
  const record = (generation: string, at: number, cost: string) =>
    ended(under, lease.lease, {
      ...{ generation, at, endpoint, cost, payee: 'provider:openai', charge: '100' },
      uses: [{ lease: lease.lease, amount: '100' }],
    });
  await store.postings.post(
    [record('gen-1', noon, '80'), record('gen-2', noon, '10'), record('gen-3', noon + dayMs, '5')],
    noon,
  );
  const day = Math.floor(noon / dayMs);
  const span = { upstream: 'openai', fromDay: day, untilDay: day + 2 };
  const line = { day, model: 'gpt-5-mini', amount: 95n, input: 20, output: undefined };

  await store.books.keepBill({ upstream: 'openai', lines: [{ ...line, amount: 1n }], now: noon });
  await store.books.keepBill({ upstream: 'openai', lines: [line], now: noon });

  assert.deepEqual(
    (await store.books.costs(span)).map(({ day: of, cost, requests, input }) => [of - day, cost, requests, input]),
    [
      [0, 90n, 2, 20],
      [1, 5n, 1, 10],
    ],
  );
  assert.deepEqual(await store.books.billed(span), [line]);
  assert.deepEqual(await store.books.costs({ ...span, upstream: 'open%' }), []);
});
