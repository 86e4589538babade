// What is sealed of a request about privacy, on both engines: of those who change it at once one does, and the others look again.
import assert from 'node:assert/strict';
import { noon, onBoth, storeWith } from './store-under-test.ts';

onBoth('of changes to what one and the same look found, one is kept', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const { id } = await store.cases.open({
    ...{ register: 'request', kind: 'access', country: null, workspace, person: null, endUser: null, message: null },
    ...{ receivedAt: noon, dueAt: noon + 86_400_000, facts: {}, sealed: 'none tried', sealKey: 'key' },
  });
  const [before, once] = ['none tried', 'one tried'];

  const kept = await Promise.all(Array.from({ length: 5 }, () => store.cases.reseal(id, { before, sealed: once })));

  assert.equal(kept.filter(Boolean).length, 1);
  assert.equal(await store.cases.reseal(id, { before: once, sealed: 'two tried' }), true);
});
