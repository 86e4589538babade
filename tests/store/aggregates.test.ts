// What is shown of all workspaces together: no bucket of fewer than five; and waits as they were measured.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { endpointDays } from '#keeper/commands/endpoint-latency.ts';
import { migrate } from '#store/migrate.ts';
import { makeStore, openEngine } from '#store/open-store.ts';
import { ask, call, generationOf } from '../journeys/caller.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a day of an endpoint that fewer than five workspaces used is hidden; remove one of five and it is', async (t) => {
  const opened = await openEngine({ dataDir: temporaryFolder((last) => t.after(last)) });
  t.after(() => opened.close());
  await migrate(opened.database, opened);
  const store = makeStore(opened);
  const now = store.now();
  const day = Math.floor(now / 86_400_000);
  const rows = ['a', 'b', 'c', 'd', 'e'].flatMap((workspace) => [
    { workspace, day, key: 'k', model: 'm', endpoint: 'm@wide', requests: 30, failed: 3 },
    ...(workspace === 'e'
      ? []
      : [{ workspace, day, key: 'k', model: 'm', endpoint: 'm@narrow', requests: 1_000, failed: 0 }]),
  ]);
  const columns = ['workspace', 'day', 'key', 'model', 'endpoint', 'requests', 'failed'];
  await opened.database.insert({ table: 'usage_day', columns }, rows);
  const shown = async () =>
    (await endpointDays({ store, now: () => now } as Parameters<typeof endpointDays>[0])).map(
      ({ endpoint, requests, failed }) => [endpoint, requests, failed],
    );

  assert.deepEqual(await shown(), [['m@wide', 150, 15]]);
  await opened.database.run("delete from usage_day where workspace = 'e'");
  assert.deepEqual(await shown(), []);
});

test('the waits that are shown of an endpoint are those of the usage log, with how many there were at least', async (t) => {
  const { url, key, dataDir, explain } = await runFairlead(t);
  const replies = await Promise.all(
    Array.from({ length: 12 }, () => call({ url, key, body: ask('sandbox/echo', { stream: true }) })),
  );
  for (const reply of replies) await explain(generationOf(reply));

  const page = JSON.parse((await call({ url, path: '/endpoints.json', method: 'GET' })).body.toString()) as {
    models: readonly {
      endpoints: readonly {
        id: string;
        latency: { first_content_ms: Record<string, number>; samples_at_least: number; window_hours: number } | null;
      }[];
    }[];
  };
  const shown = page.models.flatMap(({ endpoints }) => endpoints);
  const echo = shown.find(({ id }) => id === 'sandbox/echo@sandbox')?.latency;

  const database = new DatabaseSync(join(dataDir, 'main.db'), { readOnly: true });
  t.after(() => database.close());
  const raw = database
    .prepare(
      "select first_content_ms as ms from generation where endpoint = 'sandbox/echo@sandbox' and first_content_ms is not null order by ms",
    )
    .all()
    .map(({ ms }) => Number(ms));
  assert.equal(raw.length, 12);
  assert.deepEqual(echo?.first_content_ms, { p50: raw[5], p90: raw[10], p99: raw[11] });
  assert.deepEqual([echo?.samples_at_least, echo?.window_hours], [10, 24]);
  assert.equal(shown.find(({ id }) => id === 'sandbox/story@sandbox')?.latency, null, 'too few to say');
});
