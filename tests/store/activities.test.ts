// Everything that is processed is processed for something: stages, jobs, parts of the store, every statement.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { activityNames, jobActivities, stageActivities } from '#core/privacy/activities.ts';
import { inventory } from '#core/privacy/inventory.ts';
import { processingRegister } from '#core/privacy/processing-register.ts';
import { forActivity } from '#store/for-activity.ts';
import { migrate } from '#store/migrate.ts';
import { makeStore, openEngine } from '#store/open-store.ts';
import type { Database, Sql } from '#store/sql/sql.ts';
import { repository } from '../support/run-result.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the register names every stage of a request, every job and every place where something is kept', () => {
  const map = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8');
  const stages = Array.from(map.matchAll(/^\| \d \| (\w+) \|/gm), ([, name = '']) => name);
  assert.deepEqual(Object.keys(stageActivities), stages);
  const sum = (of: (record: (typeof processingRegister)[number]) => number) =>
    processingRegister.reduce((all, record) => all + of(record), 0);
  assert.equal(
    sum(({ stages: each }) => each.length),
    stages.length,
  );
  assert.equal(
    sum(({ jobs }) => jobs.length),
    Object.keys(jobActivities).length,
  );
  assert.equal(
    sum(({ places }) => places),
    inventory.length,
    'no place is kept for an activity that is not in the register',
  );
  for (const { activity, purpose, basis } of processingRegister) assert.ok(purpose && basis, activity);
});

/** The same database, and what it was asked. */
function recorded(database: Database, asked: string[]): Database {
  const note = (statement: string): string => {
    asked.push(statement);
    return statement;
  };
  const over = (sql: Sql): Sql => ({
    ...sql,
    all: (statement, values) => sql.all(note(statement), values),
    one: (statement, values) => sql.one(note(statement), values),
    run: (statement, values) => sql.run(note(statement), values),
    insert: (into, rows) => sql.insert(into, rows),
    hintChange: () => sql.hintChange(),
  });
  return {
    ...over(database),
    transaction: (work) => database.transaction((sql) => work(over(sql))),
    snapshot: (work) => database.snapshot((sql) => work(over(sql))),
    close: () => database.close(),
  };
}

test('every statement of the store says what it is for', async (t) => {
  const opened = await openEngine({ dataDir: temporaryFolder((last) => t.after(last)) });
  t.after(() => opened.close());
  await migrate(opened.database, opened);
  const asked: string[] = [];
  const store = makeStore({ ...opened, database: recorded(opened.database, asked) });

  const now = store.now();
  await store.accounts.workspaces();
  await store.accounts.keys();
  await store.trust.entries(0, 10);
  await store.catalogue.markupRules();
  await store.hints.since(0);
  await store.jobs.lead('tidy', 'me', now + 1, now);
  await store.changes.head();
  await store.accounts.setting('x');
  await store.trust.head();

  assert.ok(asked.length >= 8, `${asked.length} statements`);
  const pattern = new RegExp(`^/\\* (?:${activityNames.join('|')}) \\*/ `);
  assert.deepEqual(
    asked.filter((statement) => !pattern.test(statement)),
    [],
  );
});

test('what is for learning reads nothing about a workspace, a key or a person', async (t) => {
  const opened = await openEngine({ dataDir: temporaryFolder((last) => t.after(last)) });
  t.after(() => opened.close());
  await migrate(opened.database, opened);
  const learning = forActivity(opened.database, 'improve');

  await learning.all('select * from endpoint_hint');
  for (const table of ['key', 'workspace', 'generation', 'settlement', 'usage_hour', 'own_key']) {
    assert.throws(() => learning.all(`select count(*) from "${table}"`), /learning may not/, table);
  }
  assert.throws(() => learning.insert({ table: 'key', columns: ['id'] }, [{ id: 'x' }]), /learning may not/);
});
