// Limits and rates as they are stored: on both engines.
import assert from 'node:assert/strict';
import { openStore } from '#store/open-store.ts';
import type { NewLimit } from '#store/store.ts';
import { freshPlace, newKey, noon, onBoth, storeAt, storeWith } from './store-under-test.ts';

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
      upstream: null,
      ofAll: false,
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

onBoth('two that set one limit at once, or move a key to where there is one, make one', async (t, engine) => {
  const place = await freshPlace(t);
  const { store, workspace, behind } = await storeAt(t, place, 0n);
  const other = engine === 'sqlite' ? store : await openStore({ ...place, now: () => noon });
  t.after(() => other.close());
  const { id: key } = await store.accounts.createKey(newKey(workspace, { limitNano: 9n, reset: 'daily' }));
  const base: NewLimit = {
    ...{
      workspace,
      key: null,
      unit: 'requests',
      window: 'day',
      model: null,
      upstream: null,
      ofAll: false,
      zone: 'UTC',
      limit: 5n,
      burst: null,
      eachEndUser: false,
    },
    now: noon,
  };

  const kinds: readonly Partial<NewLimit>[] = [{}, { key }, { window: 'minute' }, { window: 'minute', key }];
  for (const kind of kinds) {
    const both = [store, other, store, other].map((each, at) =>
      each.accounts.setLimit({ ...base, ...kind, limit: BigInt(at + 1) }),
    );
    assert.equal(new Set((await Promise.all(both)).map(({ id }) => id)).size, 1);
  }
  // Dollars by the week are there as a limit of their own when the key's are moved from the day to the week.
  const weekly = await store.accounts.setLimit({ ...base, key, unit: 'nano-usd', window: 'week', limit: 7n });
  await Promise.all([
    store.accounts.updateKey(key, { reset: 'weekly', now: noon }),
    other.accounts.updateKey(key, { reset: 'weekly', limitNano: 9n, now: noon }),
  ]);

  const dollars = (await store.accounts.limits(workspace)).filter(({ unit }) => unit === 'nano-usd');
  assert.deepEqual(
    dollars.map(({ id, window, limit }) => [id, window, limit]),
    [[weekly.id, 'week', 9n]],
  );
  await assert.rejects(
    behind.change(
      `insert into allowance (id, owner, workspace, key, unit, "window", "limit")
       select 'alw_second', owner, workspace, key, unit, "window", "limit" from allowance where id = '${weekly.id}'`,
    ),
    /unique/i,
  );
});

onBoth('of two changes of one key at once each keeps what the other changed', async (t, engine) => {
  const place = await freshPlace(t);
  const { store, workspace } = await storeAt(t, place, 0n);
  const other = engine === 'sqlite' ? store : await openStore({ ...place, now: () => noon });
  t.after(() => other.close());

  for (let round = 0; round < 20; round += 1) {
    const { id } = await store.accounts.createKey(newKey(workspace, { hash: `h${round}`, reset: 'daily' }));
    await Promise.all([
      store.accounts.updateKey(id, { name: 'renamed', now: noon }),
      other.accounts.updateKey(id, { limitNano: 5n, now: noon }),
      store.accounts.updateKey(id, { limitRequests: 3, now: noon }),
      other.accounts.updateKey(id, { disabled: true, now: noon }),
    ]);

    const key = await store.accounts.key(id);
    assert.deepEqual([key?.name, key?.limitNano, key?.limitRequests, key?.disabled], ['renamed', 5n, 3, true]);
    const limits = (await store.accounts.limits(workspace)).filter((limit) => limit.key === id);
    assert.equal(limits.length, 2);
  }
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
      upstream: null,
      ofAll: false,
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
