// Durable holds: what ends later is set aside at once, settled item by item, once each, and what is left comes back.
import assert from 'node:assert/strict';
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

const operation = ({ workspace }: StoreUnderTest, id: string, amount: bigint) =>
  ({
    id,
    workspace,
    key: 'key_1',
    kind: 'batch',
    upstream: 'openai',
    amount,
    items: 2,
    uses: [],
    endpoint: 'm@openai',
    priceVersion: 'prc_1',
    serviceTier: null,
    inputEstimate: 0,
    createdAt: noon,
    nameBy: noon + 60_000,
    expiresAt: noon + 1_000,
    now: noon,
  }) as const;

const item = (under: StoreUnderTest, generation: string, charge: bigint, cost = 0n) =>
  ended(under, 'none', {
    ...{ generation, charge: String(charge), hold: '0', uses: [], endpoint: 'm@openai' },
    ...(cost > 0n ? { cost: String(cost), payee: 'provider:openai' } : {}),
  });

const walletOf = async ({ store, workspace }: StoreUnderTest) => await store.accounts.wallet(workspace);
const heldBy = async ({ store }: StoreUnderTest, id: string) =>
  (await store.books.accounts('hold')).find((each) => each.id === `hold:${id}`)?.balance ?? 0n;

onBoth('money is set aside, items are paid from it once each, and the rest comes back', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { operations } = under.store;

  assert.deepEqual(await operations.open(operation(under, 'op-1', 600n)), { kind: 'opened' });
  assert.deepEqual(await operations.open(operation(under, 'op-2', 401n)), {
    kind: 'short',
    allowance: under.wallet,
    free: 400n,
    resetsAt: null,
  });
  assert.equal((await walletOf(under))?.balance, 400n);
  const items = [item(under, 'gen-a', 100n, 80n), item(under, 'gen-b', 50n)];
  assert.equal((await operations.post('op-1', items, noon)).posted, 2);
  assert.equal((await operations.post('op-1', [...items, item(under, 'gen-c', 25n)], noon)).posted, 1);
  assert.equal(await heldBy(under, 'op-1'), 425n);
  await assertBooksAreRight(under.store);
  assert.equal(await operations.end('op-1', noon), true);
  assert.equal(await operations.end('op-1', noon), false);
  assert.equal((await operations.post('op-1', [item(under, 'gen-d', 1n)], noon)).posted, 0);

  const wallet = await walletOf(under);
  assert.deepEqual([wallet?.balance, wallet?.spent], [825n, 175n]);
  assert.equal((await under.store.postings.generation('gen-a'))?.payable, '100');
  await assertBooksAreRight(under.store);
});

onBoth('what lies above what was set aside is our loss, and no item pays more', async (t) => {
  const under = await storeWith(t, 100n);
  const { operations } = under.store;
  await operations.open(operation(under, 'op-1', 60n));

  const result = await operations.post('op-1', [item(under, 'gen-a', 50n), item(under, 'gen-b', 30n, 30n)], noon);
  await operations.end('op-1', noon);

  assert.deepEqual(result, { posted: 2, overrun: 20n });
  assert.equal((await walletOf(under))?.balance, 40n);
  await assertBooksAreRight(under.store);
});

onBoth('what gateways hold is not set aside, and of several who look each operation is one’s', async (t) => {
  const under = await storeWith(t, 100n);
  const { operations } = under.store;
  await granted(under.store, ask(under.wallet, { need: 70n, wanted: 70n }));
  assert.deepEqual(await operations.open(operation(under, 'op-1', 31n)), {
    kind: 'short',
    allowance: under.wallet,
    free: 30n,
    resetsAt: null,
  });
  await operations.open(operation(under, 'op-1', 30n));

  assert.deepEqual(await operations.due(noon, noon + 60_000), []);
  await operations.name('op-1', 'batch_1', noon);
  const looks = await Promise.all([1, 2, 3].map(() => operations.due(noon, noon + 60_000)));

  assert.deepEqual(looks.map(({ length }) => length).sort(), [0, 0, 1]);
  assert.equal(looks.flat()[0]?.object, 'batch_1');
  await assertBooksAreRight(under.store);
});

onBoth('two that settle the same items at once settle them once', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { operations } = under.store;
  await operations.open(operation(under, 'op-1', 600n));
  const items = Array.from({ length: 20 }, (_, place) => item(under, `gen-${place}`, 10n));

  await Promise.all([
    operations.post('op-1', items, noon),
    operations.post('op-1', items, noon),
    operations.post('op-1', items.slice(5), noon),
  ]);
  await operations.end('op-1', noon);

  assert.equal((await walletOf(under))?.balance, 800n);
  await assertBooksAreRight(under.store);
});

const limitOf = ({ workspace }: StoreUnderTest, unit: 'nano-usd' | 'requests', limit: bigint) => ({
  ...{
    workspace,
    key: null,
    eachEndUser: false,
    unit,
    limit,
    window: 'day' as const,
    model: null,
    upstream: null,
    ofAll: false,
  },
  ...{ zone: 'UTC', burst: null, now: noon },
});

onBoth('limits beside the wallet lose at once what it may use, and get back what it did not', async (t) => {
  const under = await storeWith(t, 10_000n);
  const { operations, accounts } = under.store;
  const { id: dollars } = await accounts.setLimit(limitOf(under, 'nano-usd', 500n));
  const { id: requests } = await accounts.setLimit(limitOf(under, 'requests', 3n));
  const uses = [
    { allowance: dollars, unit: 'nano-usd' },
    { allowance: requests, unit: 'requests' },
  ] as const;
  const begin = async (id: string, amount: bigint) => {
    const opened = await operations.open({ ...operation(under, id, amount), uses });
    return opened.kind === 'short' ? [opened.allowance, opened.free] : opened.kind;
  };

  assert.deepEqual(await begin('op-1', 501n), [dollars, 500n]);
  assert.equal(await begin('op-1', 400n), 'opened');
  assert.deepEqual(await begin('op-2', 50n), [requests, 1n]);
  await operations.post('op-1', [item(under, 'gen-a', 30n)], noon);
  await operations.end('op-1', noon);

  // Of two requests one came to nothing, and of 400 nano-dollars 30 were charged.
  assert.equal(await begin('op-3', 470n), 'opened');
  const [, free] = await begin('op-4', 1n);
  assert.equal(free, 0n);
  await assertBooksAreRight(under.store);
});

onBoth('of many that begin at once no limit gives more than it has', async (t) => {
  const under = await storeWith(t, 10_000n);
  const { operations, accounts } = under.store;
  const { id } = await accounts.setLimit(limitOf(under, 'nano-usd', 500n));
  const uses = [{ allowance: id, unit: 'nano-usd' }] as const;

  const opened = await Promise.all(
    Array.from({ length: 12 }, (_, place) => operations.open({ ...operation(under, `op-${place}`, 100n), uses })),
  );

  assert.equal(opened.filter(({ kind }) => kind === 'opened').length, 5);
  await assertBooksAreRight(under.store);
});
