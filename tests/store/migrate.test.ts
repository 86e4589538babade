import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { migrate } from '#store/migrate.ts';
import { allMigrations } from '#store/migrations/all-migrations.ts';
import { openStore } from '#store/open-store.ts';
import { openDatabase } from '#store/sqlite/open-database.ts';
import { StoreRefused } from '#store/store-refused.ts';
import { freshDataDir, noon, raw } from './store-under-test.ts';

const steps = [1, 2, 3, 4, 5, 6].map((version) => ({
  version,
  name: `step ${version}`,
  statements: [`create table step_${version} (id integer primary key) strict`],
}));

test('a new database takes every step and needs no backup', (t) => {
  const { dataDir, db } = database(t);

  migrate(db, { dataDir, now, migrations: steps.slice(0, 2) });

  assert.deepEqual(versions(db), [1, 2]);
  assert.deepEqual(backups(dataDir), []);
});

test('a database that holds something is copied before a step is taken, for its owner alone', (t) => {
  const { dataDir, db } = database(t);
  migrate(db, { dataDir, now, migrations: steps.slice(0, 1) });
  db.exec('insert into step_1 (id) values (42)');

  migrate(db, { dataDir, now, migrations: steps.slice(0, 3) });

  assert.deepEqual(versions(db), [1, 2, 3]);
  assert.deepEqual(backups(dataDir), ['main.db.backup-v1']);
  const path = join(dataDir, 'main.db.backup-v1');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  using copy = new DatabaseSync(path, { readOnly: true });
  assert.equal(copy.prepare('select id from step_1').get()?.id, 42);
  assert.deepEqual(versions(copy), [1]);
});

test('the last three backups are kept', (t) => {
  const { dataDir, db } = database(t);

  for (const to of [1, 2, 3, 4, 5, 6]) migrate(db, { dataDir, now, migrations: steps.slice(0, to) });

  assert.deepEqual(backups(dataDir), ['main.db.backup-v3', 'main.db.backup-v4', 'main.db.backup-v5']);
});

test('a step that fails leaves the database as it was, and the steps before it taken', (t) => {
  const { dataDir, db } = database(t);
  const bad = { version: 2, name: 'bad', statements: ['create table fine (id integer) strict', 'create nonsense'] };

  assert.throws(() => migrate(db, { dataDir, now, migrations: [...steps.slice(0, 1), bad] }));

  assert.deepEqual(versions(db), [1]);
  assert.equal(db.prepare(`select 1 from sqlite_schema where name = 'fine'`).get(), undefined);
});

test('a database that a newer Fairlead wrote is refused with a sentence, untouched', async (t) => {
  const dataDir = freshDataDir(t);
  await (await openStore({ dataDir, now })).close();
  const next = allMigrations.length + 1;
  raw(dataDir, (db) => db.exec(`insert into migration (version, name, at, hash) values (${next}, 'x', 1, 'y')`));

  await assert.rejects(openStore({ dataDir, now }), (thrown) => {
    assert.ok(thrown instanceof StoreRefused);
    assert.match(thrown.sentence, new RegExp(`^The database has version ${next}, this Fairlead knows .*\\.$`));
    return true;
  });
  assert.deepEqual(backups(dataDir), []);
});

test('a step that was changed after it was taken is refused', (t) => {
  const { dataDir, db } = database(t);
  migrate(db, { dataDir, now, migrations: steps.slice(0, 1) });
  const edited = { ...steps[0], version: 1, name: 'step 1', statements: ['create table other (id integer) strict'] };

  assert.throws(() => migrate(db, { dataDir, now, migrations: [edited] }), StoreRefused);
});

test('steps are numbered without a gap, and every table is strict', async (t) => {
  const dataDir = freshDataDir(t);
  await (await openStore({ dataDir, now })).close();

  assert.deepEqual(
    allMigrations.map(({ version }) => version),
    allMigrations.map((_, index) => index + 1),
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

function database(t: TestContext) {
  const dataDir = freshDataDir(t);
  const db = openDatabase(dataDir);
  t.after(() => db.close());
  return { dataDir, db };
}

function versions(db: DatabaseSync): readonly unknown[] {
  return db
    .prepare('select version from migration order by version')
    .all()
    .map(({ version }) => version);
}

function backups(dataDir: string): readonly string[] {
  return readdirSync(dataDir)
    .filter((file) => file.includes('backup'))
    .sort();
}
