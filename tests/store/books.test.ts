// The books as the store keeps them: who is owed what, what goes back, and what the database itself refuses.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ask,
  assertBooksAreRight,
  ended,
  granted,
  noon,
  onBoth,
  raw,
  type StoreUnderTest,
  storeWith,
} from './store-under-test.ts';

const owed = (charge: number, cost: number, payee: string, generation: string) =>
  ({ generation, charge: String(charge), cost: String(cost), payee }) as const;

async function balances({ store }: StoreUnderTest): Promise<Readonly<Record<string, bigint>>> {
  return Object.fromEntries((await store.books.accounts()).map(({ id, balance }) => [id, balance]));
}

onBoth('a batch of charges is one transfer that pays each who answered, and us', async (t) => {
  const under = await storeWith(t, 1_000n);
  const lease = await granted(under.store, ask(under.wallet, { need: 500n }));

  await under.store.postings.post(
    [
      ended(under, lease.lease, owed(120, 100, 'provider:openai', 'gen-1')),
      ended(under, lease.lease, owed(60, 50, 'provider:openai', 'gen-2')),
      ended(under, lease.lease, owed(30, 10, 'seller:acme', 'gen-3')),
      ended(under, lease.lease, { generation: 'gen-4', charge: '7' }),
    ].map((record) => ({ ...record, uses: [{ lease: lease.lease, amount: record.charge }] })),
    noon,
  );

  const after = await balances(under);
  assert.equal(after['payable:provider:openai'], 150n);
  assert.equal(after['payable:seller:acme'], 10n);
  assert.equal(after.revenue, 20n + 10n + 20n + 7n);
  assert.equal(after[`wallet:${under.wallet}`], 1_000n - 217n);
  assert.equal((await under.behind.rows(`select id from transfer where kind = 'charge'`)).length, 1);
  await assertBooksAreRight(under.store);
});

onBoth('what no wallet pays is owed all the same, and is our loss', async (t) => {
  const under = await storeWith(t, 1_000n);
  const lease = await granted(under.store, ask(under.wallet, { need: 500n }));
  await under.store.leases.release('g1', 'forgotten');

  const result = await under.store.postings.post(
    [
      ended(under, lease.lease, {
        ...owed(120, 100, 'provider:openai', 'gen-1'),
        uses: [{ lease: lease.lease, amount: '120' }],
      }),
    ],
    noon,
  );

  assert.deepEqual(result, { posted: 1, late: 1, wrong: 0 });
  const after = await balances(under);
  assert.equal(after['loss:late'], -120n);
  assert.equal(after['payable:provider:openai'], 100n);
  assert.equal(after.revenue, 20n);
  assert.equal(after[`wallet:${under.wallet}`], 1_000n);
  await assertBooksAreRight(under.store);
});

onBoth('refunds of a generation are never above what it cost, in whatever parts they are asked for', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const lease = await granted(store, ask(wallet, { need: 500n }));
  await store.postings.post([ended(under, lease.lease, owed(100, 80, 'provider:a', 'gen-1'))], noon);
  const refund = (amount?: bigint) =>
    store.books.refund({ generation: 'gen-1', amount, reason: 'operator', now: noon });

  const first = await refund(40n);
  assert.deepEqual({ ...first, transfer: '' }, { kind: 'refunded', transfer: '', amount: 40n, left: 60n });
  assert.deepEqual(await refund(61n), { kind: 'too-much', left: 60n });
  const rest = await Promise.allSettled([refund(60n), refund(60n), refund(60n)]);
  const paid = rest.filter((each) => each.status === 'fulfilled' && each.value.kind === 'refunded');
  assert.equal(paid.length, 1);
  assert.deepEqual(await refund(), { kind: 'too-much', left: 0n });
  assert.deepEqual(await store.books.refund({ generation: 'gen-9', amount: 1n, reason: 'operator', now: noon }), {
    kind: 'unknown',
  });

  const after = await balances(under);
  assert.equal(after[`wallet:${wallet}`], 1_000n);
  assert.equal(after.refund, -100n);
  assert.equal(after['payable:provider:a'], 80n);
  await assertBooksAreRight(store);
  await assert.rejects(
    under.behind.change(`insert into refund (transfer, generation, amount, reason, at)
      select transfer, 'gen-1', 1, 'more', 0 from settlement where generation = 'gen-1'`),
    /part of its settlement/,
  );
});

onBoth('any sequence of credits, charges and refunds leaves the books balanced', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, wallet, workspace } = under;
  let count = 0;
  const step = fc.oneof(
    fc.record({ kind: fc.constant('credit' as const), amount: fc.bigInt({ min: 1n, max: 10_000n }) }),
    fc.record({ kind: fc.constant('charge' as const), amount: fc.nat(900), cost: fc.nat(1_000) }),
    fc.record({ kind: fc.constant('refund' as const), of: fc.nat(20), amount: fc.bigInt({ min: 1n, max: 900n }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      for (const each of steps) {
        if (each.kind === 'credit') {
          await store.accounts.credit({ workspace, amount: each.amount, source: 'operator', now: noon });
        } else if (each.kind === 'refund') {
          const generation = `gen-${Math.max(0, count - each.of)}`;
          await store.books.refund({ generation, amount: each.amount, reason: 'operator', now: noon });
        } else {
          count += 1;
          const lease = `lease-${count}`;
          const need = BigInt(Math.max(1, each.amount));
          const result = await store.leases.grant('g1', [ask(wallet, { lease, need, wanted: need })], noon);
          const isPaid = result.kind === 'granted' && each.amount > 0;
          const charge = isPaid ? each.amount : 0;
          const cost = Math.floor((charge * each.cost) / 1_000);
          const record = ended(under, lease, {
            ...owed(charge, cost, 'provider:a', `gen-${count}`),
            uses: isPaid ? [{ lease, amount: String(charge) }] : [],
          });
          await store.postings.post([record], noon);
        }
      }
      const trial = await store.books.trialBalance();
      const sum = (side: 'debit' | 'credit') => trial.reduce((total, row) => total + row[side], 0n);
      assert.equal(sum('debit'), sum('credit'));
      await assertBooksAreRight(store);
    }),
    { numRuns: 15 },
  );
});

onBoth(
  'the database itself refuses a transfer that does not balance, moves another sum, or mixes currencies',
  async (t, engine) => {
    const under = await storeWith(t, 1_000n);
    const { behind } = under;
    const book = (entries: string, amount = 5) => `
    begin;
    insert into transfer (id, kind, at, currency, amount) values ('tr_x', 'adjustment', 0, 'USD', ${amount});
    ${entries}
    commit;`;
    const entry = (account: string, amount: number) =>
      `insert into entry (transfer, account, amount, balance_after) values ('tr_x', '${account}', ${amount}, 0);`;
    const refused = async (statements: string) => {
      // SQLite leaves a refused commit open: each of these has a connection of its own.
      if (engine === 'sqlite')
        assert.throws(() =>
          raw(under.dataDir, (db) => {
            db.exec('pragma foreign_keys = on');
            db.exec(statements);
          }),
        );
      else {
        await assert.rejects(behind.change(statements));
        await behind.change('rollback');
      }
    };
    const eur = `insert into account (id, kind, currency, exponent) values ('fx:eur', 'fx', 'EUR', 2);`;

    await refused(book(entry('revenue', 5)));
    await refused(book(''));
    await refused(book(entry('revenue', 5) + entry('clearing:manual', -4)));
    await refused(book(entry('revenue', 5) + entry('clearing:manual', -5), 6));
    await refused(book(eur + entry('revenue', 5) + entry('fx:eur', -5)));

    await assertBooksAreRight(under.store);
  },
);

onBoth('a statement is read from its newest entry on, page by page', async (t) => {
  const { store, workspace, wallet } = await storeWith(t, 10n);
  for (const amount of [20n, 30n]) await store.accounts.credit({ workspace, amount, source: 'operator', now: noon });
  const account = `wallet:${wallet}`;
  const page = { account, from: 0, until: noon + 1, limit: 2 };

  const first = await store.books.statement({ ...page, before: undefined });
  const second = await store.books.statement({ ...page, before: first?.at(-1)?.sequence });

  assert.deepEqual(
    first?.map(({ amount, balanceAfter }) => [amount, balanceAfter]),
    [
      [30n, 60n],
      [20n, 30n],
    ],
  );
  assert.deepEqual(
    second?.map(({ amount, reference }) => [amount, reference]),
    [[10n, 'new-workspace']],
  );
  assert.equal(await store.books.statement({ ...page, account: 'wallet:nobody', before: undefined }), undefined);
});
