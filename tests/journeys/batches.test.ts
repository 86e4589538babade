// Batches, where they are switched on: held for before they begin, settled item by item when they are done, and the rest comes back.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { formType, toForm } from '../support/form.ts';
import { call } from './caller.ts';
import { eventually, type RunningFairlead, runInFolder, toNano } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const folder = mkdtempSync(join(tmpdir(), 'fl-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const config = `
deadlines: { probe_ms: 200 }
upstreams:
  acme:
    base_url: ${simulator.url}
    data: { trains: false }
    seller: acme
    api_key: a
    models: { sandbox/echo: { as: own/echo, price: { input: 1, output: 1, service_tiers: { batch: 0.5 } } } }
`;
let fairlead = await runInFolder({ after }, folder, { config });

const line = (text: string, more: object = {}) =>
  JSON.stringify({
    ...{ custom_id: text, method: 'POST', url: '/v1/chat/completions' },
    body: { model: 'sandbox/echo', messages: [{ role: 'user', content: text }], max_tokens: 100, ...more },
  });

async function at(method: string, path: string, key: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await call({ url: fairlead.url, key, method, path, body, headers });
  return { status: reply.status, text: reply.body.toString() };
}

async function batchOf(key: string, lines: readonly string[]) {
  const form = toForm([
    ['purpose', 'batch'],
    ['file', lines.join('\n'), 'a.jsonl'],
  ]);
  const left = await at('POST', '/v1/files', key, form, { 'content-type': formType });
  assert.equal(left.status, 200, left.text);
  const body = { input_file_id: JSON.parse(left.text).id, endpoint: '/v1/chat/completions', completion_window: '24h' };
  return await at('POST', '/v1/batches', key, body);
}

let made = 0;
async function customer(credit: string, settings: readonly string[] = ['storage=any:7', 'batches=on']) {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: `c${++made}`, credit_usd: credit });
  await fairlead.ask('workspace-set', { workspace: id, settings });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: id });
  return { id, key };
}

const balance = async (id: string) =>
  toNano((await fairlead.ask<{ balance_usd: string }>('wallet-show', { workspace: id })).balance_usd);

/** Half a dollar a million tokens: a token is 500 nano-dollars. */
async function costOf(key: string, id: string): Promise<bigint> {
  const shown = JSON.parse((await at('GET', `/v1/batches/${id}`, key)).text);
  assert.equal(shown.status, 'completed');
  const { text } = await at('GET', `/v1/files/${shown.output_file_id}/content`, key);
  const tokens = text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each).response.body.usage?.total_tokens ?? 0);
  assert.ok(tokens.every((count: number) => count > 0));
  return BigInt(tokens.reduce((sum: number, count: number) => sum + count, 0)) * 500n;
}

async function settled(run: RunningFairlead): Promise<void> {
  await eventually(async () => {
    const held = await run.ask<readonly { balance: string }[]>('ledger-accounts', { kind: 'hold' });
    assert.ok(held.every((each) => each.balance === '0.000000000'));
  }, 15_000);
}

test('a batch is held for at its worst, charged for what it used at the price of a batch, and the rest comes back', async () => {
  const { id: workspace, key } = await customer('1.000000000');

  const reply = await batchOf(key, [line('one two three'), line('four')]);

  assert.equal(reply.status, 200, reply.text);
  const held = 1_000_000_000n - (await balance(workspace));
  assert.ok(held >= 100_000n, String(held));
  await settled(fairlead);
  const cost = await costOf(key, JSON.parse(reply.text).id);
  assert.ok(cost < held);
  assert.equal(await balance(workspace), 1_000_000_000n - cost);
  const usage = await fairlead.ask<readonly { requests: number; charge_usd: string }[]>('usage', { workspace });
  assert.deepEqual([usage[0]?.requests, toNano(usage[0]?.charge_usd ?? '')], [2, cost]);
  const accounts = await fairlead.ask<readonly { id: string; balance: string }[]>('ledger-accounts');
  assert.equal(toNano(accounts.find(({ id }) => id === 'payable:seller:acme')?.balance ?? '0'), cost);
});

test('a wallet that cannot cover it, or a workspace that wants none, begins nothing', async () => {
  const poor = await customer('0.000050000');
  const shut = await customer('1.000000000', ['storage=any:7']);

  assert.equal((await batchOf(poor.key, [line('one')])).status, 402);
  assert.equal((await batchOf(shut.key, [line('one')])).status, 403);
  assert.equal((await batchOf(shut.key, [line('one')])).status, 403);

  assert.equal(await balance(poor.id), 50_000n);
  assert.doesNotMatch((await at('GET', '/v1/batches', poor.key)).text, /batch_/);
});

test('a batch begins only where its workspace still wants its requests, and its file can be taken away all the same', async () => {
  const { id: workspace, key } = await customer('1.000000000');
  const form = toForm([
    ['purpose', 'batch'],
    ['file', line('one'), 'a.jsonl'],
  ]);
  const left = JSON.parse((await at('POST', '/v1/files', key, form, { 'content-type': formType })).text);
  const begin = { input_file_id: left.id, endpoint: '/v1/chat/completions', completion_window: '24h' };

  for (const [setting, back, why] of [
    ['sub_processors=acme:object', 'sub_processors=none', /sub_processor:objection/],
    ['providers_denied=acme', 'providers_denied=none', /allowed_providers/],
    ['zdr=on', 'zdr=off', /data_policy:zdr/],
  ] as const) {
    await fairlead.ask('workspace-set', { workspace, settings: [setting] });
    await eventually(async () => {
      const { status, text } = await at('POST', '/v1/batches', key, begin);
      assert.equal(status, 404, `${setting}: ${text}`);
      assert.match(text, why);
    });
    await fairlead.ask('workspace-set', { workspace, settings: [back] });
  }
  await fairlead.ask('workspace-set', { workspace, settings: ['sub_processors=acme:object'] });

  assert.equal((await at('DELETE', `/v1/files/${left.id}`, key)).status, 200);
  assert.equal(await balance(workspace), 1_000_000_000n, 'nothing was held');
});

test('a batch is held to every limit beside the wallet, and gives back to them what it did not use', async () => {
  const { id: workspace } = await customer('1.000000000');
  const { id, key } = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace });
  await fairlead.ask('limit-set', { workspace, key: id, requests: 5, reset: 'daily' });
  await fairlead.ask('limit-set', { workspace, usd: '0.000800000' });
  await fairlead.ask('limit-set', { workspace, requests: 1, model: 'sandbox/echo' });

  const tooMany = await batchOf(
    key,
    Array.from({ length: 6 }, () => line('one', { max_tokens: 5 })),
  );
  const tooDear = await batchOf(key, [line('one', { max_tokens: 2_000 })]);
  const begun = await batchOf(key, [line('one two three'), line('four')]);
  assert.equal(begun.status, 200, begun.text);
  await settled(fairlead);
  const cost = await costOf(key, JSON.parse(begun.text).id);

  assert.deepEqual([tooMany.status, JSON.parse(tooMany.text).error.code], [429, 'request_limit_reached'], tooMany.text);
  assert.deepEqual([tooDear.status, JSON.parse(tooDear.text).error.code], [402, 'spend_limit_reached'], tooDear.text);
  assert.equal(await balance(workspace), 1_000_000_000n - cost);
  // Three requests are left of five, and nearly all of the dollars.
  assert.equal(
    (
      await batchOf(
        key,
        Array.from({ length: 4 }, () => line('one')),
      )
    ).status,
    429,
  );
  assert.equal(
    (
      await batchOf(
        key,
        Array.from({ length: 3 }, () => line('one')),
      )
    ).status,
    200,
  );
  await settled(fairlead);
  assert.equal((await batchOf(key, [line('one')])).status, 429);
});

test('of end users, who may be another one in each line, nothing is held: their workspace begins none', async () => {
  const { id, key } = await customer('1.000000000');
  await fairlead.ask('limit-set', { workspace: id, end_users: true, usd: '0.50' });

  assert.equal((await batchOf(key, [line('one')])).status, 403);

  assert.equal(await balance(id), 1_000_000_000n);
});

test('a line that names no model, or one that nobody has there, is refused before anything is held', async () => {
  const { id, key } = await customer('1.000000000');

  assert.equal((await batchOf(key, ['{"custom_id":"x"}'])).status, 400);
  assert.equal((await batchOf(key, [line('one', { model: 'gpt-nobody' })])).status, 404);

  assert.equal(await balance(id), 1_000_000_000n);
});

test('a batch outlives a kill of the whole process, and is settled once by the next one', async () => {
  const { id: workspace, key } = await customer('1.000000000');
  const reply = await batchOf(key, [line('one two three'), line('four')]);
  assert.equal(reply.status, 200);

  await fairlead.kill9();
  fairlead = await runInFolder({ after }, folder, { config });
  await settled(fairlead);

  const cost = await costOf(key, JSON.parse(reply.text).id);
  assert.equal(await balance(workspace), 1_000_000_000n - cost);
  const check = await fairlead.ask<{ problems?: readonly string[] }>('ledger-check');
  assert.deepEqual(check.problems ?? [], []);
});
