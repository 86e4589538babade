// Credit that is given away and ends, codes, adjustments of two people, and cards that are charged without their owner.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readPaymentEvent } from '#keeper/payments/read-payment-event.ts';
import { readTopUp, topUpWallets } from '#keeper/payments/top-up.ts';
import type { PaymentFact } from '#store/payment-store.ts';
import {
  ask,
  assertBooksAreRight,
  ended,
  granted,
  noon,
  onBoth,
  type StoreUnderTest,
  storeWith,
} from './store-under-test.ts';

const dayMs = 86_400_000;

async function spend(under: StoreUnderTest, amount: bigint, generation: string): Promise<void> {
  const lease = `lease-${generation}`;
  await granted(under.store, ask(under.wallet, { lease, need: amount, wanted: amount }));
  const charge = String(amount);
  const record = ended(under, lease, { generation, charge, hold: charge, uses: [{ lease, amount: charge }] });
  await under.store.postings.post([record], noon);
}

const balanceOf = async ({ store, workspace }: StoreUnderTest) => (await store.accounts.wallet(workspace))?.balance;

onBoth(
  'promo credit is used first, that which ends first before the rest, and what is left of it goes back in time',
  async (t) => {
    const under = await storeWith(t, 1_000n);
    const { store, workspace } = under;
    await spend(under, 100n, 'gen-before');
    const promo = (amount: bigint, days: number) =>
      store.promos.grant({ workspace, amount, expiresAt: noon + days * dayMs, source: 'operator', now: noon });
    await promo(500n, 20);
    await promo(300n, 10);
    await spend(under, 350n, 'gen-1');

    const shown = await store.promos.promos(workspace);
    assert.deepEqual(
      shown.map(({ amount, used }) => [amount, used]),
      [
        [300n, 300n],
        [500n, 50n],
      ],
    );
    await store.promos.expire(noon + 11 * dayMs);
    assert.equal(await balanceOf(under), 1_350n);
    await store.promos.expire(noon + 21 * dayMs);
    await store.promos.expire(noon + 22 * dayMs);

    assert.equal(await balanceOf(under), 900n);
    assert.deepEqual(
      (await store.promos.promos(workspace)).map(({ returned, endedAt }) => [returned, endedAt !== null]),
      [
        [0n, true],
        [450n, true],
      ],
    );
    await assertBooksAreRight(store);
  },
);

onBoth(
  'what gateways hold when promo credit ends was admitted by it: it is taken when it comes back, or spent',
  async (t) => {
    const under = await storeWith(t, 0n);
    const { store, workspace, wallet } = under;
    await store.promos.grant({ workspace, amount: 100n, expiresAt: noon + dayMs, source: 'operator', now: noon });
    const lease = await granted(store, ask(wallet, { need: 60n, wanted: 60n }));

    await store.promos.expire(noon + 2 * dayMs);
    assert.equal(await balanceOf(under), 60n);
    await store.postings.post(
      [ended(under, lease.lease, { charge: '25', uses: [{ lease: lease.lease, amount: '25' }] })],
      noon,
    );
    await store.leases.give('g1', lease.lease, 0n, true);
    await store.promos.expire(noon + 2 * dayMs);

    assert.equal(await balanceOf(under), 0n);
    assert.deepEqual(
      (await store.promos.promos(workspace)).map(({ used, returned }) => [used, returned]),
      [[25n, 75n]],
    );
    await assertBooksAreRight(store);
  },
);

onBoth('a code is used once, by one workspace, before its time is over', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace } = under;
  const code = (hash: string, promoDays: number | null) => ({
    hash,
    amount: 50n,
    promoDays,
    expiresAt: noon + dayMs,
    now: noon,
  });
  await store.promos.addCodes([code('one', null), code('two', 7), code('late', null)]);

  const uses = await Promise.all([1, 2, 3].map(() => store.promos.redeem({ hash: 'one', workspace, now: noon })));
  assert.equal(uses.filter((each) => each !== undefined).length, 1);
  assert.deepEqual(await store.promos.redeem({ hash: 'two', workspace, now: noon }), {
    amount: 50n,
    expiresAt: noon + 7 * dayMs,
  });
  assert.equal(await store.promos.redeem({ hash: 'late', workspace, now: noon + dayMs }), undefined);
  assert.equal(await store.promos.redeem({ hash: 'none', workspace, now: noon }), undefined);

  assert.equal(await balanceOf(under), 100n);
  assert.equal((await store.promos.promos(workspace)).length, 1);
  await assertBooksAreRight(store);
});

onBoth('an adjustment moves nothing until somebody else confirms it, and then once', async (t) => {
  const under = await storeWith(t, 100n);
  const { store, workspace } = under;
  const propose = (amount: bigint) =>
    store.promos.propose({
      workspace,
      other: 'expense:adjustment',
      amount,
      reason: 'goodwill',
      by: 'key_a',
      now: noon,
    });
  const { id } = await propose(40n);
  const confirm = (by: string, which = id) => store.promos.confirm({ id: which, by, now: noon });

  assert.equal(await balanceOf(under), 100n);
  assert.equal((await confirm('key_a')).kind, 'same-person');
  const kinds = (await Promise.all([confirm('key_b'), confirm('key_c')])).map(({ kind }) => kind);
  assert.deepEqual(kinds.sort(), ['confirmed', 'done']);
  assert.equal(await balanceOf(under), 140n);
  const down = await propose(-141n);
  assert.equal((await confirm('key_b', down.id)).kind, 'too-much');
  assert.equal((await confirm('key_b', (await propose(-140n)).id)).kind, 'confirmed');
  assert.equal(await balanceOf(under), 0n);
  assert.equal((await confirm('key_b', 'adj_none')).kind, 'unknown');
  await assert.rejects(
    under.behind.change(
      `update adjustment set confirmed_by = proposed_by, transfer = (select id from transfer limit 1) where confirmed_by is null`,
    ),
  );
  await assertBooksAreRight(store);
});

onBoth('whatever is said of a payment, in whatever order and how often, the books end at the same sum', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace } = under;
  const facts = (payment: string): readonly PaymentFact[] => [
    { kind: 'paid', payment, intent: undefined },
    { kind: 'expired', payment },
    { kind: 'refunded', payment, total: 30n },
    { kind: 'refunded', payment, total: 45n },
    { kind: 'dispute', payment, dispute: `${payment}-a`, amount: 100n, state: 'open' },
    { kind: 'dispute', payment, dispute: `${payment}-a`, amount: 100n, state: 'won' },
    { kind: 'dispute', payment, dispute: `${payment}-b`, amount: 20n, state: 'open' },
    { kind: 'dispute', payment, dispute: `${payment}-b`, amount: 20n, state: 'lost' },
  ];
  let event = 0;
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 0, 3, 5], { minLength: 11 });
  await fc.assert(
    fc.asyncProperty(order, async (places) => {
      const before = (await balanceOf(under)) ?? 0n;
      const { id } = await store.payments.begin({
        workspace,
        kind: 'checkout',
        provider: 'stripe',
        amount: 100n,
        now: noon,
      });
      for (const place of places) {
        const fact = facts(id)[place];
        assert.ok(fact);
        await store.payments.take({ id: `evt_${++event}`, kind: 'x' }, fact, noon);
      }

      assert.equal(await balanceOf(under), before + 100n - 45n - 20n);
    }),
    { numRuns: 12, examples: [[[4, 0, 2, 5, 7, 5, 3, 3, 0, 6, 1]]] },
  );
  const numbers = (await store.payments.invoices(workspace)).map(({ number }) => number);
  assert.deepEqual(
    numbers.toReversed(),
    numbers.map((_, index) => index + 1),
  );
  await assertBooksAreRight(store);
});

onBoth(
  'a wallet that runs low is topped up by the kept card, within the month, and not while it waits or was refused',
  async (t) => {
    const under = await storeWith(t, 0n);
    const { store, workspace } = under;
    const charged: number[] = [];
    const logged: string[] = [];
    let isRefused = false;
    const stripe = {
      async charge({ cents }: { readonly cents: number }) {
        charged.push(cents);
        if (isRefused) throw Object.assign(new Error('no'), { type: 'StripeCardError' });
        return { intent: `pi_${charged.length}`, isPaid: true };
      },
    };
    // Of Stripe only what a top-up asks of it.
    const desk = { stripe } as unknown as Parameters<typeof topUpWallets>[1];
    const lead = async () => true;
    const run = (at: number) => topUpWallets(store, desk, { now: () => at, lead, log: (event) => logged.push(event) });
    await store.accounts.setOwnerSettings(
      { kind: 'workspace', id: workspace },
      [{ name: 'topup', value: 'below:5,add:10,month:25' }],
      noon,
    );

    assert.equal(await run(noon), 0);
    await store.payments.setCustomer({ workspace, customer: 'cus_1', method: 'pm_1', now: noon });
    assert.equal(await run(noon), 1);
    assert.equal(await balanceOf(under), 10_000_000_000n);
    assert.equal(await run(noon + dayMs), 0);
    await spend(under, 6_000_000_000n, 'gen-1');
    isRefused = true;
    assert.equal(await run(noon + dayMs), 1);
    assert.equal(await run(noon + dayMs + 60_000), 0);
    isRefused = false;
    assert.equal(await run(noon + 3 * dayMs), 1);
    await spend(under, 10_000_000_000n, 'gen-2');
    assert.equal(await run(noon + 5 * dayMs), 0);

    assert.deepEqual(charged, [1_000, 1_000, 1_000]);
    assert.deepEqual(logged, []);
    await assertBooksAreRight(store);
  },
);

async function withTopUp(under: StoreUnderTest) {
  const { store, workspace } = under;
  const settings = [{ name: 'topup', value: 'below:5,add:10,month:100' }] as const;
  await store.accounts.setOwnerSettings({ kind: 'workspace', id: workspace }, [...settings], noon);
  await store.payments.setCustomer({ workspace, customer: 'cus_1', method: 'pm_1', now: noon });
  const asked: string[] = [];
  const logged: string[] = [];
  const at = {
    answer: async (payment: string) => ({ intent: `pi_${payment}`, isPaid: true }),
    lead: async () => true,
  };
  const stripe = {
    charge({ payment }: { readonly payment: string }) {
      asked.push(payment);
      return at.answer(payment);
    },
  };
  const desk = { stripe } as unknown as Parameters<typeof topUpWallets>[1];
  const run = (now: number) => {
    const log = (event: string) => void logged.push(event);
    return topUpWallets(store, desk, { now: () => now, lead: () => at.lead(), log });
  };
  return { asked, logged, at, run };
}

onBoth('a card of which no answer came is asked again under the same name, and pays once', async (t) => {
  const under = await storeWith(t, 0n);
  const { asked, logged, at, run } = await withTopUp(under);
  const answers = at.answer;
  at.answer = async () => {
    throw new Error('nobody knows');
  };

  assert.equal(await run(noon), 1);
  assert.equal(await run(noon + 5 * 60_000), 0);
  assert.equal(await run(noon + 11 * 60_000), 1);
  // Longer than the name is known, another payment might be a second one.
  assert.equal(await run(noon + 2 * dayMs), 0);
  at.answer = answers;
  assert.equal(await run(noon + 22 * 60_000), 1);

  assert.equal(new Set(asked).size, 1);
  assert.deepEqual(logged, ['top-up-failed', 'top-up-failed']);
  assert.equal(await balanceOf(under), 10_000_000_000n);
  await assertBooksAreRight(under.store);
});

onBoth('two keepers that both think that they lead charge a card once', async (t) => {
  const under = await storeWith(t, 0n);
  const { asked, at, run } = await withTopUp(under);
  const free = Promise.withResolvers<void>();
  const answers = at.answer;
  at.answer = async (payment) => {
    await free.promise;
    return await answers(payment);
  };

  const both = [run(noon), run(noon)];
  await Promise.race(both);
  free.resolve();
  await Promise.all(both);
  await run(noon + 61_000);

  assert.equal(asked.length, 1);
  assert.equal(await balanceOf(under), 10_000_000_000n);
});

onBoth('who leads no more charges nobody', async (t) => {
  const under = await storeWith(t, 0n);
  const { asked, at, run } = await withTopUp(under);
  at.lead = async () => false;

  assert.equal(await run(noon), 0);

  assert.deepEqual(asked, []);
});

onBoth('a dispute of money that lies in a batch is kept, and taken when it comes back', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace } = under;
  const payment = { workspace, kind: 'checkout', provider: 'stripe', amount: 1_000n, now: noon } as const;
  const { id } = await store.payments.begin(payment);
  await store.payments.take({ id: 'e1', kind: 'paid' }, { kind: 'paid', payment: id, intent: 'pi_1' }, noon);
  const batch = {
    id: 'op-1',
    workspace,
    key: 'key_1',
    kind: 'batch',
    upstream: 'u',
    amount: 700n,
    items: 1,
    uses: [],
  } as const;
  const price = { endpoint: 'm@u', priceVersion: 'prc_1', serviceTier: null, inputEstimate: 0 };
  const times = { createdAt: noon, nameBy: noon, expiresAt: noon + dayMs, now: noon };
  await store.operations.open({ ...batch, ...price, ...times });

  const dispute = { kind: 'dispute', payment: id, dispute: 'dp_1', amount: 1_000n, state: 'open' } as const;
  assert.equal(await store.payments.take({ id: 'e2', kind: 'dispute' }, dispute, noon), true);
  assert.equal(await balanceOf(under), 0n);
  await assertBooksAreRight(store);
  assert.equal(await store.payments.bookRest(noon), 1);
  await store.operations.end('op-1', noon);
  assert.equal(await balanceOf(under), 700n);
  await store.payments.bookRest(noon);

  assert.equal(await balanceOf(under), 0n);
  assert.equal(await store.payments.bookRest(noon), 0);
  await assertBooksAreRight(store);
});

test('a top-up is told in whole words, or is none', () => {
  assert.deepEqual(readTopUp('below:5,add:20,month:100'), {
    below: 5_000_000_000n,
    add: 20_000_000_000n,
    month: 100_000_000_000n,
  });
  for (const setting of ['off', 'below:5', 'below:5,add:0,month:1', 'below:x,add:1,month:1'])
    assert.equal(readTopUp(setting), undefined);
});

test('an event that is about nothing of ours, or not whole, says nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.anything(), (kind, object) => {
      assert.equal(readPaymentEvent(kind, object), undefined);
    }),
  );
  assert.equal(
    readPaymentEvent('charge.dispute.created', {
      id: 'dp',
      amount: 1,
      currency: 'usd',
      status: 'warning_needs_response',
      payment_intent: 'pi',
    }),
    undefined,
  );
  assert.equal(
    readPaymentEvent('checkout.session.completed', { payment_status: 'unpaid', metadata: { fairlead_payment: 'p' } }),
    undefined,
  );
});
