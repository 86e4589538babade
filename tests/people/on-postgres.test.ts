// People on PostgreSQL: the schema `people` of the same database, through the whole of a running Fairlead.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { ada, Browser, setUp } from '../journeys/browser.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { postgresPrograms, startCluster } from '../support/postgres-cluster.ts';

const isMissing = postgresPrograms() === undefined;
if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');

test('an account, a session and the log of changes on PostgreSQL, with nothing of a name in the database', {
  skip: isMissing ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false,
}, async (t) => {
  const cluster = await startCluster();
  t.after(() => cluster.remove());
  const databaseUrl = await cluster.createDatabase();
  const fairlead = await runFairlead(t, { env: { DATABASE_URL: databaseUrl } });

  const browser = await setUp(fairlead);
  const made = await browser.post('/api/v1/keys', { name: 'on postgres' });
  const again = new Browser(fairlead.url);
  const entered = await again.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });

  assert.deepEqual([made.status, entered.status], [201, 200]);
  const { person } = (await again.visit('/api/v1/me')).json<{ person: { name: string; email: string } }>();
  assert.deepEqual([person.name, person.email], [ada.name, ada.email]);
  assert.match((await again.visit('/api/v1/audit')).text, /"action":"key-create"/);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    'select p::text as line from people.person p union all select s::text from people.session s',
  );
  await client.end();
  assert.ok(rows.length >= 3);
  for (const { line } of rows as { line: string }[]) assert.doesNotMatch(line, /harbour/i);
});
