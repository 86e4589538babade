import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { brokenAuditPlace } from '#core/trust/audit-chain.ts';
import { noon, onBoth, storeWith } from './store-under-test.ts';

const fact = { scope: 'ws_1', actor: 'per_1', action: 'key-create', target: '', outcome: 'asked' } as const;

onBoth('the log of changes is one chain, also when many append at once, and is never changed', async (t) => {
  const { store, behind } = await storeWith(t, 0n);

  await Promise.all(
    Array.from({ length: 20 }, (_, index) => store.audit.append({ ...fact, target: `k${index}` }, noon)),
  );
  await store.audit.append({ ...fact, scope: 'ws_2' }, noon);

  const entries = await store.audit.entries('ws_1', 0, 100);
  assert.equal(entries.length, 20);
  assert.equal(
    brokenAuditPlace(entries, (text) => createHash('sha256').update(text).digest('hex')),
    undefined,
  );
  assert.deepEqual(
    (await store.audit.newest('ws_1', 5, 2)).map(({ place }) => place),
    [4, 3],
  );
  await assert.rejects(behind.change(`update audit_entry set actor = 'per_2'`));
  await assert.rejects(behind.change('delete from audit_entry'));
});

onBoth('of two owners who leave at once one stays', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  for (const person of ['a', 'b']) await store.members.addMember({ workspace, person, role: 'owner', now: noon });

  const left = await Promise.all(
    ['a', 'b'].map((person) => store.members.removeMember({ workspace, person, now: noon })),
  );

  assert.deepEqual([...left].sort(), ['done', 'last-owner']);
  assert.equal((await store.members.membersOf(workspace)).length, 1);
});

onBoth('an invitation makes one member, once, until it expires', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const given = { workspace, role: 'viewer', email: 's', emailHash: 'e', invitedBy: 'per_1', createdAt: noon };
  await store.invitations.add({ ...given, tokenHash: 't1', expiresAt: noon + 10 });
  await store.invitations.add({ ...given, tokenHash: 't2', expiresAt: noon + 10 });

  const taken = await Promise.all(
    ['a', 'b'].map((person) => store.invitations.accept({ tokenHash: 't1', person, now: noon })),
  );

  assert.equal(taken.filter((each) => each !== undefined).length, 1);
  assert.equal((await store.members.membersOf(workspace)).length, 1);
  assert.equal(await store.invitations.accept({ tokenHash: 't2', person: 'c', now: noon + 10 }), undefined);
});

onBoth(
  'whoever comes, goes or becomes something else is announced: a workspace is restricted when all of it is',
  async (t) => {
    const { store, workspace } = await storeWith(t, 0n);
    const heard = async (work: () => Promise<unknown>) => {
      const before = await store.changes.head();
      await work();
      return (await store.changes.since(before, 10)).filter(({ kind, id }) => kind === 'workspace' && id === workspace)
        .length;
    };
    const add = (person: string) => store.members.addMember({ workspace, person, role: 'owner', now: noon });

    assert.equal(await heard(() => add('a')), 1);
    assert.equal(await heard(() => add('a')), 0, 'nothing changed');
    await add('b');
    assert.equal(await heard(() => store.members.changeRole({ workspace, person: 'b', role: 'viewer', now: noon })), 1);
    assert.equal(await heard(() => store.members.removeMember({ workspace, person: 'b', now: noon })), 1);
  },
);
