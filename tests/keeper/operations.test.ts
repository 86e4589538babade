// What the keeper says of batches: none is given back by the clock alone, prices stay those of the hold, nothing is dropped unseen.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { CommandContext } from '#keeper/commands/command.ts';
import { runCommand } from '#keeper/commands/table.ts';
import { openKeeper } from '#keeper/open-keeper.ts';
import { endRecord } from './end-record.ts';
import { catalogue, freshDataDir } from './keeper-under-test.ts';

type Due = readonly { readonly id: string; readonly object: string | null; readonly overdueMs: number }[];
const dayMs = 86_400_000;

async function withOperation(t: TestContext) {
  const clock = { now: Date.now() };
  const opened = await openKeeper({ dataDir: freshDataDir(t), keyPrefix: 'sk-fl-', catalogue });
  t.after(() => opened.store.close());
  const context: CommandContext = {
    ...opened,
    ...{ now: () => clock.now, randomBytes, heldOf: () => 0n, snapshot: opened.makeSnapshot },
  };
  const run = <Value>(name: string, args: unknown = {}) => runCommand(context, name, args) as Promise<Value>;
  const { id: workspace } = await run<{ id: string }>('workspace-create', { name: 'w', credit_usd: '1.00' });
  const [priced] = (await opened.makeSnapshot()).models.flatMap(({ endpoints }) => endpoints);
  assert.ok(priced);
  await run('operation-open', {
    ...{ id: 'op-1', workspace, key: 'key_1', upstream: 'sandbox', amount: '600', items: 2, uses: [] },
    ...{ endpoint: priced.id, price_version: priced.priceVersion, name_within_ms: 1_000 },
  });
  return { run, clock, workspace };
}

test('what is long past its time is still asked for, named or not: its results may wait to be paid for', async (t) => {
  const { run, clock } = await withOperation(t);
  assert.deepEqual(await run<Due>('operation-due'), []);

  clock.now += 2 * dayMs;
  const nameless = await run<Due>('operation-due');
  await run('operation-name', { id: 'op-1', object: 'batch_1' });
  const named = await run<Due>('operation-due');

  assert.deepEqual(
    [...nameless, ...named].map(({ id, object, overdueMs }) => [id, object, overdueMs > 0]),
    [
      ['op-1', null, true],
      ['op-1', 'batch_1', true],
    ],
  );
  const accounts = await run<readonly { id: string; balance: string }[]>('ledger-accounts', { kind: 'hold' });
  assert.equal(accounts.find(({ id }) => id === 'hold:op-1')?.balance, '0.000000600');
});

test('it is told with the price that was in force when it was set aside, and found by its name', async (t) => {
  const { run, workspace } = await withOperation(t);
  await run('operation-name', { id: 'op-1', object: 'batch_1' });

  const find = (args: object) => run<{ operation: { price: unknown } | null }>('operation-find', args);

  assert.deepEqual((await find({ workspace, object: 'batch_1' })).operation?.price, {
    rates: { input: '250000', output: '2000000' },
    tiers: [],
  });
  assert.equal((await find({ workspace: 'ws_other', object: 'batch_1' })).operation, null);
});

test('a record that is none is told, and not dropped in silence', async (t) => {
  const { run, workspace } = await withOperation(t);
  const item = endRecord({ generation: 'gen-a', workspace, key: 'key_1', lease: 'none', charge: '100' });
  const good = { ...item, uses: [], hold: '0' };

  const answer = await run('operation-post', { id: 'op-1', records: [good, { ...good, charge: '-1' }, {}] });

  assert.deepEqual(answer, { posted: 1, overrun: '0', broken: 2 });
});
