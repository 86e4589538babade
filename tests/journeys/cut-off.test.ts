// A replica that is cut off from the store: it serves whom it knows for a while, and never longer than its operator allows.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshFolder, startFairlead } from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { ask, call } from './caller.ts';

const skip = postgresPrograms() === undefined ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
if (skip && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Cluster | undefined;
after(async () => await cluster?.remove());

const staleMs = 4_000;
const socketName = '.s.PGSQL.5432';

/** A way to the database that can be cut. */
async function cuttable(t: TestContext, url: string) {
  const folder = mkdtempSync(join(tmpdir(), 'cut-'));
  const target = new URL(url.replace('postgres:', 'http:'));
  const host = target.searchParams.get('host') ?? decodeURIComponent(target.hostname);
  const ends = new Set<Socket>();
  const state = { isCut: false };
  const server = createServer((near) => {
    if (state.isCut) return void near.destroy();
    const far = connect(join(host, socketName));
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, socketName), resolve));
  t.after(() => {
    for (const end of ends) end.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: url.replaceAll(host, folder).replaceAll(encodeURIComponent(host), encodeURIComponent(folder)),
    cut() {
      state.isCut = true;
      for (const end of ends) end.destroy();
    },
  };
}

test('a key that was revoked while a replica is cut off is served there no longer than it may be stale', {
  skip,
}, async (t) => {
  cluster = await startCluster();
  const url = await cluster.createDatabase();
  const way = await cuttable(t, url);
  const pepper = { FAIRLEAD_PEPPER: '0123456789abcdef'.repeat(4) };
  const start = async (name: string, database: string) => {
    const dataDir = join(freshFolder(t), name, 'data');
    const config = `limits: { stale_ms_max: ${staleMs} }`;
    const started = await startFairlead({ dataDir, config, env: { ...pepper, DATABASE_URL: database } });
    t.after(() => started.kill9());
    return started;
  };
  const near = await start('near', url);
  const far = await start('far', way.url);
  const { key } = near;
  const askFar = async () => (await call({ url: far.url, key, body: ask('sandbox/echo', { max_tokens: 5 }) })).status;
  assert.equal(await askFar(), 200);

  way.cut();
  const cutAt = performance.now();
  const during = await askFar();
  const [row] = await near.cli<readonly { id: string }[]>('key', 'list');
  await near.cli('key', 'disable', row?.id ?? '');
  const served: number[] = [];
  const late: number[] = [];
  while (performance.now() - cutAt < staleMs + 3_000) {
    const askedAt = performance.now() - cutAt;
    const status = await askFar();
    // What the store said last may have been under way when it was cut.
    if (askedAt > staleMs + 1_200) late.push(status);
    else served.push(status);
    await sleep(200);
  }

  assert.equal(during, 200);
  assert.ok(late.length > 0);
  assert.deepEqual([...new Set(late)], [503]);
  assert.ok(!served.includes(401), 'what cannot be known is no wrong key');
});
