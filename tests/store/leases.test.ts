import assert from 'node:assert/strict';
import { windowAt } from '#core/allowance/window.ts';
import { ask, assertBooksAreRight, ended, granted, newKey, noon, onBoth, storeWith } from './store-under-test.ts';

const dayMs = 86_400_000;

onBoth('a grant is what waits, and of the stock beyond it at most half an equal part', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);

  const first = await granted(store, ask(wallet, { wanted: 100n, target: 900n }));
  await store.leases.keepAlive('g2', noon + 60_000);
  const second = await granted(store, ask(wallet, { lease: 'l2', wanted: 50n, target: 900n }), 'g2');

  assert.equal(first.granted, 100n + 900n / 2n);
  assert.equal(second.granted, 50n + 400n / 4n);
  await assertBooksAreRight(store);
});

onBoth('the dead hold no part of the stock: what is left is shared among the living', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);
  await granted(store, ask(wallet, { wanted: 200n }));
  await store.leases.fence('g1', noon + 60_001);
  await store.leases.keepAlive('g2', noon + 60_000);

  const lease = await granted(store, ask(wallet, { lease: 'l2', wanted: 100n, target: 900n }), 'g2');

  assert.equal(lease.granted, 100n + 700n / 2n);
});

onBoth('a lease is extended by later wants', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);
  await granted(store, ask(wallet, { wanted: 100n }));

  const lease = await granted(store, ask(wallet, { have: 100n, wanted: 200n }));

  assert.equal(lease.granted, 300n);
  assert.equal((await store.accounts.wallet((await store.accounts.workspaces())[0]?.id ?? ''))?.leased, 300n);
});

onBoth('a want whose reply was lost is answered with the same row', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);
  const want = ask(wallet, { need: 100n, wanted: 150n, target: 0n });
  const first = await granted(store, want);

  const again = await granted(store, want);

  assert.deepEqual(again, first);
  assert.equal(again.granted, 150n);
});

onBoth('a lost reply that covers too little is extended by what is lacking, not by all of it again', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);
  await granted(store, ask(wallet, { wanted: 100n }));

  const lease = await granted(store, ask(wallet, { have: 0n, need: 130n, wanted: 160n }));

  assert.equal(lease.granted, 160n);
});

onBoth('what is short tells what is free and when it starts anew, and leases nothing', async (t) => {
  const { store, wallet, workspace } = await storeWith(t, 1_000n);
  await store.accounts.createKey(newKey(workspace, { limitRequests: 3, reset: 'daily' }));
  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known');
  const requests = found.allowances.find(({ unit }) => unit === 'requests');
  assert.ok(requests);

  const chain = [ask(wallet, { wanted: 10n }), ask(requests.id, { need: 4n, wanted: 4n })];
  const result = await store.leases.grant('g1', chain, noon);

  const resetsAt = windowAt('day', noon).endsAt;
  assert.deepEqual(result, { kind: 'short', allowance: requests.id, window: '2026-11-02', free: 3n, resetsAt });
  assert.equal((await store.accounts.wallet(workspace))?.leased, 0n);
});

onBoth('a chain is granted whole, in whatever order it is asked for', async (t) => {
  const { store, wallet, workspace } = await storeWith(t, 1_000n);
  await store.accounts.createKey(newKey(workspace, { limitNano: 500n, limitRequests: 3 }));
  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known');

  const wants = found.allowances.map(({ id, unit }) => ask(id, { wanted: unit === 'requests' ? 2n : 400n }));
  const result = await store.leases.grant('g1', wants.toReversed(), noon);

  assert.ok(result.kind === 'granted');
  assert.equal(found.allowances[0]?.id, wallet);
  assert.deepEqual(
    new Map(result.leases.map(({ allowance, granted }) => [allowance, granted])),
    new Map(wants.map(({ allowance, wanted }) => [allowance, wanted])),
  );
  await assertBooksAreRight(store);
});

onBoth('more waits than is free: the smallest one is served, and what is left with it', async (t) => {
  const { store, wallet } = await storeWith(t, 100n);

  const lease = await granted(store, ask(wallet, { need: 60n, wanted: 180n, target: 500n }));

  assert.equal(lease.granted, 100n);
  assert.equal(lease.tight, true);
});

onBoth('an allowance is tight when less than a fifth of it is free', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);

  const first = await granted(store, ask(wallet, { wanted: 800n }));
  const second = await granted(store, ask(wallet, { have: 800n, wanted: 1n }));

  assert.deepEqual([first.tight, second.tight], [false, true]);
});

onBoth('a want that names a lease of an ended window gets another lease in the window of now', async (t) => {
  const { store, workspace } = await storeWith(t, 1_000n);
  await store.accounts.createKey(newKey(workspace, { limitRequests: 10, reset: 'daily' }));
  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known');
  const id = found.allowances[1]?.id ?? '';
  const yesterday = await granted(store, ask(id, { lease: 'l1', wanted: 7n }));

  const want = ask(id, { lease: 'l1', have: 7n, wanted: 9n });
  const today = await granted(store, want, 'g1', noon + dayMs);
  const replayed = await granted(store, want, 'g1', noon + dayMs);
  const tomorrow = await granted(store, ask(id, { lease: today.lease, have: 9n, wanted: 10n }), 'g1', noon + 2 * dayMs);

  assert.deepEqual([yesterday.lease, yesterday.window], ['l1', '2026-11-02']);
  assert.deepEqual([today.lease, today.window, today.granted], ['l1~2026-11-03', '2026-11-03', 9n]);
  assert.deepEqual(replayed, today);
  assert.deepEqual([tomorrow.lease, tomorrow.granted], ['l1~2026-11-04', 10n]);
  await assertBooksAreRight(store);
});

onBoth('giving back is absolute: said twice it changes nothing, and what was posted stays', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  await store.postings.post([ended(under, lease, { charge: '30' })], noon);

  const leasedAfter = async (give: bigint) => {
    await store.leases.give('g1', lease, give, false);
    return (await store.accounts.wallet(workspace))?.leased;
  };

  assert.equal(await leasedAfter(100n), 70n);
  assert.equal(await leasedAfter(100n), 70n);
  assert.equal(await leasedAfter(900n), 70n);
  assert.equal(await leasedAfter(5n), 0n);
  await assertBooksAreRight(store);
});

onBoth('a lease that is handed back whole closes once all of it is posted', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));

  await store.leases.give('g1', lease, 30n, true);
  const inTime = await store.postings.post([ended(under, lease, { charge: '30' })], noon);
  const tooLate = await store.postings.post([ended(under, lease, { charge: '1', generation: 'gen-2' })], noon);

  assert.deepEqual(inTime, { posted: 1, late: 0, wrong: 0 });
  assert.deepEqual(tooLate, { posted: 1, late: 1, wrong: 0 });
});

onBoth('a lease that was handed back opens again when it is asked for', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  await store.leases.give('g1', lease, 0n, true);

  const again = await granted(store, ask(wallet, { have: 0n, wanted: 50n }));
  const result = await store.postings.post([ended(under, again.lease, { charge: '50' })], noon);

  assert.equal(again.granted, 50n);
  assert.deepEqual(result, { posted: 1, late: 0, wrong: 0 });
  await assertBooksAreRight(store);
});

onBoth('nobody gives back or asks for the lease of another instance', async (t) => {
  const { store, wallet, workspace } = await storeWith(t, 1_000n);
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  await store.leases.keepAlive('g2', noon + 60_000);

  await store.leases.give('g2', lease, 0n, true);

  assert.equal((await store.accounts.wallet(workspace))?.leased, 400n);
  await assert.rejects(store.leases.grant('g2', [ask(wallet, { wanted: 1n })], noon), /somebody else/);
});

onBoth('a fenced instance keeps its leases set aside, gets nothing more and cannot renew', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));

  await store.leases.fence('g1', noon + 60_001);

  assert.equal(await store.leases.keepAlive('g1', noon + 120_000), false);
  assert.deepEqual(await store.leases.grant('g1', [ask(wallet)], noon), { kind: 'fenced' });
  assert.deepEqual(await store.leases.instances(), [{ id: 'g1', aliveUntil: noon + 60_000, state: 'fenced' }]);
  assert.equal((await store.accounts.wallet(workspace))?.leased, 400n);
  assert.deepEqual(await store.postings.post([ended(under, lease)], noon), { posted: 1, late: 0, wrong: 0 });
});

onBoth('only an instance whose time is over is fenced', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);

  const early = await store.leases.fence('g1', noon + 60_000);
  const renewed = await store.leases.keepAlive('g1', noon + 90_000);
  const tooLate = await store.leases.fence('g1', noon + 60_001);
  await granted(store, ask(wallet));

  assert.deepEqual([early, renewed, tooLate], [false, true, false]);
  assert.deepEqual(
    [await store.leases.fence('g1', noon + 90_001), await store.leases.fence('g1', noon + 90_001)],
    [true, false],
  );
});

onBoth('what is left of the leases of a released instance is free again, once', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 400n }));
  await store.postings.post([ended(under, lease, { charge: '150' })], noon);

  await store.leases.release('g1', 'recovered');
  await store.leases.release('g1', 'forgotten');

  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 850n, spent: 150n, leased: 0n });
  assert.deepEqual(await store.leases.instances(), []);
  assert.equal(await store.leases.keepAlive('g1', noon), false);
  await assertBooksAreRight(store);
});

onBoth('an instance nobody knows, and an allowance nobody knows, get nothing', async (t) => {
  const { store, wallet } = await storeWith(t, 1_000n);

  assert.deepEqual(await store.leases.grant('stranger', [ask(wallet)], noon), { kind: 'fenced' });
  const short = await store.leases.grant('g1', [ask('alw_none')], noon);
  assert.equal(short.kind, 'short');
  await assert.rejects(store.leases.grant('g1', [ask(wallet), ask(wallet, { lease: 'l2' })], noon), /twice/);
});
