import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import test from 'node:test';
import type { EndRecord, JournalRecord } from '#core/journal/record.ts';
import { inventory } from '#core/privacy/inventory.ts';
import { subjectWays } from '#store/rights/subject-ways.ts';
import { begun, ended, newKey, onBoth, storeWith } from './store-under-test.ts';

const columnsOf = {
  sqlite: `select tables.name as owner, columns.name as name
    from sqlite_schema as tables join pragma_table_info(tables.name) as columns
    where tables.type = 'table' and tables.name not like 'sqlite_%'`,
  postgres: `select table_name as owner, column_name as name from information_schema.columns
    where table_schema = 'fairlead'`,
};

onBoth('every column of the database is classified, and nothing is that is no column', async (t, engine) => {
  const { behind } = await storeWith(t, 0n);

  const columns = (await behind.rows(columnsOf[engine])).map(({ owner, name }) => `${owner}.${name}`);

  assert.deepEqual(classified('column'), columns.sort());
});

test('every field of a journal record is classified, and nothing is that is no field', () => {
  const owed = { cost: '1', payee: 'provider:a' };
  const whole: EndRecord = {
    ...ended({ workspace: 'ws' }, 'l'),
    ...owed,
    losses: [{ account: 'loss:late', amount: '1' }],
  };
  const planned = { endpoint: 'm@a', why: 'ranked' };
  const media = { audioInput: 1, audioOutput: 1, audioSeconds: 1, images: 1 };
  const records: readonly JournalRecord[] = [
    begun({ workspace: 'ws' }, 'l'),
    { kind: 'progress', generation: 'gen-1', estimate: '1', hold: '2' },
    {
      ...whole,
      plan: [{ ...planned, by: 'order', ownKey: 'own_1' }],
      attempts: whole.attempts.map((attempt) => ({ ...attempt, ownKey: 'own_1' })),
      ownKey: { id: 'own_1', upstreamCost: '1' },
      usage: { ...whole.usage, ...media },
      trimmed: true,
    },
  ];

  const fields = records.flatMap((record) => fieldsOf(record).map((field) => `${record.kind}.${field}`));

  assert.deepEqual(classified('journal'), [...new Set(fields)].sort());
});

test('every file that the store makes is classified', async (t) => {
  const { store, dataDir, workspace } = await storeWith(t, 0n);
  await store.accounts.createKey(newKey(workspace));
  mkdirSync(join(dataDir, 'secrets'));
  writeFileSync(join(dataDir, 'secrets/pepper'), '');
  const patterns = inventory.filter(({ place }) => place === 'file').map(({ name }) => name);

  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataDir.length + 1));

  assert.ok(files.includes('main.db-wal'));
  assert.deepEqual(
    files.filter((file) => !patterns.some((pattern) => matchesGlob(file, pattern))),
    [],
  );
});

test('each table of which somebody gets something says whose its rows are: src/store/rights/subject-ways.ts', () => {
  const tables = inventory.filter(({ place, exportable }) => place === 'column' && exportable).map(({ of }) => of);

  assert.deepEqual(Object.keys(subjectWays).sort(), [...new Set(tables)].sort());
});

test('books are never erased, and what is erased is about somebody', () => {
  for (const row of inventory) {
    const where = `${row.of}.${row.name}`;
    if (row.retention === 'books') assert.equal(row.erasable, false, where);
    if (row.erasable) assert.notEqual(row.subject, 'none', where);
    if (row.category === 'credential') assert.equal(row.exportable, false, where);
  }
});

function classified(place: 'column' | 'journal'): readonly string[] {
  return inventory
    .filter((row) => row.place === place)
    .map(({ of, name }) => `${of}.${name}`)
    .sort();
}

/** `usage.input`, `uses[].lease`, `splices[]`. */
function fieldsOf(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    if (Array.isArray(field)) {
      assert.ok(field.length > 0, `the sample has nothing in ${name}`);
      const [first]: readonly unknown[] = field;
      return isObject(first) ? fieldsOf(first).map((inner) => `${name}[].${inner}`) : [`${name}[]`];
    }
    return isObject(field) ? fieldsOf(field).map((inner) => `${name}.${inner}`) : [name];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
