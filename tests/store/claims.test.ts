// A named request is claimed by one generation: on both engines.
import assert from 'node:assert/strict';
import { ask, ended, granted, noon, onBoth, storeWith } from './store-under-test.ts';

onBoth('one of many who claim a name at once gets it; what ran stays done, what came to nothing is free', async (t) => {
  const made = await storeWith(t, 1_000n);
  const { store, workspace, wallet } = made;
  const claim = (generation: string, over: { body?: string; now?: number } = {}) =>
    store.claims.claim({
      workspace,
      name: 'n',
      body: over.body ?? 'b',
      generation,
      now: over.now ?? noon,
      lostAfterMs: 1_000,
    });

  const all = await Promise.all(Array.from({ length: 10 }, (_, index) => claim(`gen-${index}`)));
  assert.deepEqual(all.map(({ kind }) => kind).sort(), ['new', ...Array.from({ length: 9 }, () => 'running')]);
  assert.deepEqual(await claim('gen-x', { body: 'other' }), { kind: 'other-body' });
  assert.deepEqual(await claim('gen-late', { now: noon + 2_000 }), { kind: 'new' }, 'nobody heard of it for long');

  await granted(store, ask(wallet, { need: 100n, wanted: 100n }));
  const lease = `lease-${wallet}`;
  await store.postings.post(
    [ended(made, lease, { generation: 'gen-late', charge: '0', uses: [], endReason: 'failed' })],
    noon,
  );
  assert.deepEqual(await claim('gen-again', { now: noon + 2_000 }), { kind: 'new' });
  await store.postings.post([ended(made, lease, { generation: 'gen-again' })], noon);
  assert.deepEqual(await claim('gen-more', { now: noon + 2_000 }), { kind: 'done', generation: 'gen-again' });

  const dayLater = noon + 25 * 3_600_000;
  assert.deepEqual(await claim('gen-tomorrow', { now: dayLater }), { kind: 'new' });
  await store.claims.release({ workspace, name: 'n', generation: 'gen-other' });
  assert.deepEqual(await claim('gen-more', { now: dayLater }), { kind: 'running' });
  await store.claims.release({ workspace, name: 'n', generation: 'gen-tomorrow' });
  assert.deepEqual(await claim('gen-more', { now: dayLater }), { kind: 'new' });
});
