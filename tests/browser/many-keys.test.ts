// Ten thousand keys in one workspace: the page and what it asks stay quick, on both engines.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setUp } from '../journeys/browser.ts';
import { call } from '../journeys/caller.ts';
import { type RunningFairlead, runFairlead } from '../journeys/running-fairlead.ts';
import { postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { judgeEverywhere, openChromium, Visitor } from './chromium.ts';

const keys = 10_000;
const rounds = 7;
const usableMsMax = 300;

const made = (series: string) => `insert into key (id, workspace, name, hash, hint, reset, created_at, role, tags)
  select 'key_made' || n, (select workspace from key limit 1), 'key number ' || n, 'made' || n, 'm' || n, 'never', n, 'inference',
    case when n % 100 = 0 then 'lamp' else '' end
  from (${series}) as numbers`;
const ownSeries = `with recursive each (n) as (select 1 union all select n + 1 from each where n < ${keys}) select n from each`;

function fillSqlite({ dataDir }: RunningFairlead): void {
  using db = new DatabaseSync(join(dataDir, 'main.db'), { timeout: 5_000 });
  db.exec(made(ownSeries));
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    took.push(performance.now() - began);
  }
  return median(took);
}

/** What each question about keys takes, by a management key. */
async function timesOf({ url, ask }: RunningFairlead): Promise<ReadonlyMap<string, number>> {
  const { key: manager } = await ask<{ key: string }>('key-create', { name: 'boss', role: 'management' });
  const get = async (path: string) => {
    const reply = await call({ url, key: manager, path, method: 'GET' });
    assert.equal(reply.status, 200, reply.body.toString());
    return JSON.parse(reply.body.toString());
  };
  const last = await get(`/api/v1/keys?offset=${keys - 50}`);
  assert.ok(last.total_count > keys && last.data.length >= 50, 'all of them are there');
  const paths = [
    ...[
      '/api/v1/keys',
      `/api/v1/keys?offset=${keys - 50}`,
      '/api/v1/keys?search=number+9999',
      '/api/v1/keys?search=lamp',
    ],
    ...[`/api/v1/keys/${last.data[3].hash}`, '/api/v1/generations', '/api/v1/usage?by=key'],
  ];
  const times = new Map<string, number>();
  for (const path of paths) times.set(path.replace(/[0-9a-f]{64}/, ':hash'), await timed(() => get(path)));
  return times;
}

function judge(engine: string, times: ReadonlyMap<string, number>, say: (line: string) => void): void {
  for (const [path, ms] of times) say(`${engine}: ${path} ${ms.toFixed(0)} ms`);
  for (const [path, ms] of times) assert.ok(ms <= usableMsMax, `${engine}: ${path} takes ${ms.toFixed(0)} ms`);
}

const fairlead = await runFairlead({ after });
fillSqlite(fairlead);

test('questions about ten thousand keys are answered within 300 ms on SQLite', async (context) => {
  judge('SQLite', await timesOf(fairlead), (line) => context.diagnostic(line));
});

test('questions about ten thousand keys are answered within 300 ms on PostgreSQL', async (context) => {
  if (!postgresPrograms()) return context.skip('PostgreSQL is not installed');
  const cluster = await startCluster();
  after(() => cluster.remove());
  const database = await cluster.createDatabase();
  const other = await runFairlead(context, { env: { DATABASE_URL: database } });
  const series = `select n from generate_series(1, ${keys}) as n`;
  cluster.sql(`set search_path to fairlead; ${made(series)}`, new URL(database).pathname.slice(1));
  judge('PostgreSQL', await timesOf(other), (line) => context.diagnostic(line));
});

test('the page shows fifty, finds one among all, and turns to the next, each within 300 ms', async (context) => {
  const operator = await setUp(fairlead);
  const visitor = await Visitor.arrive(await openChromium({ after }), fairlead);
  const { page } = visitor;
  await page.context().addCookies(
    operator.cookies.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: fairlead.url };
    }),
  );
  await visitor.go('/console/keys');
  await visitor.shows('1 to 50 of 10,00');
  assert.equal(await page.locator('tbody tr').count(), 50);

  const turned: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now();
    await visitor.press('Later keys');
    await visitor.shows(`${round * 50 + 1} to ${round * 50 + 50} of`);
    turned.push(performance.now() - began);
  }
  const searched: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now();
    await visitor.fill('Search keys', `number 777${round}`);
    await page.getByRole('rowheader', { name: `key number 777${round}` }).waitFor();
    searched.push(performance.now() - began);
  }
  assert.equal(await page.locator('tbody tr').count(), 1);
  await visitor.fill('Search keys', 'no such key');
  await visitor.shows('No key has "no such key"');
  await judgeEverywhere(visitor, 'keys, searched');
  context.diagnostic(`turn ${median(turned).toFixed(0)} ms, search ${median(searched).toFixed(0)} ms`);
  assert.ok(median(turned) <= usableMsMax, `turning takes ${median(turned)} ms`);
  assert.ok(median(searched) <= usableMsMax, `searching takes ${median(searched)} ms`);
  assert.deepEqual(visitor.complaints, []);
});
