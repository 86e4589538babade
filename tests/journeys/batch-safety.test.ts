// What batches must not be used for: to run more than was held for, to be read before it is paid, to be lost.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { formType, toForm } from '../support/form.ts';
import { call, openCall } from './caller.ts';
import { eventually, runInFolder, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

/** What the upstream was told, and what it shall answer. */
const shelf = {
  files: new Map<string, string>(),
  begun: [] as { id: string; body: Record<string, unknown> }[],
  reads: 0,
  onBegin: (response: ServerResponse, batch: object): void => json(response, batch),
  results: (response: ServerResponse): void => json(response, {}, 404),
  told: {} as object,
  /** How it answers whoever asks for a batch. */
  shows: 200,
};

function json(response: ServerResponse, value: object, status = 200): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const shown = (id: string) => ({
  ...{ id, object: 'batch', status: 'completed', output_file_id: `file-of-${id}`, error_file_id: null },
  ...{ created_at: Math.floor(Date.now() / 1000), metadata: shelf.begun.find((each) => each.id === id)?.body.metadata },
  ...shelf.told,
});

const upstream = await startUpstream({ after }, ({ path, body, response }) => {
  const method = response.req.method;
  const [, , kind, id = '', below] = path.split('?')[0]?.split('/') ?? [];
  if (kind === 'files' && method === 'POST') {
    const made = `file-${shelf.files.size}`;
    const [, text = ''] = /filename="a\.jsonl"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(body.toString()) ?? [];
    shelf.files.set(made, text);
    return json(response, { id: made, object: 'file' });
  }
  if (kind === 'files' && below === 'content') {
    if (id.startsWith('file-of-')) return shelf.results(response);
    shelf.reads += 1;
    const text = shelf.files.get(id) ?? '';
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
    return void response.end(text);
  }
  if (kind === 'files' && method === 'DELETE') return json(response, { id, deleted: true });
  if (kind === 'batches' && method === 'POST' && id === '') {
    const made = { id: `batch_${shelf.begun.length}`, body: JSON.parse(body.toString()) };
    shelf.begun.push(made);
    return shelf.onBegin(response, { ...shown(made.id), status: 'validating', output_file_id: null });
  }
  if (kind === 'batches' && id === '') {
    return json(response, { object: 'list', data: shelf.begun.map((each) => shown(each.id)), has_more: false });
  }
  return json(response, shown(id), shelf.shows);
});

const folder = mkdtempSync(join(tmpdir(), 'fl-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const fairlead = await runInFolder({ after }, folder, {
  config: `
deadlines: { probe_ms: 100, first_content_ms: 700 }
models: { own/m: { context: 100000, max_output: 1000 } }
upstreams:
  acme:
    base_url: ${upstream.url}
    data: { trains: false }
    type: host
    protocols: [openai-chat, openai-responses]
    api_key: a
    models: { m-1: { as: own/m, price: { input: 1, output: 1, service_tiers: { batch: 0.5 } } } }
`,
});

const line = (more: object = {}, url = '/v1/chat/completions') =>
  JSON.stringify({
    ...{ custom_id: 'x', method: 'POST', url },
    body: { model: 'm-1', messages: [{ role: 'user', content: 'hello' }], max_tokens: 100, ...more },
  });

const answer = (usage: object | undefined, more: object = {}) =>
  `${JSON.stringify({
    ...{ id: 'r', custom_id: 'x', error: null },
    response: {
      status_code: 200,
      body: { model: 'm-1', choices: [{ message: { content: 'x'.repeat(400) } }], usage, ...more },
    },
  })}\n`;

const fileOf =
  (...lines: readonly string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(lines.join('')) });
    response.end(lines.join(''));
  };

async function at(method: string, path: string, key: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await call({ url: fairlead.url, key, method, path, body, headers });
  return { status: reply.status, text: reply.body.toString(), headers: reply.headers };
}

async function fileFor(key: string, lines: readonly string[]): Promise<string> {
  const form = toForm([
    ['purpose', 'batch'],
    ['file', lines.join('\n'), 'a.jsonl'],
  ]);
  const left = await at('POST', '/v1/files', key, form, { 'content-type': formType });
  assert.equal(left.status, 200, left.text);
  return JSON.parse(left.text).id;
}

const asked = (file: string) => ({
  ...{ input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' },
});

async function batchOf(key: string, lines: readonly string[]) {
  return await at('POST', '/v1/batches', key, asked(await fileFor(key, lines)));
}

let made = 0;
async function customer(credit: string) {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: `c${++made}`, credit_usd: credit });
  await fairlead.ask('workspace-set', { workspace: id, settings: ['storage=any:7', 'batches=on'] });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: id });
  return { id, key };
}

const balance = async (id: string) =>
  toNano((await fairlead.ask<{ balance_usd: string }>('wallet-show', { workspace: id })).balance_usd);

async function settled(): Promise<void> {
  await eventually(async () => {
    const held = await fairlead.ask<readonly { balance: string }[]>('ledger-accounts', { kind: 'hold' });
    assert.ok(held.every((each) => each.balance === '0.000000000'));
  }, 30_000);
}

const usage = (input: number, output: number) => ({ prompt_tokens: input, completion_tokens: output });

test('whatever name an answer bears, it costs what was asked for; what tells no usage is counted', async () => {
  const { id, key } = await customer('1.000000000');
  shelf.results = fileOf(answer(usage(10, 30), { model: 'somebody-elses' }), answer(undefined));

  const reply = await batchOf(key, [line(), line()]);
  assert.equal(reply.status, 200, reply.text);
  await settled();

  // 40 tokens that were told and 100 that were counted, at half a dollar a million.
  assert.equal(await balance(id), 1_000_000_000n - 140n * 500n);
});

test('each item has its receipt, which names who answered', async () => {
  const { key } = await customer('1.000000000');
  shelf.results = fileOf(answer(usage(10, 30)));

  const reply = await batchOf(key, [line()]);
  await settled();

  const generation = String(reply.headers['x-generation-id']);
  const receipt = await fairlead.ask<unknown>('receipt-show', { receipt: `rcp-${generation.slice(4)}-0` });
  assert.match(JSON.stringify(receipt), /own\/m@acme/);
  const { attempts } = await fairlead.explain(`${generation}-0`);
  assert.deepEqual(
    attempts.map(({ endpoint, verdict }) => [endpoint, verdict]),
    [['own/m@acme', 'answered']],
  );
});

test('results of more than 64 MiB are settled all the same', async () => {
  const { id, key } = await customer('1.000000000');
  const vectors = 'x'.repeat(23 * 1024 * 1024);
  const large = answer(usage(1, 1), { data: vectors });
  shelf.results = fileOf(large, large, large);

  assert.equal((await batchOf(key, [line(), line(), line()])).status, 200);
  await settled();

  assert.equal(await balance(id), 1_000_000_000n - 6n * 500n);
});

test('results are nobody’s to fetch or to delete before they are paid for', async () => {
  const { id, key } = await customer('1.000000000');
  const free = Promise.withResolvers<void>();
  shelf.results = (response) => void free.promise.then(() => fileOf(answer(usage(10, 30)))(response));

  const begun = await batchOf(key, [line()]);
  const { id: batch } = JSON.parse(begun.text);
  const early = await at('GET', `/v1/batches/${batch}`, key);
  const deleted = await at('DELETE', `/v1/files/file-of-${batch}`, key);
  free.resolve();
  const later = await eventually(async () => {
    const reply = await at('GET', `/v1/batches/${batch}`, key);
    assert.equal(reply.status, 200);
    return reply;
  }, 20_000);

  assert.equal(early.status, 503, early.text);
  assert.ok(early.headers['retry-after']);
  assert.equal(deleted.status, 404);
  assert.equal(JSON.parse(later.text).output_file_id, `file-of-${batch}`);
  assert.equal(await balance(id), 1_000_000_000n - 40n * 500n);
  assert.equal((await at('DELETE', `/v1/files/file-of-${batch}`, key)).status, 200);
});

test('results that are gone are charged by what the batch says that it used in all', async () => {
  const { id, key } = await customer('1.000000000');
  shelf.results = (response) => json(response, {}, 404);
  shelf.told = { usage: { input_tokens: 10, output_tokens: 50 } };

  assert.equal((await batchOf(key, [line()])).status, 200);
  await settled();
  shelf.told = {};

  assert.equal(await balance(id), 1_000_000_000n - 60n * 500n);
});

test('a line is held for as a request of its own surface is', async () => {
  // Enough for a hundred thousand tokens at half a dollar a million, and for nothing beside it.
  const { key } = await customer('0.050000000');
  const refused = [
    // The field of another surface limits nothing: a thousand tokens of output, hundred times.
    Array.from({ length: 100 }, () => line({ max_tokens: undefined, max_output_tokens: 1 })),
    // What lies at an address may fill the context.
    [
      line({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }] }],
      }),
    ],
    [line({ max_tokens: 100_000 })],
  ];
  for (const lines of refused) assert.equal((await batchOf(key, lines)).status, 402);
});

test('a line that leans on what is kept elsewhere, or whose tools have no bound, begins nothing', async () => {
  const { key } = await customer('1.000000000');
  const before = shelf.begun.length;
  const response = (more: object) =>
    line({ input: 'x', messages: undefined, max_tokens: undefined, ...more }, '/v1/responses');
  const refused = [
    response({ previous_response_id: 'resp_of_somebody' }),
    response({ conversation: 'conv_of_somebody' }),
    response({ tools: [{ type: 'web_search' }] }),
    line({ messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-of-somebody' } }] }] }),
    line({}, '/v1/unknown'),
    `${line()}\n${line({ model: 'm-2' })}`,
  ];
  for (const each of refused) {
    const reply = await batchOf(key, [each]);
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.text, /line \d/);
  }

  assert.equal(shelf.begun.length, before);
});

test('nothing is read for a wallet that has nothing', async () => {
  const { key } = await customer('0');
  const file = await fileFor(key, [line()]);
  const before = shelf.reads;

  const reply = await at('POST', '/v1/batches', key, asked(file));

  assert.equal(reply.status, 402, reply.text);
  assert.equal(shelf.reads, before);
});

test('a batch whose caller left while it was begun runs, and is paid for', async () => {
  const { id, key } = await customer('1.000000000');
  const file = await fileFor(key, [line()]);
  shelf.results = fileOf(answer(usage(10, 30)));
  const begins = Promise.withResolvers<() => void>();
  shelf.onBegin = (response, batch) => begins.resolve(() => json(response, batch));

  const leaving = openCall({
    ...{ url: fairlead.url, key, method: 'POST', path: '/v1/batches' },
    body: { ...asked(file), metadata: { mine: 'yes' } },
  });
  const goOn = await begins.promise;
  leaving.leave();
  goOn();
  await settled();
  shelf.onBegin = json;

  assert.equal(await balance(id), 1_000_000_000n - 40n * 500n);
  const metadata = shelf.begun.at(-1)?.body.metadata as Record<string, string>;
  assert.equal(metadata.mine, 'yes');
  assert.match(metadata.fairlead_operation ?? '', /^op-/);
});

test('a batch of which no answer came is found again by its name, and is its workspace’s', async () => {
  const { id, key } = await customer('1.000000000');
  shelf.results = fileOf(answer(usage(10, 30)));
  shelf.onBegin = (response) => void response.destroy();

  const reply = await batchOf(key, [line()]);
  shelf.onBegin = json;
  assert.equal(reply.status, 502, reply.text);
  await settled();

  assert.equal(await balance(id), 1_000_000_000n - 40n * 500n);
  assert.match((await at('GET', '/v1/batches', key)).text, new RegExp(`"${shelf.begun.at(-1)?.id}"`));
});

test('what never began is given back', async () => {
  const { id, key } = await customer('1.000000000');
  shelf.onBegin = (response) => {
    shelf.begun.pop();
    response.destroy();
  };

  assert.equal((await batchOf(key, [line()])).status, 502);
  assert.ok((await balance(id)) < 1_000_000_000n);
  await settled();
  shelf.onBegin = json;

  assert.equal(await balance(id), 1_000_000_000n);
});

test('three items that cost more than was held stop that endpoint for that workspace, until a person looks', async () => {
  const { id, key } = await customer('1.000000000');
  const other = await customer('1.000000000');
  const large = answer(usage(10, 1_000_000));
  shelf.results = fileOf(large, large, large);
  const chat = async (of: string) => {
    const body = { model: 'own/m', messages: [{ role: 'user', content: 'hi' }], max_tokens: 10 };
    return await at('POST', '/v1/chat/completions', of, body);
  };
  const before = await chat(key);
  assert.notEqual(before.status, 403, before.text);

  assert.equal((await batchOf(key, [line()])).status, 200);
  await settled();
  await eventually(async () => assert.equal((await chat(key)).status, 403));

  assert.equal(JSON.parse((await chat(key)).text).error.code, 'stopped_for_review');
  assert.equal((await batchOf(key, [line()])).status, 403);
  assert.notEqual((await chat(other.key)).status, 403);
  const stopped = await fairlead.ask<readonly { endpoint: string }[]>('overrun-list', { workspace: id });
  assert.deepEqual(
    stopped.map(({ endpoint }) => endpoint),
    ['own/m@acme'],
  );
  await fairlead.ask('overrun-lift', { workspace: id, endpoint: 'own/m@acme' });
  await eventually(async () => assert.notEqual((await chat(key)).status, 403));
});

test('a batch that its upstream shows to nobody any more is given back a week after its time, and told', async () => {
  const { id, key } = await customer('1.000000000');
  shelf.results = (response) => json(response, {}, 404);
  shelf.shows = 401;
  assert.equal((await batchOf(key, [line()])).status, 200);
  assert.ok((await balance(id)) < 1_000_000_000n);

  using store = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { timeout: 5_000 });
  const overdue = (days: number) => {
    store.exec(`update operation set expires_at = ${Date.now() - days * 86_400_000} where state = 'open'`);
    return new Promise((resolve) => setTimeout(resolve, 2_000));
  };
  await overdue(6.9);
  assert.ok((await balance(id)) < 1_000_000_000n, 'a week is not over');
  await overdue(7.1);
  await settled();
  shelf.shows = 200;

  assert.equal(await balance(id), 1_000_000_000n);
  assert.match(fairlead.stderr(), /batch-lost/);
});
