import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openStore } from '#store/open-store.ts';
import {
  ask,
  assertBooksAreRight,
  freshDataDir,
  granted,
  newKey,
  noon,
  onBoth,
  raw,
  storeWith,
} from './store-under-test.ts';

onBoth('a wallet shows what was credited, spent and leased, in the books and in its allowance', async (t) => {
  const { store, workspace, wallet } = await storeWith(t, 1_000n);

  await store.accounts.credit({ workspace, amount: 500n, source: 'operator', now: noon });
  await granted(store, ask(wallet, { wanted: 200n }));

  assert.deepEqual(await store.accounts.wallet(workspace), { wallet, balance: 1_500n, spent: 0n, leased: 200n });
  assert.equal(await store.accounts.wallet('ws_none'), undefined);
  await assertBooksAreRight(store);
});

onBoth('credit of nothing, for nobody or with a text as its source is refused, and nothing happens', async (t) => {
  const { store, workspace } = await storeWith(t, 1_000n);
  const credit = { workspace, amount: 5n, source: 'operator', now: noon };

  await assert.rejects(store.accounts.credit({ ...credit, amount: 0n }));
  await assert.rejects(store.accounts.credit({ ...credit, amount: -5n }));
  await assert.rejects(store.accounts.credit({ ...credit, workspace: 'ws_none' }));
  await assert.rejects(store.accounts.credit({ ...credit, source: 'Paid by Ada Lovelace' }));

  assert.equal((await store.accounts.wallet(workspace))?.balance, 1_000n);
  await assertBooksAreRight(store);
});

onBoth('a workspace is found by id and by name, and its name is its own', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);

  const row = { id: workspace, name: 'default' };

  assert.match(workspace, /^ws_[0-9A-Za-z]{24}$/);
  assert.deepEqual(await store.accounts.workspace(workspace), row);
  assert.deepEqual(await store.accounts.workspace('default'), row);
  assert.equal(await store.accounts.workspace('none'), undefined);
  assert.equal(await store.accounts.createWorkspace({ name: 'default', creditNano: 9n, now: noon }), 'taken');
  assert.deepEqual(await store.accounts.workspaces(), [row]);
  await assertBooksAreRight(store);
});

onBoth('a caller is known by the hash of its key, with its allowances, the wallet’s first', async (t) => {
  const { store, workspace, wallet } = await storeWith(t, 1_000n);
  const limits = { limitNano: 5n, limitRequests: 7, reset: 'weekly' } as const;
  const { id } = await store.accounts.createKey(newKey(workspace, limits));
  await store.accounts.createKey(newKey(workspace, { ...limits, hash: 'bb' }));

  const { sequence, found } = await store.accounts.callerByHash('aa', noon);

  assert.equal(sequence, await store.changes.head());
  assert.ok(found.state === 'known');
  assert.deepEqual([found.key, found.workspace, found.wallet, found.expiresAt], [id, workspace, wallet, null]);
  assert.deepEqual(
    found.allowances.map(({ of, unit, window, limit }) => ({ of, unit, window, limit })),
    [
      { of: 'wallet', unit: 'nano-usd', window: 'all', limit: 1_000n },
      { of: 'key', unit: 'nano-usd', window: 'week', limit: 5n },
      { of: 'key', unit: 'requests', window: 'week', limit: 7n },
    ],
  );
});

onBoth('a key that is unknown, disabled or expired says so and nothing else', async (t) => {
  const { store, workspace } = await storeWith(t, 1_000n);
  const { id } = await store.accounts.createKey(newKey(workspace, { expiresAt: noon + 10 }));
  const stateAt = async (now: number, hash = 'aa') => (await store.accounts.callerByHash(hash, now)).found.state;

  const states = [await stateAt(noon, 'cc'), await stateAt(noon + 9), await stateAt(noon + 10)];
  await store.accounts.setKeyDisabled(id, true, noon);
  const disabled = (await store.accounts.callerByHash('aa', noon)).found;
  await store.accounts.setKeyDisabled(id, false, noon);

  assert.deepEqual(states, ['unknown', 'known', 'expired']);
  assert.deepEqual(disabled, { state: 'disabled' });
  assert.equal(await stateAt(noon), 'known');
  assert.equal(await store.accounts.setKeyDisabled('key_none', true, noon), undefined);
});

onBoth('keys are listed with their limits, of one workspace or of all', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(other !== 'taken');
  const { id } = await store.accounts.createKey(newKey(workspace, { limitRequests: 7, reset: 'daily' }));
  await store.accounts.createKey(newKey(other.id, { hash: 'bb', limitNano: 5n }));

  const mine = await store.accounts.keys(workspace);

  const dates = { createdAt: noon, expiresAt: null, disabled: false };
  const limits = { limitNano: null, limitRequests: 7, reset: 'daily' };
  const about = { role: 'inference', hint: 'abcd', tags: [], changedAt: null };
  assert.deepEqual(mine, [{ id, name: 'key', workspace, ...dates, ...limits, ...about }]);
  assert.equal((await store.accounts.keys()).length, 2);
  assert.equal((await store.accounts.setKeyDisabled(id, true, noon))?.disabled, true);
});

onBoth('keys come a page at a time, with what all that are found come to; a search reads no wildcard', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const made: string[] = [];
  for (const [index, name] of ['Lamp', 'lamp_two', 'Pier', 'buoy'].entries()) {
    const over = { name, hash: `h${index}`, hint: `hin${index}`, now: noon + index };
    made.push((await store.accounts.createKey(newKey(workspace, over))).id);
  }
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(other !== 'taken');
  await store.accounts.createKey(newKey(other.id, { name: 'lamp', hash: 'of another' }));
  await store.accounts.setKeyDisabled(made[1] ?? '', true, noon);
  const page = async (over: { offset?: number; limit?: number; withDisabled?: boolean; search?: string } = {}) => {
    const ask = { workspace, offset: 0, limit: 10, withDisabled: true, search: undefined, now: noon, ...over };
    const { rows, found, working, paid } = await store.accounts.keyPage(ask);
    return { names: rows.map(({ name }) => name), found, working, paid };
  };

  const of = (names: readonly string[], found: number, working: number) => ({ names, found, working, paid: 0n });
  assert.deepEqual(await page(), of(['Lamp', 'lamp_two', 'Pier', 'buoy'], 4, 3));
  assert.deepEqual(await page({ offset: 1, limit: 2 }), of(['lamp_two', 'Pier'], 4, 3));
  assert.deepEqual(await page({ withDisabled: false, limit: 2 }), of(['Lamp', 'Pier'], 3, 3));
  assert.deepEqual(await page({ search: 'LAMP' }), of(['Lamp', 'lamp_two'], 2, 1));
  assert.deepEqual(await page({ search: '_' }), of(['lamp_two'], 1, 0));
  assert.deepEqual(await page({ search: 'hin3' }), of(['buoy'], 1, 1));
  assert.deepEqual(await page({ search: made[2] ?? '' }), of(['Pier'], 1, 1));
  assert.deepEqual(await page({ search: '%' }), of([], 0, 0));
  assert.deepEqual(new Set(await store.accounts.keyIds(workspace)), new Set(made));
  assert.deepEqual([...(await store.accounts.keyNames([made[0] ?? '', 'key_none']))], [[made[0] ?? '', 'Lamp']]);
});

onBoth('each change that a gateway must know is in the feed, in the order of commits', async (t) => {
  const { store, workspace } = await storeWith(t, 0n);
  const start = await store.changes.head();

  const { id } = await store.accounts.createKey(newKey(workspace));
  await store.accounts.setKeyDisabled(id, true, noon);
  await store.accounts.credit({ workspace, amount: 1n, source: 'operator', now: noon });

  const expected = [
    { sequence: start + 1, kind: 'key', id },
    { sequence: start + 2, kind: 'key', id },
    { sequence: start + 3, kind: 'workspace', id: workspace },
  ];
  assert.deepEqual(await store.changes.since(start, 100), expected);
  assert.deepEqual(await store.changes.since(start, 2), expected.slice(0, 2));
  assert.deepEqual(await store.changes.since(start + 3, 100), []);
});

onBoth('a reader of the feed that is too far behind is told to drop everything', async (t) => {
  const { store, workspace, behind } = await storeWith(t, 0n);
  await behind.change('update change_head set sequence = 200000');

  await store.accounts.createKey(newKey(workspace));

  assert.deepEqual(await store.changes.since(1, 100), [{ sequence: 200_001, kind: 'catalogue', id: 'all' }]);
  assert.equal((await store.changes.since(200_000, 100))[0]?.kind, 'key');
});

onBoth('a price is dated when it changes, and named by the same version until then', async (t) => {
  const { store } = await storeWith(t, 0n);
  const cheap = { rates: { input: 1n, output: 2n }, tiers: [{ aboveInput: 10, rates: { input: 3n, output: 4n } }] };
  const same = { tiers: cheap.tiers, rates: { output: 2n, input: 1n } };
  const dear = { ...cheap, rates: { input: 2n, output: 2n } };
  const date = async (price: typeof cheap) =>
    (await store.catalogue.datePrices([{ endpoint: 'm@u', price }], noon)).get('m@u');

  const [first, again, changed, back] = [await date(cheap), await date(same), await date(dear), await date(cheap)];

  assert.equal(again, first);
  assert.equal(new Set([first, changed, back]).size, 3);
});

onBoth('a set-up link works once, and not after it has expired', async (t) => {
  const { store } = await storeWith(t, 0n);
  await store.accounts.createSetupLink('h1', noon + 10);
  await store.accounts.createSetupLink('h2', noon + 10);

  const uses = [await store.accounts.useSetupLink('h1', noon), await store.accounts.useSetupLink('h1', noon)];

  assert.deepEqual(uses, [true, false]);
  assert.equal(await store.accounts.setupLink('h1', noon), 'used');
  assert.equal(await store.accounts.setupLink('h2', noon), 'open');
  assert.equal(await store.accounts.setupLink('h2', noon + 10), 'unknown');
  assert.equal(await store.accounts.useSetupLink('h2', noon + 10), false);
});

onBoth('a setting is what was set last', async (t) => {
  const { store } = await storeWith(t, 0n);

  await store.accounts.setSetting('a', '1', noon);
  await store.accounts.setSetting('a', '2', noon);

  assert.equal(await store.accounts.setting('a'), '2');
  assert.equal(await store.accounts.setting('b'), undefined);
});

test('the database is for its owner alone, written ahead and synced, and is there after a restart', async (t) => {
  const dataDir = join(freshDataDir(t), 'data');
  const first = await openStore({ dataDir, now: () => noon });
  await first.accounts.createWorkspace({ name: 'kept', creditNano: 3n, now: noon });
  const modes = ['.', 'main.db', 'main.db-wal'].map((file) => statSync(join(dataDir, file)).mode & 0o777);
  await first.close();
  await first.close();

  const second = await openStore({ dataDir, now: () => noon });
  t.after(() => second.close());

  assert.deepEqual(modes, [0o700, 0o600, 0o600]);
  assert.equal((await second.accounts.workspaces())[0]?.name, 'kept');
  assert.equal(
    raw(dataDir, (db) => db.prepare('pragma journal_mode').get()?.journal_mode),
    'wal',
  );
});
