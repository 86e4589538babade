import assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readBackup, writeBackup } from '#store/copy/backup-file.ts';
import { copyStore } from '#store/copy/copy-store.ts';
import { openStore } from '#store/open-store.ts';
import { openPeople } from '#store/people/people-store.ts';
import { StoreRefused } from '#store/store-refused.ts';
import {
  ask,
  assertBooksAreRight,
  begun,
  ended,
  freshDataDir,
  freshPlace,
  granted,
  newKey,
  noon,
  onBoth,
  onPostgres,
  openBehind,
  type Place,
  storeAt,
} from './store-under-test.ts';

const nothing = () => {};
const plainly = { judgeAge: nothing, keep: nothing, keysOfPeople: () => ({ p1: 'its key' }), tell: nothing };

onPostgres('a whole store is copied into an empty database, verified, and goes on there', async (t) => {
  const target = await freshPlace(t);
  const source = { dataDir: freshDataDir(t) };
  const before = await fillWithBooks(t, source);
  const told: string[] = [];

  const copied = await copyStore(source, target, (table, rows) => void told.push(`${table} ${rows}`));

  assert.ok(told.includes('settlement 3') && told.includes('entry 6'), told.join(', '));
  assert.equal(copied.transfers, 3);
  const store = await openStore({ ...target, now: () => noon });
  t.after(() => store.close());
  assert.deepEqual(await store.accounts.wallet(before.workspace), before.wallet);
  assert.deepEqual(await store.postings.generation('gen-1'), before.generation);
  assert.equal((await store.accounts.callerByHash('aa', noon)).found.state, 'known');
  // What the database numbers goes on behind what was copied.
  await store.accounts.credit({ workspace: before.workspace, amount: 5n, source: 'operator', now: noon });
  await assertBooksAreRight(store);
});

onBoth('a backup holds the people too, and they come back with it', async (t) => {
  const place = await freshPlace(t);
  await fillWithBooks(t, place);
  const person = {
    id: 'p1',
    actor: 'per_1',
    email_hash: 'h',
    email: 's',
    name: 'n',
    created_at: noon,
    changed_at: noon,
  };
  const people = await openPeople(place);
  await people.add('person', person);
  await people.add('person_key', { person: 'p1', sealed: 'not in the backup' });
  await people.close();
  const path = join(freshDataDir(t), 'backup.gz');
  await writeBackup(place, path, {}, noon);

  const target = await freshPlace(t);
  await readBackup(path, target, plainly);

  const restored = await openPeople(target);
  t.after(() => restored.close());
  const rows = await restored.find('person', []);
  assert.deepEqual(
    rows.map(({ id, actor }) => [id, actor]),
    [['p1', 'per_1']],
  );
  const keys = await restored.find('person_key', []);
  assert.deepEqual(
    keys.map(({ sealed }) => sealed),
    ['its key'],
    'what opens names comes from beside the backup alone',
  );
});

onPostgres('what is in use is not copied over, and nothing of it is changed', async (t) => {
  const target = await freshPlace(t);
  const { store, workspace } = await storeAt(t, target, 7n);
  const source = { dataDir: freshDataDir(t) };
  await fillWithBooks(t, source);

  await assert.rejects(copyStore(source, target, nothing), StoreRefused);

  assert.equal((await store.accounts.wallet(workspace))?.balance, 7n);
  assert.equal((await store.accounts.workspaces()).length, 1);
});

onPostgres('a copy that is disturbed leaves an empty database', async (t) => {
  const target = await freshPlace(t);
  const source = { dataDir: freshDataDir(t) };
  await fillWithBooks(t, source);

  const disturbed = copyStore(source, target, (table) => {
    if (table === 'settlement') throw new Error('disturbed');
  });

  await assert.rejects(disturbed, /disturbed/);
  const behind = await openBehind(t, target);
  assert.equal((await behind.rows('select id from workspace')).length, 0);
  assert.equal((await copyStore(source, target, nothing)).transfers, 3);
});

onBoth('a backup holds the store as it is while it runs, and fills an empty one of either engine', async (t) => {
  const source = await freshPlace(t);
  const before = await fillWithBooks(t, source);
  const file = join(freshDataDir(t), 'fairlead.backup');
  const others: readonly Place[] = [{ dataDir: freshDataDir(t) }, await freshPlace(t)];

  await writeBackup(source, file, { pepper: 'abcd' }, noon);

  assert.equal(statSync(file).mode & 0o777, 0o600);
  await assert.rejects(writeBackup(source, file, {}, noon), /exists already/);
  for (const target of others) {
    const kept: unknown[] = [];
    const restored = await readBackup(file, target, { ...plainly, keep: (secrets) => void kept.push(secrets) });
    assert.deepEqual([restored.transfers, kept], [3, [{ pepper: 'abcd' }]]);
    const store = await openStore({ ...target, now: () => noon });
    t.after(() => store.close());
    assert.deepEqual(await store.accounts.wallet(before.workspace), before.wallet);
    assert.deepEqual(await store.postings.generation('gen-1'), before.generation);
    await assertBooksAreRight(store);
    await assert.rejects(readBackup(file, target, plainly), /in use/);
  }
});

onBoth('a backup that is cut or damaged is refused with a sentence, and nothing is restored', async (t) => {
  const source = await freshPlace(t);
  await fillWithBooks(t, source);
  const folder = freshDataDir(t);
  const [cut, damaged, other] = [join(folder, 'cut'), join(folder, 'damaged'), join(folder, 'other')];
  for (const file of [cut, damaged]) await writeBackup(source, file, {}, noon);
  truncateSync(cut, statSync(cut).size - 30);
  const bytes = readFileSync(damaged);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
  writeFileSync(damaged, bytes);
  writeFileSync(other, 'something else');
  const target = { dataDir: freshDataDir(t) };

  for (const file of [cut, damaged, other, join(folder, 'none')]) {
    await assert.rejects(readBackup(file, target, plainly), StoreRefused, file);
  }

  const store = await openStore({ ...target, now: () => noon });
  t.after(() => store.close());
  assert.deepEqual(await store.accounts.workspaces(), []);
});

/** A wallet with credit, charges, a loss, a key with limits, an open lease. */
async function fillWithBooks(t: TestContext, place: Place) {
  const under = await storeAt(t, place, 1_000n);
  const { store, wallet, workspace } = under;
  await store.accounts.createKey(newKey(workspace, { limitRequests: 7, reset: 'daily' }));
  const { lease } = await granted(store, ask(wallet, { wanted: 500n }));
  await store.postings.post([ended(under, lease), ended(under, lease, { generation: 'gen-2', charge: '20' })], noon);
  await store.postings.postCrashed([{ begin: begun(under, lease), estimate: 1n }], noon);
  const found = await store.accounts.wallet(workspace);
  return { workspace, wallet: found, generation: await store.postings.generation('gen-1') };
}
