// Copies that people asked for, and what they asked to be stopped, on both engines.
import assert from 'node:assert/strict';
import { newKey, noon, onBoth, storeWith } from './store-under-test.ts';

const dayMs = 86_400_000;

onBoth('one copy a day, also of two that ask at once; over, it goes whole and leaves evidence', async (t) => {
  const { store, behind } = await storeWith(t, 0n);
  const { rights } = store;
  const order = (id: string, createdAt = noon, person = 'p1') =>
    rights.openCopy(
      { id, person, privacyCase: `case ${id}`, sealKey: 'sealed', createdAt, expiresAt: createdAt + 7 * dayMs },
      dayMs,
    );

  const [one, two] = await Promise.all([order('c1'), order('c2')]);
  assert.equal([one, two].filter((each) => each !== undefined).length, 1);
  const id = (one ?? two)?.id ?? '';
  await rights.addPart(id, { place: 0, sealed: 'first', now: noon });
  await rights.addPart(id, { place: 1, sealed: 'second', now: noon });
  await rights.endCopy(id, { state: 'ready', bytes: 11, hash: 'h', now: noon });
  assert.equal((await rights.copy(id))?.parts, 2);
  assert.equal(await rights.part(id, 1), 'second');
  assert.equal(await order('c3', noon + dayMs - 1), undefined);
  assert.ok(await order('c4', noon + dayMs));
  assert.ok(await order('c5', noon, 'p2'));
  await rights.addPart('c5', { place: 0, sealed: 'half', now: noon });
  await rights.endCopy('c5', { state: 'failed', now: noon });
  assert.equal(await rights.part('c5', 0), undefined);
  assert.ok(await order('c6', noon + 1, 'p2'), 'one that failed is asked for again');

  assert.equal(await rights.dropCopies(noon + dayMs), 1, 'one that nobody goes on with');
  assert.equal(await rights.copy('c6'), undefined);
  await rights.dropCopies(noon + 7 * dayMs);
  assert.equal(await rights.copy(id), undefined);
  assert.deepEqual(await behind.rows(`select place from privacy_copy_part where copy = '${id}'`), []);
  const runs = (await store.retention.runs(10)).filter(({ subject }) => subject === 'privacy_copy');
  assert.equal(
    runs.reduce((sum, { rows }) => sum + rows, 0),
    4,
  );
});

onBoth(
  'a key is restricted with its workspace, or with everybody in it; each change is told to gateways',
  async (t) => {
    const { store, workspace } = await storeWith(t, 0n);
    const { rights, members, accounts, changes } = store;
    const key = newKey(workspace);
    await accounts.createKey(key);
    const isRestricted = async () => {
      const { found } = await accounts.callerByHash(key.hash, noon);
      return found.state === 'known' && found.isRestricted;
    };
    const of = (kind: 'person' | 'workspace', subject: string, activity = 'all') =>
      ({ kind, subject, workspace: '', activity }) as const;
    assert.equal(await isRestricted(), false);

    await members.addMember({ workspace, person: 'p1', role: 'owner', now: noon });
    await rights.restrict(of('person', 'p1', 'improve'), noon);
    assert.equal(await isRestricted(), false, 'an objection to one activity is none to all');
    const before = await changes.head();
    await rights.restrict(of('person', 'p1'), noon);
    assert.deepEqual(
      (await changes.since(before, 10)).map(({ kind, id }) => [kind, id]),
      [['workspace', workspace]],
    );
    assert.equal(await isRestricted(), true);
    await members.addMember({ workspace, person: 'p2', role: 'viewer', now: noon });
    assert.equal(await isRestricted(), false, 'another member did not ask for that');
    await rights.restrict(of('workspace', workspace), noon);
    assert.equal(await isRestricted(), true);
    assert.equal(await rights.lift(of('workspace', workspace), noon), true);
    assert.equal(await rights.lift(of('workspace', workspace), noon), false);
    assert.equal(await isRestricted(), false);
  },
);

onBoth('a copy that waits for its turn is kept, however many are made before it', async (t) => {
  const { store } = await storeWith(t, 0n);
  const minute = 60_000;
  const order = { privacyCase: 'case', sealKey: 'sealed', createdAt: noon, expiresAt: noon + 7 * dayMs };
  for (const id of ['waits', 'lost']) await store.rights.openCopy({ ...order, id, person: id }, dayMs);

  for (let at = noon; at < noon + 30 * minute; at += minute) {
    await store.rights.keepCopy('waits', at);
    await store.rights.dropCopies(at);
  }

  assert.equal((await store.rights.copy('waits'))?.state, 'making');
  assert.equal(await store.rights.copy('lost'), undefined);
});
