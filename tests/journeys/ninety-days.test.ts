// RET-90 as an operator would see it: the same data directory, started again with the calendar turned on.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { hasFaketime } from '../support/calendar.ts';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { ask, call, generationOf } from './caller.ts';
import { engines, type Keeping, keepingOf, withoutPostgres } from './either-engine.ts';
import { eventually, type RunningFairlead, runFairlead, runInFolder } from './running-fairlead.ts';

/** A word that the usage log alone has. */
const mark = '"verdict":"answered"';

for (const engine of engines) {
  test(
    `a generation is there after 90 days, gone from every address and place after 91; its money stays; on ${engine}`,
    {
      skip: engine === 'postgres' && withoutPostgres,
    },
    async () => await goesOnDay91(await keepingOf(engine)),
  );
}

async function goesOnDay91(keeping: Keeping): Promise<void> {
  const first = await runFairlead({ after }, { env: keeping.env });
  const generation = await oneGeneration(first);
  const { charge_usd: charge } = await first.explain(generation);
  await first.settledWallet();
  await first.stop();
  const places = () => keeping.placesWith(first.dataDir, mark).length;
  assert.ok(places() > 0);

  const later = async (days: number) => await runInFolder({ after }, first.folder, { env: await keeping.turnTo(days) });
  const on90 = await later(90);
  assert.equal((await on90.explain(generation)).charge_usd, charge);
  await on90.stop();

  const on91 = await later(91);
  await eventually(async () => {
    const { runs } = await on91.ask<{ runs: { subject: string; rows: number }[] }>('retention');
    assert.deepEqual(
      runs.map(({ subject, rows }) => [subject, rows]),
      [
        ['generation', 1],
        ['receipt_batch', 1],
        ['usage_hour', 1],
      ],
    );
  });
  const get = (path: string) => call({ url: on91.url, key: first.key, path, method: 'GET' });
  assert.equal((await get(`/api/v1/generation?id=${generation}`)).status, 404);
  assert.equal((await get(`/api/v1/receipts/${generation.replace('gen', 'rcp')}`)).status, 404);
  await assert.rejects(on91.ask('explain', { generation }));
  assert.equal((await on91.ask<{ ok: boolean }>('ledger-check')).ok, true);
  const { spent } = await on91.wallet();
  assert.ok(spent > 0n, 'what was paid is still in the books');
  await on91.stop();
  assert.equal(places(), 0, 'what was deleted is written over');
}

test("`faketime '+91 days' npm start` on the same data directory: what was used is gone", {
  skip: !hasFaketime && 'apt-get install faketime',
}, async () => {
  const first = await runFairlead({ after }, {});
  const generation = await oneGeneration(first);
  await first.explain(generation);
  await first.stop();

  const npm = spawn('faketime', ['+91 days', 'npm', 'start'], {
    cwd: repository,
    env: { ...cleanEnvironment(), PORT: '0', FAIRLEAD_DATA: first.dataDir, TMPDIR: first.folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const end = () => npm.exitCode === null && npm.pid !== undefined && process.kill(-npm.pid, 'SIGTERM');
  after(end);
  const url = await announced(npm);
  const get = (path: string) => call({ url, key: first.key, path, method: 'GET' });
  await eventually(async () => assert.equal((await get('/readyz')).status, 200), 20_000);

  await eventually(async () => assert.equal((await get(`/api/v1/generation?id=${generation}`)).status, 404), 20_000);
  const balance = JSON.parse((await get('/api/v1/credits')).body.toString()) as { data: { total_usage: number } };
  assert.ok(balance.data.total_usage > 0, 'what was paid is still in the books');
  end();
  await once(npm, 'close');
});

async function oneGeneration({ url, key }: RunningFairlead): Promise<string> {
  return generationOf(await call({ url, key, body: ask('sandbox/echo') }));
}

/** The address on its first line. */
async function announced({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const piece of stdout ?? []) {
    said += String(piece);
    const url = /Fairlead (http:\S+)\n/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`it ended with: ${said}`);
}
