// Who was taken for gone is granted nothing any more: it ends by itself, and whoever watches over it starts another.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type FairleadProcess, freshFolder, startFairlead } from '../support/fairlead-process.ts';
import { ask, call } from './caller.ts';
import { eventually } from './running-fairlead.ts';

type Instance = { readonly id: string; readonly state: string };

/** As a keeper of another tree does it with one that did not renew in time. */
function fence(dataDir: string, instance: string): void {
  using store = new DatabaseSync(join(dataDir, 'main.db'), { timeout: 5_000 });
  store.exec(`update instance set state = 'fenced', alive_until = 0 where id = '${instance}'`);
}

/** Each asks for more than the one before: sooner or later each process wants more of the wallet. */
async function wantMore({ url, key }: FairleadProcess, outputs: number): Promise<number> {
  const reply = await call({
    ...{ url, key, body: ask('sandbox/echo', { max_tokens: outputs }) },
    headers: { connection: 'close' },
  });
  return reply.status;
}

test('a fenced gateway drains and ends with 1; the next start is a new instance', async (t) => {
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const config = 'deadlines: { drain_accept_ms: 50, drain_ms: 3000 }';
  const fairlead = await startFairlead({ dataDir, config });
  assert.equal(await wantMore(fairlead, 10), 200);
  const [own] = await fairlead.cli<readonly Instance[]>('instance', 'list');
  assert.ok(own);

  fence(dataDir, own.id);
  const refused = await wantMore(fairlead, 100_000);
  await eventually(async () => assert.equal(await wantMore(fairlead, 10), 0), 15_000);

  assert.equal(refused, 503);
  // It has ended by itself: the signal reaches nobody.
  assert.equal(await fairlead.stop(), 1);
  assert.match(fairlead.stderr(), /"gateway-fenced"/);
  const again = await startFairlead({ dataDir, config });
  t.after(() => again.kill9());
  assert.equal(await wantMore({ ...again, key: fairlead.key }, 10), 200);
  const after = await again.cli<readonly Instance[]>('instance', 'list');
  assert.deepEqual([after.length, after[0]?.id === own.id], [1, false]);
  assert.equal((await again.cli<{ ok: boolean }>('ledger', 'check')).ok, true);
});

test('a fenced worker is replaced, and the others go on', async (t) => {
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const config = 'deadlines: { drain_accept_ms: 50, drain_ms: 3000 }';
  const fairlead = await startFairlead({ dataDir, config, args: ['--workers', '2'] });
  t.after(() => fairlead.kill9());
  const worker = /"worker-started","instance":"(g_[0-9a-f]+)"/.exec(fairlead.stderr())?.[1];
  assert.ok(worker);

  fence(dataDir, worker);
  let outputs = 10;
  await eventually(async () => {
    outputs += 500;
    await wantMore(fairlead, outputs);
    assert.match(fairlead.stderr(), /"gateway-fenced"/);
  }, 15_000);

  await eventually(async () => {
    const ids = (await fairlead.cli<readonly Instance[]>('instance', 'list')).map(({ id }) => id);
    assert.ok(ids.length === 2 && !ids.includes(worker), ids.join(' '));
  }, 15_000);
  assert.equal(await wantMore(fairlead, 10), 200);
  assert.equal((await fairlead.cli<{ ok: boolean }>('ledger', 'check')).ok, true);
});
