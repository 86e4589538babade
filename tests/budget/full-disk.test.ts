// A disk that is full: what needs it is refused with a 503, what does not goes on, nothing that was answered is lost, and when
// there is room again all is well without a new start.
import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smallDisk } from '../journal/faulty-disk.ts';
import { ask, call, errorOf, generationOf, openCall, type Reply } from '../journeys/caller.ts';
import { eventually, runInFolder } from '../journeys/running-fairlead.ts';

/** `npm test` takes two rounds of what is here, and has no half a minute to spare. */
const isSample = Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5) < 5;
const megabytes = 160;

test('a full disk stops what needs it, and nothing else; with room again all goes on', {
  skip: isSample && 'from five rounds on',
  timeout: 180_000,
}, async (t) => {
  const folder = smallDisk(t, megabytes);
  if (!folder) return t.skip('needs the right to mount a file system');
  const fairlead = await runInFolder(t, folder, {});
  const { url, key, pid } = fairlead;
  const cold = await fairlead.ask<{ key: string }>('key-create', { limit_usd: '0.50' });
  const answered: Reply[] = [];
  const one = async (secret: string) => {
    const reply = await call({ url, key: secret, body: ask('sandbox/echo', { max_tokens: 20 }) });
    if (reply.status === 200) answered.push(reply);
    return reply;
  };
  assert.equal((await one(key)).status, 200);
  const stream = openCall({ url, key, body: ask('sandbox/slow', { stream: true, max_tokens: 30 }) });
  await stream.began;

  const filler = join(folder, 'filler');
  fill(filler);
  const refused = await one(cold.key);
  const meanwhile: Reply[] = [];
  for (let each = 0; each < 20; each += 1) meanwhile.push(await one(key));
  const models = await call({ url, key, method: 'GET', path: '/v1/models' });
  const health = await call({ url, method: 'GET', path: '/healthz' });
  const streamed = await stream.reply;

  assert.deepEqual([refused.status, errorOf(refused).code], [503, 'not_ready'], refused.body.toString());
  assert.match(String(refused.headers['retry-after'] ?? ''), /^\d*$/);
  for (const { status } of meanwhile) assert.ok(status === 200 || status === 503, String(status));
  assert.deepEqual([models.status, health.status], [200, 200]);
  assert.deepEqual([streamed.status, streamed.isWhole], [200, true]);

  rmSync(filler);
  await eventually(async () => assert.equal((await one(cold.key)).status, 200), 20_000);
  await eventually(async () => assert.equal((await one(key)).status, 200), 20_000);
  const wallet = await fairlead.settledWallet();
  let charged = 0n;
  for (const reply of [...answered, streamed]) {
    const { charge_usd, end_reason } = await fairlead.explain(generationOf(reply));
    assert.match(end_reason, /completed|length/);
    charged += BigInt(charge_usd.replace('.', ''));
  }
  assert.equal(wallet.spent, charged);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.doesNotThrow(() => process.kill(pid, 0));
  process.stdout.write(
    `${answered.length} answered, ${meanwhile.filter(({ status }) => status === 503).length} of 20 refused meanwhile\n`,
  );
});

/** Takes every block there is. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  try {
    for (;;) writeSync(file, block);
  } catch {
    // ENOSPC: that was the last one. The rest of a block may be free: it is taken in single pages.
    try {
      for (;;) writeSync(file, block, 0, 4_096);
    } catch {
      // Now there is nothing left.
    }
  } finally {
    closeSync(file);
  }
}
