// Answers in the background: held for before they begin, settled once when they end, whoever asks or nobody, and the rest comes back.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call } from './caller.ts';
import { eventually, runInFolder, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const folder = mkdtempSync(join(tmpdir(), 'fl-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** What the scripted upstream was sent, and how it answers. */
const script = { begun: 0, answers: true, status: 200, response: {} as object };
const scripted = await startUpstream({ after }, ({ response }) => {
  if (response.req.method === 'POST' && response.req.url?.endsWith('/responses')) {
    script.begun += 1;
    if (!script.answers) return;
  }
  const text = JSON.stringify({ id: `resp_${script.begun}`, object: 'response', background: true, ...script.response });
  const status = response.req.method === 'GET' ? script.status : 200;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
});

const price = { input: 1, output: 1, service_tiers: { flex: 0.5 } };
const models = Object.fromEntries(
  ['echo', 'pace-25-40', 'pace-10000-50'].map((name) => [`sandbox/${name}`, { as: `own/${name}`, price }]),
);
const config = JSON.stringify({
  deadlines: { probe_ms: 200, first_content_ms: 500 },
  upstreams: {
    acme: {
      ...{
        base_url: simulator.url,
        data: { trains: false },
        seller: 'acme',
        api_key: 'a',
        protocols: ['openai-responses'],
      },
      models,
    },
    scripted: {
      ...{ base_url: scripted.url, data: { trains: false }, api_key: 'a', protocols: ['openai-responses'] },
      models: { m: { as: 'own/scripted', price } },
    },
  },
});
/** Of the file and not of the test in which it was begun anew. */
const lasts: (() => unknown)[] = [];
after(async () => {
  for (const last of lasts.reverse()) await last();
});
const begun = { after: (last: () => unknown) => lasts.push(last) };
let fairlead = await runInFolder(begun, folder, { config });

type Response = {
  readonly id: string;
  readonly status: string;
  readonly usage: { readonly total_tokens: number } | null;
};

async function at(method: string, path: string, key: string, body?: unknown) {
  const reply = await call({ url: fairlead.url, key, method, path, body });
  const text = reply.body.toString();
  return { status: reply.status, text, generation: String(reply.headers['x-generation-id']), headers: reply.headers };
}

async function begin(key: string, more: object = {}) {
  const body = { model: 'own/echo', input: 'one two three', background: true, max_output_tokens: 1_000, ...more };
  const reply = await at('POST', '/v1/responses', key, body);
  assert.equal(reply.status, 200, reply.text);
  return { ...reply, response: JSON.parse(reply.text) as Response };
}

let made = 0;
async function customer(credit = '1.000000000', settings: readonly string[] = ['storage=any:7']) {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: `c${++made}`, credit_usd: credit });
  await fairlead.ask('workspace-set', { workspace: id, settings });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: id });
  return { id, key };
}

const balance = async (workspace: string) =>
  toNano((await fairlead.ask<{ balance_usd: string }>('wallet-show', { workspace })).balance_usd);

/** Once nothing is set aside for anything that runs on. */
async function settled(): Promise<void> {
  await eventually(async () => {
    const held = await fairlead.ask<readonly { balance: string }[]>('ledger-accounts', { kind: 'hold' });
    assert.ok(held.every((each) => each.balance === '0.000000000'));
  }, 15_000);
}

test('it is held for at its worst, settled though nobody asks for it, and the rest comes back', async () => {
  const { id: workspace, key } = await customer();

  const { response, generation, headers } = await begin(key);

  assert.equal(response.status, 'queued');
  assert.equal(headers['x-fairlead-endpoint'], 'own/echo@acme');
  await settled();
  const shown = JSON.parse((await at('GET', `/v1/responses/${response.id}`, key)).text) as Response;
  const cost = BigInt(shown.usage?.total_tokens ?? 0) * 1_000n;
  assert.equal(await balance(workspace), 1_000_000_000n - cost);
  const { charge_usd, hold_usd, end_reason } = await fairlead.explain(generation);
  assert.deepEqual([toNano(charge_usd), end_reason], [cost, 'completed']);
  assert.ok(cost > 0n && toNano(hold_usd) >= 1_000_000n, 'a thousand tokens of output and its input were held for');
  const accounts = await fairlead.ask<readonly { id: string; balance: string }[]>('ledger-accounts');
  assert.equal(toNano(accounts.find(({ id }) => id === 'payable:seller:acme')?.balance ?? '0'), cost);
});

test('whoever shows it when it has ended settles it first, and many who do so settle it once', async () => {
  const { id: workspace, key } = await customer();
  const { response } = await begin(key, { model: 'own/pace-25-40' });
  assert.equal(JSON.parse((await at('GET', `/v1/responses/${response.id}`, key)).text).status, 'in_progress');

  const charged = await eventually(async () => {
    const looks = await Promise.all(Array.from({ length: 8 }, () => at('GET', `/v1/responses/${response.id}`, key)));
    const shown = looks.map(({ text }) => JSON.parse(text) as Response).filter(({ status }) => status === 'completed');
    assert.ok(shown.length > 0);
    return BigInt(shown[0]?.usage?.total_tokens ?? 0) * 1_000n;
  });

  assert.equal(await balance(workspace), 1_000_000_000n - charged, 'it is paid for when it can be read');
  await settled();
  assert.equal(await balance(workspace), 1_000_000_000n - charged);
  const usage = await fairlead.ask<readonly { requests: number }[]>('usage', { workspace });
  assert.equal(usage[0]?.requests, 1);
});

test('whoever calls it off pays for its input, and cannot take it away before', async () => {
  const { id: workspace, key } = await customer();
  const { response, generation } = await begin(key, { model: 'own/pace-10000-50', input: 'word '.repeat(400) });

  const taken = await at('DELETE', `/v1/responses/${response.id}`, key);
  const cancelled = await at('POST', `/v1/responses/${response.id}/cancel`, key);

  assert.deepEqual([taken.status, cancelled.status], [503, 200], taken.text);
  assert.equal(JSON.parse(cancelled.text).status, 'cancelled');
  const { charge_usd, end_reason, usage } = await fairlead.explain(generation);
  assert.deepEqual([end_reason, usage.output], ['caller_left', 0]);
  assert.ok(usage.input > 400 && usage.input < 1_000, String(usage.input));
  await settled();
  assert.equal(await balance(workspace), 1_000_000_000n - toNano(charge_usd));
  assert.equal((await at('DELETE', `/v1/responses/${response.id}`, key)).status, 200);
});

test('it costs its service tier only where its upstream says that it was served in it', async () => {
  const { key } = await customer();
  const usage = { input_tokens: 100, output_tokens: 100 };

  const charges = [];
  for (const service_tier of ['flex', 'default']) {
    script.response = { status: 'completed', usage, service_tier };
    const { generation } = await begin(key, { model: 'own/scripted', service_tier: 'flex' });
    charges.push((await fairlead.explain(generation)).charge_usd);
  }

  assert.deepEqual(charges, ['0.000100000', '0.000200000']);
});

test('what failed costs nothing, and what was refused gives back at once what was set aside', async () => {
  const { id: workspace, key } = await customer();
  script.response = { status: 'failed', usage: { input_tokens: 9, output_tokens: 9 } };

  const { generation } = await begin(key, { model: 'own/scripted' });
  const refused = await at('POST', '/v1/responses', key, {
    model: 'own/echo',
    input: 'x',
    background: true,
    seed: 'no',
  });

  const { charge_usd, end_reason } = await fairlead.explain(generation);
  assert.deepEqual([charge_usd, end_reason], ['0.000000000', 'failed']);
  assert.equal(refused.status, 400, refused.text);
  await settled();
  assert.equal(await balance(workspace), 1_000_000_000n);
});

test('a wallet, a limit or a workspace that does not cover it begins nothing', async () => {
  const poor = await customer('0.000500000');
  const limited = await customer();
  await fairlead.ask('limit-set', { workspace: limited.id, requests: '1', reset: 'daily' });
  const shut = await customer('1.000000000', []);
  const body = { model: 'own/echo', input: 'one', background: true, max_output_tokens: 1_000 };
  const { key } = await customer();

  const answers = [
    await at('POST', '/v1/responses', poor.key, body),
    await at('POST', '/v1/responses', limited.key, body),
    await at('POST', '/v1/responses', limited.key, body),
    await at('POST', '/v1/responses', shut.key, body),
    await at('POST', '/v1/responses', key, { ...body, stream: true }),
    await at('POST', '/v1/responses', key, { ...body, store: false }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [402, 200, 429, 400, 400, 400],
  );
  assert.match(answers[3]?.text ?? '', /storage_not_allowed/);
  assert.equal(await balance(poor.id), 500_000n);
});

test('one that its upstream shows to nobody any more is given back a week after its time', async () => {
  const { id: workspace, key } = await customer();
  script.status = 401;
  await begin(key, { model: 'own/scripted' });
  assert.ok((await balance(workspace)) < 1_000_000_000n);

  using store = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { timeout: 5_000 });
  const overdue = (days: number) =>
    store.exec(`update operation set expires_at = ${Date.now() - days * 86_400_000} where state = 'open'`);
  overdue(6.9);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.ok((await balance(workspace)) < 1_000_000_000n, 'a week is not over');
  overdue(7.1);
  await settled();
  script.status = 200;

  assert.equal(await balance(workspace), 1_000_000_000n);
});

test('another workspace neither sees it nor calls it off', async () => {
  const { key } = await customer();
  const stranger = await customer();
  const { response } = await begin(key, { model: 'own/pace-10000-50' });

  const looks = await Promise.all([
    at('GET', `/v1/responses/${response.id}`, stranger.key),
    at('POST', `/v1/responses/${response.id}/cancel`, stranger.key),
    at('DELETE', `/v1/responses/${response.id}`, stranger.key),
  ]);

  assert.deepEqual(
    looks.map(({ status }) => status),
    [404, 404, 404],
  );
  assert.equal((await at('POST', `/v1/responses/${response.id}/cancel`, key)).status, 200);
});

test('one that is killed with its gateway while it begins costs its customer nothing, and is the operator’s loss', async () => {
  const { id: workspace, key } = await customer();
  script.answers = false;
  const before = script.begun;
  const asked = at('POST', '/v1/responses', key, { model: 'own/scripted', input: 'x', background: true }).catch(
    () => {},
  );
  await eventually(async () => assert.equal(script.begun, before + 1));
  assert.ok((await balance(workspace)) < 1_000_000_000n);

  await fairlead.kill9();
  await asked;
  script.answers = true;
  fairlead = await runInFolder(begun, folder, { config });

  await settled();
  assert.equal(await balance(workspace), 1_000_000_000n);
  const losses = await fairlead.ask<readonly { id: string; balance: string }[]>('ledger-accounts', { kind: 'loss' });
  assert.ok(losses.some(({ id, balance: lost }) => id === 'loss:unknown' && toNano(lost) !== 0n));
});

test('one whose gateway is killed after it began is settled by the next one, and the books balance', async () => {
  const { id: workspace, key } = await customer();
  const { response } = await begin(key, { model: 'own/pace-25-40' });

  await fairlead.kill9();
  fairlead = await runInFolder(begun, folder, { config });

  await settled();
  const shown = JSON.parse((await at('GET', `/v1/responses/${response.id}`, key)).text) as Response;
  assert.equal(await balance(workspace), 1_000_000_000n - BigInt(shown.usage?.total_tokens ?? 0) * 1_000n);
  const books = await fairlead.ask<{ ok: boolean; problems?: readonly string[] }>('ledger-check');
  assert.deepEqual([books.ok, books.problems ?? []], [true, []]);
});
