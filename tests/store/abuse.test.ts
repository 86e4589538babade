// Signs of abuse as they are counted, and what was decided about them: on both engines.
import assert from 'node:assert/strict';
import type { NewAbuseCase } from '#store/abuse-cases.ts';
import { ended, newKey, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function withKey(under: StoreUnderTest) {
  const { id } = await under.store.accounts.createKey(newKey(under.workspace));
  return { ...under, key: id };
}

const callerAt = async ({ store }: StoreUnderTest, now: number) => (await store.accounts.callerByHash('aa', now)).found;

function found(workspace: string, key: string, over: Partial<NewAbuseCase> = {}): NewAbuseCase {
  return {
    ...{ workspace, key, reason: 'velocity', counted: 9, usual: 1, action: 'ask', until: null, now: noon },
    ...over,
  };
}

onBoth(
  'above 3 % abandoned in an hour: in the next one, and only then, the key pays the input of what it abandons',
  async (t) => {
    const under = await withKey(await storeWith(t, 0n));
    const { store, key } = under;
    const records = (abandoned: number, at: number) =>
      Array.from({ length: 100 }, (_, index) =>
        ended(under, '', {
          ...{ generation: `gen-${at}-${index}`, key, charge: '0', uses: [], at },
          ...(index < abandoned ? { endReason: 'caller_left' as const, endpoint: null } : {}),
        }),
      );
    await store.postings.post(records(3, noon), noon);
    await store.postings.post(records(4, noon + 5 * hourMs), noon);

    const paysIn = async (now: number) => {
      const caller = await callerAt(under, now);
      return caller.state === 'known' ? caller.paysAbandonedIn : undefined;
    };
    assert.equal(await paysIn(noon), null);
    assert.equal(await paysIn(noon + hourMs), null, 'three in a hundred are forgiven');
    assert.equal(await paysIn(noon + 6 * hourMs), noon / hourMs + 6);
    assert.equal(await paysIn(noon + 7 * hourMs), null);
  },
);

onBoth(
  'a key’s hour stands beside what is usual of it; networks are hashes, and the new ones are told apart',
  async (t) => {
    const under = await withKey(await storeWith(t, 0n));
    const { store, key, workspace } = under;
    const at = (hours: number, count: number, refused = 0) =>
      Array.from({ length: count }, (_, index) =>
        ended(under, '', {
          ...{ generation: `gen-${hours}-${index}`, key, charge: '0', uses: [], at: noon - hours * hourMs },
          ...(index < refused ? { endReason: 'refused' as const } : {}),
        }),
      );
    await store.postings.post([...at(0, 12, 5), ...at(3, 4), ...at(20, 8), ...at(9 * 24, 50)], noon);
    const sighted = (hash: string, country: string, now: number, endUsers = 0) =>
      store.abuse.sighted([{ key, week: '2026-W45', networks: [{ hash, country }], endUsers }], now);
    await sighted('a', 'DE', noon - dayMs, 9);
    await sighted('b', 'FR', noon, 4);
    await sighted('b', 'FR', noon, 6);
    await sighted('c', 'DE', noon, 5);

    const [activity, ...others] = await store.abuse.activity(noon);

    assert.deepEqual(others, []);
    assert.deepEqual(activity, {
      ...{ key, workspace, setting: undefined, requests: 12, refused: 5, abandoned: 0, endUsers: 6, usualRequests: 6 },
      ...{ networks: 3, countries: 2, newNetworks: 2, newCountries: 1 },
    });
    await store.abuse.forget(noon + 15 * dayMs);
    assert.deepEqual(await store.abuse.activity(noon), []);
  },
);

onBoth(
  'a case is opened once a day; slow and stop hold until a person lifts them, and gateways hear of each',
  async (t) => {
    const under = await withKey(await storeWith(t, 0n));
    const { store, workspace, key } = under;
    const first = await store.abuse.open(found(workspace, key, { action: 'slow', until: noon + hourMs }));
    assert.ok(first);
    assert.equal(await store.abuse.open(found(workspace, key, { now: noon + hourMs })), undefined);
    assert.ok(await store.abuse.open(found(workspace, key, { now: noon + dayMs })));
    assert.ok(await store.abuse.open(found(workspace, key, { reason: 'error-ratio' })));

    const slowed = await callerAt(under, noon);
    assert.ok(
      slowed.state === 'known' && slowed.rates.some(({ perMinute, unit }) => perMinute === 10 && unit === 'requests'),
    );
    const later = await callerAt(under, noon + hourMs);
    assert.ok(later.state === 'known' && later.rates.length === 0, 'it ends by itself');

    const head = await store.changes.head();
    const stopped = await store.abuse.decide(first.id, { action: 'stop', until: null, now: noon });
    assert.deepEqual([stopped?.state, stopped?.decidedAt], ['upheld', noon]);
    assert.equal(await store.changes.head(), head + 1);
    assert.equal((await callerAt(under, noon + dayMs)).state, 'disabled');
    assert.equal((await store.abuse.appeal(first.id, noon))?.state, 'appealed');
    assert.equal(await store.abuse.appeal(first.id, noon), undefined, 'once');
    assert.equal((await callerAt(under, noon)).state, 'disabled', 'an appeal alone changes nothing');
    assert.equal((await store.abuse.decide(first.id, { action: 'none', until: null, now: noon }))?.state, 'lifted');
    assert.equal((await callerAt(under, noon)).state, 'known');
    assert.equal(await store.abuse.appeal(first.id, noon), undefined, 'there is nothing to appeal any more');

    assert.equal((await store.abuse.cases(workspace)).length, 3);
    assert.deepEqual(await store.abuse.cases('ws_other'), []);
    assert.equal(await store.abuse.decide('abu_none', { action: 'stop', until: null, now: noon }), undefined);
  },
);

onBoth('a year later what was decided is forgotten, but for what still holds of a key', async (t) => {
  const under = await withKey(await storeWith(t, 0n));
  const { store, workspace, key } = under;
  const open = async (over: Partial<NewAbuseCase>) =>
    (await store.abuse.open(found(workspace, key, over)))?.id ?? assert.fail('it was not opened');
  const stopped = await open({ reason: 'new-networks', action: 'stop' });
  const asked = await open({ reason: 'velocity', action: 'ask' });
  const over = await open({ reason: 'error-ratio', action: 'slow', until: noon + hourMs });

  await store.abuse.forget(noon + 400 * dayMs);

  const left = (await store.abuse.cases(workspace)).map(({ id }) => id);
  assert.deepEqual([left.includes(stopped), left.includes(asked), left.includes(over)], [true, false, false]);
});
