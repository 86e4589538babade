// NOTICE and SUBPROC on both engines, with the calendar moved: who is told, once, and what waits for it.
import assert from 'node:assert/strict';
import { composePolicy } from '#core/privacy/policy/compose-policy.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import { enterSubProcessors, withNoticeDays } from '#keeper/notices/sub-processor-days.ts';
import { tellOfPolicies } from '#keeper/notices/tell-of-policies.ts';
import { PolicyShelf, policySettingsOtherwise } from '#keeper/trust/policy-shelf.ts';
import { TrustDesk } from '#keeper/trust/trust-desk.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store.ts';
import { freshPlace, noon, onBoth, storeAt } from './store-under-test.ts';

const dayMs = 86_400_000;
const facts = { policy: () => null, endpoint: () => undefined };

async function deskOf(store: Store, dataDir: string): Promise<TrustDesk> {
  return await TrustDesk.open(store.trust, { dataDir }, facts, noon);
}

function upstream(name: string, over: Partial<Upstream> = {}): Upstream {
  return {
    ...{ name, provider: name, seller: 'operator', protocols: ['openai-chat'], baseUrl: 'https://x.example/v1' },
    ...{ enabled: true, type: 'host', region: 'eu' },
    data: { retentionDays: 0, trains: false, source: '', checked: '' },
    ...over,
  };
}

onBoth('each member has one row of each version, on whichever rerun, by however many keepers', async (t) => {
  const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(other !== 'taken');
  const add = (where: string, person: string) =>
    store.members.addMember({ workspace: where, person, role: 'owner', now: noon });
  await add(workspace, 'per_1');
  await add(other.id, 'per_1');
  await add(other.id, 'per_2');
  const notice = { id: 'policy strict-2', kind: 'policy', subject: 'strict-2', material: true } as const;
  const when = { at: noon, effective: noon + 30 * dayMs };

  const told = await Promise.all(Array.from({ length: 5 }, () => store.notices.tell({ ...notice, ...when })));
  const rows = await Promise.all(Array.from({ length: 5 }, () => store.notices.address(noon)));

  assert.equal(told.filter(Boolean).length, 1);
  assert.equal(
    rows.reduce((sum, count) => sum + count, 0),
    2,
  );
  await add(workspace, 'per_3');
  assert.equal(await store.notices.address(noon + dayMs), 1, 'who came later is told as well');
  assert.equal(await store.notices.tell({ ...notice, at: noon + dayMs, effective: noon }), false);
  assert.deepEqual(
    (await store.notices.all()).map(({ at, effective }) => [at, effective]),
    [[noon, when.effective]],
    'what was told stays',
  );
  await add(workspace, 'per_4');
  assert.equal(await store.notices.address(when.effective), 0, 'who comes after its day finds it in force');
});

onBoth('a letter goes to one taker, and to another one when the first was lost', async (t) => {
  const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
  for (let index = 0; index < 20; index += 1)
    await store.members.addMember({ workspace, person: `per_${index}`, role: 'viewer', now: noon });
  const effective = noon + 30 * dayMs;
  await store.notices.tell({ id: 'n', kind: 'policy', subject: 'strict-2', material: true, at: noon, effective });
  await store.notices.address(noon);
  const take = (now: number) => store.notices.takeMail({ max: 8, now, againAfterMs: 3_600_000 });

  const taken = (await Promise.all([take(noon), take(noon), take(noon), take(noon)])).flat();

  assert.equal(new Set(taken.map(({ person }) => person)).size, taken.length, 'nobody is written to twice');
  const rest = [...(await take(noon)), ...(await take(noon)), ...(await take(noon))];
  assert.equal(taken.length + rest.length, 20);
  for (const { person } of taken) await store.notices.mailed({ notice: 'n', person, state: 'sent', now: noon });
  const again = [
    ...(await take(noon + 3_600_000)),
    ...(await take(noon + 3_600_000)),
    ...(await take(noon + 3_600_000)),
  ];
  assert.deepEqual(again.map(({ person }) => person).toSorted(), rest.map(({ person }) => person).toSorted());
  const counts = (await store.notices.counts()).get('n');
  assert.deepEqual([counts?.people, counts?.seen, counts?.mailed], [20, 0, taken.length]);
});

onBoth('a material version waits 30 days from its notice, also where the notice came late', async (t) => {
  const place = await freshPlace(t);
  const { store } = await storeAt(t, place, 0n);
  const desk = await deskOf(store, place.dataDir);
  const shelf = await PolicyShelf.open(store);
  await shelf.publish(policySettingsOtherwise, { usageDays: 30 }, desk, noon);
  await tellOfPolicies(store, shelf, noon);
  assert.equal((await store.notices.all()).length, 0, 'the first version changes nothing for anybody');

  const effective = new Date(noon + 30 * dayMs).toISOString().slice(0, 10);
  await shelf.publish({ ...policySettingsOtherwise, effective }, { usageDays: 60 }, desk, noon);
  // Killed here, and started again two days later.
  const cut = await PolicyShelf.open(store);
  assert.equal(cut.inForce(noon + 31 * dayMs)?.version, 1, 'nobody was told: it does not hold');
  await tellOfPolicies(store, cut, noon + 2 * dayMs);

  const [notice] = await store.notices.all();
  assert.equal(notice?.material, true);
  for (const shown of [cut, await PolicyShelf.open(store)]) {
    assert.equal(shown.inForce(noon + 31 * dayMs)?.version, 1);
    assert.equal(shown.inForce(noon + 32 * dayMs)?.version, 2);
    assert.equal(shown.published[1]?.effective, new Date(notice?.effective ?? 0).toISOString().slice(0, 10));
  }
  assert.deepEqual(composePolicy('strict', { usageDays: 60 }).facts.numbers.notice_days, 30);
});

onBoth(
  'who gets data for the first time after the first start is told of and waits 30 days; nobody else does',
  async (t) => {
    const place = await freshPlace(t);
    let at = noon;
    const store = await openStore({ ...place, now: () => at });
    t.after(() => store.close());
    const made = await store.accounts.createWorkspace({ name: 'default', creditNano: 0n, now: noon });
    assert.ok(made !== 'taken');
    const context = { store, trust: await deskOf(store, place.dataDir), now: () => at };
    const first = [upstream('a'), upstream('own', { type: 'self_hosted' })];
    assert.deepEqual(await withNoticeDays(store, first), first);
    await enterSubProcessors(context, first);
    assert.deepEqual(await store.notices.all(), []);

    at = noon + dayMs;
    const later = [
      ...first,
      upstream('b'),
      upstream('lab', { type: 'self_hosted' }),
      upstream('a2', { enabled: false }),
    ];
    await Promise.all([enterSubProcessors(context, later), enterSubProcessors(context, later)]);

    const [notice, ...more] = await store.notices.all();
    assert.deepEqual([notice?.subject, notice?.material, more.length], ['b', true, 0]);
    const today = Math.floor(at / dayMs);
    const daysOf = async () => (await withNoticeDays(store, later)).map(({ fromDay }) => fromDay);
    assert.deepEqual(await daysOf(), [undefined, undefined, today + 30, undefined, today + 30]);
    assert.equal((await store.accounts.ownerSettings(made.id)).sub_processors, '*:agree', 'its operator decided it');
    at = noon + 30 * dayMs;
    assert.equal((await daysOf())[2], today + 30);
    at = noon + 31 * dayMs;
    assert.equal((await daysOf())[2], undefined);

    // The same name at somebody else is somebody else.
    const moved = [upstream('a', { provider: 'elsewhere' }), upstream('b')];
    await enterSubProcessors(context, moved);
    assert.equal((await store.notices.all()).length, 2);
    const [entry] = (await store.trust.entriesOf('sub-processor')).slice(-1);
    assert.deepEqual(
      [entry?.subject, entry?.body],
      ['a', { from: '2027-01-02', host: 'x.example', provider: 'elsewhere', seller: 'operator' }],
    );
    // So is what moved to another host under its old name.
    const rehosted = [upstream('b', { baseUrl: 'https://y.example/v1' })];
    assert.deepEqual(
      (await withNoticeDays(store, rehosted)).map(({ fromDay }) => fromDay),
      [Math.floor(at / dayMs) + 30],
    );
    await enterSubProcessors(context, rehosted);
    assert.equal((await store.notices.all()).length, 3);
    const path = [upstream('b', { baseUrl: 'https://y.example/v2' })];
    await enterSubProcessors(context, path);
    assert.equal((await store.notices.all()).length, 3, 'another path at the same host is nobody else');
  },
);
