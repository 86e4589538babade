// Limits and rates as they are stored: on both engines.
import assert from 'node:assert/strict';
import type { NewLimit } from '#store/store.ts';
import { newKey, noon, onBoth, storeWith } from './store-under-test.ts';

onBoth('there is one limit of each owner, unit, window, zone and model: setting it again moves it', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const { id: key } = await store.accounts.createKey(newKey(workspace, { limitRequests: 9, reset: 'daily' }));
  const base: NewLimit = {
    ...{
      workspace,
      key: null,
      eachEndUser: false,
      unit: 'requests',
      window: 'day',
      model: null,
      zone: 'UTC',
      limit: 5n,
      burst: null,
    },
    now: noon,
  };
  const others: readonly Partial<NewLimit>[] = [
    { key },
    { eachEndUser: true },
    { unit: 'nano-usd' },
    { window: 'week' },
    { model: 'a/b' },
    { zone: 'Europe/Berlin' },
    { unit: 'concurrency', window: 'all' },
    { window: 'minute' },
    { window: 'minute', unit: 'tokens' },
    { window: 'minute', key },
    { window: 'minute', eachEndUser: true },
  ];

  const first = await store.accounts.setLimit(base);
  for (const other of others) await store.accounts.setLimit({ ...base, ...other });
  const moved = await store.accounts.setLimit({ ...base, limit: 8n });

  assert.equal(moved.id, first.id);
  const all = await store.accounts.limits(workspace);
  // The key's own daily limit of requests is the one that was moved from nine to five.
  assert.equal(all.length, 1 + others.length);
  assert.deepEqual(
    all.map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at),
    [],
  );
  assert.equal((await store.accounts.key(key))?.limitRequests, 5);

  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known');
  assert.equal(found.allowances.length, 1 + 7);
  assert.equal(found.rates.length, 4);
  assert.deepEqual(
    found.endUserRules.map(({ of, unit, window }) => [of, unit, window]),
    [['end user', 'requests', 'day']],
  );
  assert.deepEqual(
    found.allowances.filter(({ counts }) => counts === 'open').map(({ unit, window }) => [unit, window]),
    [['requests', 'all']],
  );
});

onBoth('a limit that ended is told to nobody, and only its own workspace ends it', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  await store.accounts.createKey(newKey(workspace));
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(other !== 'taken');
  const limit: NewLimit = {
    ...{
      workspace,
      key: null,
      eachEndUser: false,
      unit: 'requests',
      window: 'minute',
      model: null,
      zone: 'UTC',
      limit: 5n,
      burst: 2,
    },
    now: noon,
  };
  const { id } = await store.accounts.setLimit(limit);
  const head = await store.changes.head();

  assert.equal(await store.accounts.endLimit({ id, workspace: other.id, now: noon }), false);
  assert.equal(await store.accounts.endLimit({ id, workspace, now: noon }), true);

  assert.equal(await store.changes.head(), head + 1);
  assert.deepEqual(await store.accounts.limits(workspace), []);
  const { found } = await store.accounts.callerByHash('aa', noon);
  assert.ok(found.state === 'known' && found.rates.length === 0);
});

onBoth('several keepers share a rate: together they give no more than it', async (t, engine) => {
  const { store } = await storeWith(t, 0n);
  if (engine === 'sqlite') return void assert.equal(store.rates, undefined, 'one keeper has it in its memory');
  const { rates } = store;
  assert.ok(rates);
  const rate = { unit: 'requests', perMinute: 60, burst: 10 } as const;

  const taken = await Promise.all(
    Array.from({ length: 20 }, () => rates.take('r', rate, { need: 1, wanted: 3, now: noon })),
  );
  const given = taken.reduce((sum, { granted }) => sum + granted, 0);
  assert.equal(given, 10);
  assert.ok(taken.some(({ granted, retryAfterMs }) => granted === 0 && retryAfterMs > 0 && retryAfterMs <= 1_000));

  await rates.giveBack('r', rate, { unused: 4, now: noon });
  assert.equal((await rates.take('r', rate, { need: 1, wanted: 9, now: noon })).granted, 4);
  assert.equal((await rates.take('r', rate, { need: 1, wanted: 9, now: noon + 3_000 })).granted, 3);

  const tokens = { unit: 'tokens', perMinute: 600, burst: 600 } as const;
  assert.equal((await rates.take('t', tokens, { need: 100, wanted: 250, now: noon })).granted, 250);
  await rates.giveBack('t', tokens, { unused: -350, now: noon });
  const short = await rates.take('t', tokens, { need: 1, wanted: 1, now: noon });
  assert.deepEqual([short.granted, short.retryAfterMs], [0, 100]);
});
