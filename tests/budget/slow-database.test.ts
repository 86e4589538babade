// A database that takes two seconds for whatever it is asked: who is known goes on from its leases, who is not is told to come
// again, what runs ends well, and afterwards the books are right.
import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask, call, errorOf, openCall } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { postgresPrograms, startCluster } from '../support/postgres-cluster.ts';

const slowMs = 2_000;
/** As many as a first lease has ahead: eight times what the first request needed. */
const warmOnes = 4;
/** `npm test` takes two rounds of what is here, and has no half a minute to spare. */
const isSample = Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5) < 5;
const isMissing = postgresPrograms() === undefined;
const skip = isSample ? 'from five rounds on' : isMissing && 'NOT TESTED ON POSTGRESQL: apt-get install postgresql';
if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');

test('while every question to the database takes two seconds, leases serve and nothing drifts', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const cluster = await startCluster();
  t.after(() => cluster.remove());
  const wire = await slowWire(t, await cluster.createDatabase());
  const env = { DATABASE_URL: wire.url, FAIRLEAD_PEPPER: 'ab'.repeat(32) };
  const fairlead = await runFairlead(t, { env });
  const { url, key } = fairlead;
  const one = (secret: string) => call({ url, key: secret, body: ask('sandbox/echo', { max_tokens: 20 }) });
  const cold = await fairlead.ask<{ key: string }>('key-create', {});
  assert.equal((await one(key)).status, 200);
  const stream = openCall({ url, key, body: ask('sandbox/slow', { stream: true, max_tokens: 30 }) });
  await stream.began;

  wire.delay(slowMs);
  const warm = await Promise.all(Array.from({ length: warmOnes }, () => one(key)));
  const unknown = await one(cold.key);
  const streamed = await stream.reply;
  const models = await call({ url, key, method: 'GET', path: '/v1/models' });
  wire.delay(0);

  assert.deepEqual([...new Set(warm.map(({ status }) => status))], [200]);
  assert.deepEqual([unknown.status, errorOf(unknown).code], [503, 'not_ready'], unknown.body.toString());
  assert.deepEqual([streamed.status, streamed.isWhole, models.status], [200, true, 200]);
  await eventually(async () => assert.equal((await one(cold.key)).status, 200), 30_000);
  await eventually(async () => {
    const check = await fairlead.ask<{ ok: boolean; generations: number }>('ledger-check');
    assert.deepEqual([check.ok, check.generations], [true, 3 + warmOnes]);
  }, 30_000);
});

/** Passes a database's connections on, and each piece that goes there so much later. */
async function slowWire(t: TestContext, url: string) {
  const folder = new URL(url).searchParams.get('host') ?? '';
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const server = createServer((client) => {
    const database = connect(join(folder, '.s.PGSQL.5432'));
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    // In order, also when the delay ends.
    let before: Promise<unknown> = Promise.resolve();
    client.on('data', (bytes) => {
      const waited =
        delayMs === 0 ? before : Promise.all([before, new Promise((resolve) => setTimeout(resolve, delayMs))]);
      before = waited.then(() => database.write(bytes));
    });
    database.on('data', (bytes) => client.write(bytes));
    database.on('close', () => client.destroy());
    client.on('close', () => database.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `postgres://postgres@127.0.0.1:${port}${new URL(url).pathname}`,
    delay(ms: number) {
      delayMs = ms;
    },
  };
}
