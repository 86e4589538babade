// RET-90 as an operator would see it: the same data directory, started again with the calendar turned on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from '../support/run-result.ts';
import { ask, call, generationOf } from './caller.ts';
import { eventually, runFairlead, runInFolder } from './running-fairlead.ts';

const hook = pathToFileURL(join(repository, 'tests/support/shifted-clock.ts')).href;

test('a generation is there after 90 days, gone from every address and from the file after 91; its money stays', async () => {
  const first = await runFairlead({ after }, {});
  const reply = await call({ url: first.url, key: first.key, body: ask('sandbox/echo') });
  const generation = generationOf(reply);
  const { charge_usd: charge } = await first.explain(generation);
  await first.settledWallet();
  await first.stop();
  const file = () => readFileSync(join(first.dataDir, 'main.db'), 'latin1');
  assert.ok(file().includes('"verdict":"answered"'));

  const later = async (days: number) => {
    const env = { NODE_OPTIONS: `--import=${hook}`, FAIRLEAD_TEST_SHIFT_DAYS: String(days) };
    return await runInFolder({ after }, first.folder, { env });
  };
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
  assert.ok(!file().includes('"verdict":"answered"'), 'what was deleted is written over');
});
