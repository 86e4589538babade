import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { migrate } from '#store/migrate.ts';
import { allMigrations } from '#store/migrations/all-migrations.ts';
import type { Migration } from '#store/migrations/migration.ts';
import { type EngineStore, openEngine, openStore } from '#store/open-store.ts';
import type { Database } from '#store/sql/sql.ts';
import { StoreRefused } from '#store/store-refused.ts';
import { freshPlace, noon, onBoth, openBehind, raw } from './store-under-test.ts';

const steps = [1, 2, 3, 4, 5, 6].map((version) => ({
  version,
  name: `step ${version}`,
  statements: [`create table step_${version} (id integer primary key) strict`],
}));

onBoth('a new database takes every step and needs no backup', async (t) => {
  const under = await database(t);

  await take(under, steps.slice(0, 2));

  assert.deepEqual(await versions(under), [1n, 2n]);
  assert.deepEqual(backups(under.dataDir), []);
});

onBoth('a database that holds something keeps it through the next steps', async (t) => {
  const under = await database(t);
  await take(under, steps.slice(0, 1));
  await under.database.run('insert into step_1 (id) values (42)');

  await take(under, steps.slice(0, 3));

  assert.deepEqual(await versions(under), [1n, 2n, 3n]);
  assert.equal((await under.database.one('select id from step_1'))?.id, 42n);
});

test('a file that holds something is copied before a step is taken, for its owner alone', async (t) => {
  const under = await database(t);
  const { dataDir } = under;
  await take(under, steps.slice(0, 1));
  await under.database.run('insert into step_1 (id) values (42)');

  await take(under, steps.slice(0, 3));

  assert.deepEqual(backups(dataDir), ['main.db.backup-v1']);
  const path = join(dataDir, 'main.db.backup-v1');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  using copy = new DatabaseSync(path, { readOnly: true });
  assert.equal(copy.prepare('select id from step_1').get()?.id, 42);
  assert.deepEqual(
    copy
      .prepare('select version from migration')
      .all()
      .map(({ version }) => version),
    [1],
  );
});

test('the last three backups are kept', async (t) => {
  const under = await database(t);

  for (const to of [1, 2, 3, 4, 5, 6]) await take(under, steps.slice(0, to));

  assert.deepEqual(backups(under.dataDir), ['main.db.backup-v3', 'main.db.backup-v4', 'main.db.backup-v5']);
});

onBoth('a step that fails leaves the database as it was, and the steps before it taken', async (t) => {
  const under = await database(t);
  const bad = { version: 2, name: 'bad', statements: ['create table fine (id integer) strict', 'create nonsense'] };

  await assert.rejects(take(under, [...steps.slice(0, 1), bad]));

  assert.deepEqual(await versions(under), [1n]);
  await assert.rejects(under.database.all('select id from fine'), /fine/);
});

onBoth('a database that a newer Fairlead wrote is refused with a sentence, untouched', async (t) => {
  const place = await freshPlace(t);
  await (await openStore({ ...place, now })).close();
  const next = (allMigrations.at(-1)?.version ?? 0) + 1;
  const behind = await openBehind(t, place);
  await behind.change(`insert into migration (version, name, at, hash) values (${next}, 'x', 1, 'y')`);

  await assert.rejects(openStore({ ...place, now }), (thrown) => {
    assert.ok(thrown instanceof StoreRefused);
    assert.match(thrown.sentence, new RegExp(`^The database has version ${next}, this Fairlead knows .*\\.$`));
    return true;
  });
  assert.deepEqual(backups(place.dataDir), []);
});

onBoth('a step that was changed after it was taken is refused', async (t) => {
  const under = await database(t);
  await take(under, steps.slice(0, 1));
  const edited = { version: 1, name: 'step 1', statements: ['create table other (id integer) strict'] };

  await assert.rejects(take(under, [edited]), StoreRefused);
});

onBoth('several that start at once take each step once', async (t, engine) => {
  const place = await freshPlace(t);
  // One process writes a file; a database has as many writers as it has keepers.
  const starters = engine === 'sqlite' ? 1 : 4;

  const stores = await Promise.all(Array.from({ length: starters }, () => openStore({ ...place, now })));

  for (const store of stores) await store.close();
  const behind = await openBehind(t, place);
  assert.equal((await behind.rows('select version from migration')).length, allMigrations.length);
});

test('steps are numbered in their order, and every table is strict', async (t) => {
  const { dataDir } = await freshPlace(t);
  await (await openStore({ dataDir, now })).close();

  const numbers = allMigrations.map(({ version }) => version);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((one, other) => one - other),
  );
  const loose = raw(dataDir, (db) => db.prepare(`select name from pragma_table_list where strict = 0`).all());
  assert.deepEqual(
    loose.map(({ name }) => String(name)).filter((name) => !name.startsWith('sqlite_')),
    [],
  );
});

function now(): number {
  return noon;
}

type UnderTest = EngineStore & { readonly dataDir: string };

/** An engine without any of our steps. */
async function database(t: TestContext): Promise<UnderTest> {
  const place = await freshPlace(t);
  const opened = await openEngine({ ...place, now });
  t.after(() => opened.close());
  return { ...opened, dataDir: place.dataDir };
}

function take(under: UnderTest, migrations: readonly Migration[]): Promise<void> {
  return migrate(under.database, { ...under, now, migrations });
}

async function versions({ database }: { readonly database: Database }): Promise<readonly unknown[]> {
  return (await database.all('select version from migration order by version')).map(({ version }) => version);
}

function backups(dataDir: string): readonly string[] {
  return readdirSync(dataDir)
    .filter((file) => file.includes('backup'))
    .sort();
}
