// What lies beside the database goes with a person too: its key in copies of keys, and what its wallet was worth.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { purgeFrom } from '#core/privacy/erasure/erasure-clock.ts';
import { readKeyCopy, writeKeyCopy } from '#keeper/erasure/key-copy.ts';
import { openPeople } from '#store/people/people-store.ts';
import { askForBoth, dayMs, whyNot, world } from './erasure-world.ts';
import { noon, onBoth } from './store-under-test.ts';

onBoth(
  'a copy of keys that is away or damaged is waited for, and the person goes from it when it is back',
  async (t) => {
    const it = await world(t);
    const away = join(it.place.dataDir, 'copy-on-a-disk-that-is-away.json');
    writeFileSync(it.copy, 'this is no JSON');
    await it.store.erasures.addKeyCopy(away, noon);
    const [, id = ''] = await askForBoth(it);

    it.at = noon + 15 * dayMs;
    // The person goes once its workspace is past it.
    for (let turn = 0; turn < 2; turn += 1) await it.job().step();
    const waiting = await it.store.erasures.find(id);
    assert.deepEqual([waiting?.state, waiting?.waits], ['purging', 'key-copies'], await whyNot(it, [id]));
    for (const path of [it.copy, away])
      writeKeyCopy(path, { at: noon, keys: { [it.gone.person]: 'a' }, tombstones: [] });
    for (let turn = 0; turn < 2; turn += 1) await it.job().step();

    assert.equal((await it.store.erasures.find(id))?.state, 'done', await whyNot(it, [id]));
    for (const path of [it.copy, away]) assert.deepEqual(readKeyCopy(path)?.keys, {});
  },
);

onBoth(
  'a copy of keys that never comes back holds a deletion up for ten days, and is counted in its receipt',
  async (t) => {
    const it = await world(t);
    await it.store.erasures.addKeyCopy(join(it.place.dataDir, 'gone-for-good.json'), noon);
    const [, id = ''] = await askForBoth(it);

    it.at = noon + 15 * dayMs;
    await it.job().step();
    assert.equal((await it.store.erasures.find(id))?.state, 'purging');
    it.at = purgeFrom(noon) + 10 * dayMs;
    for (let turn = 0; turn < 2; turn += 1) await it.job().step();

    const done = await it.store.erasures.find(id);
    assert.equal(done?.state, 'done', await whyNot(it, [id]));
    assert.equal(done?.facts.key_copies_not_reached, '1');
  },
);

onBoth('what a wallet was worth to a workspace is worth nothing once its person is deleted', async (t) => {
  const it = await world(t);
  const made = await it.store.accounts.createWorkspace({ name: 'backed', creditNano: 0n, now: noon });
  assert.ok(made !== 'taken');
  const people = await openPeople(it.place);
  await people.add('backing_wallet', {
    ...{ workspace: made.id, person: it.gone.person, sign_in: 'si_backing' },
    ...{ balance: '5', read_at: noon, tried_at: noon },
  });
  await people.close();
  const daily = {
    workspace: made.id,
    key: null,
    eachEndUser: false,
    ofAll: false,
    window: 'day',
    model: null,
  } as const;
  const limit = { ...daily, upstream: null, zone: 'UTC', burst: null, now: noon };
  await it.store.accounts.setLimit({ ...limit, unit: 'requests', limit: 50n });
  await it.store.accounts.setLimit({ ...limit, unit: 'nano-usd', limit: 5_000n });
  await askForBoth(it);

  it.at = noon + 28 * dayMs;
  await it.job().step();

  const limits = await it.store.accounts.limits(made.id);
  assert.deepEqual(
    limits.map(({ limit: left }) => left),
    [0n, 0n],
  );
});
