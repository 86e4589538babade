// Files and batches: they pass once to the one upstream that keeps them, and belong to the workspace that left them.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { scanFolder } from '#cli/privacy/scan-bytes.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { type FormField, formType, toForm } from '../support/form.ts';
import { call, errorOf, openCall } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const simulators = [await startSimulator({ port: 0 }), await startSimulator({ port: 0 })] as const;
after(() => Promise.all(simulators.map((each) => each.close())));

/** Counts what it is sent while it comes, and does what the file's name says. */
const seen = { bytes: 0, most: 0, closed: 0 };
const eater: Server = createServer((request, response) => {
  seen.bytes = 0;
  let isJudged = false;
  let words = false;
  request.on('data', (piece: Buffer) => {
    seen.bytes += piece.length;
    if (isJudged) return;
    isJudged = true;
    words = piece.includes('words.bin');
    if (piece.includes('reset.bin')) request.socket.resetAndDestroy();
    if (piece.includes('refuse.bin')) response.writeHead(400, json).end('{"error":{"code":"invalid_file_format"}}');
  });
  request.on('end', () => {
    if (words) response.writeHead(200, json).end('{"id":"words that nobody may keep"}');
    else if (!response.headersSent) response.writeHead(200, json).end(`{"id":"file-${seen.bytes}","object":"file"}`);
  });
  request.on('close', () => {
    seen.closed += 1;
  });
});
const json = { 'content-type': 'application/json' };
await new Promise<void>((resolve) => eater.listen(0, '127.0.0.1', resolve));
after(() => {
  eater.closeAllConnections();
  eater.close();
});

const models = 'models: { sandbox/echo: { as: NAME/echo, price: { input: 1, output: 1 } } }';
const upstream = (name: string, url: string) => `
  ${name}:
    base_url: ${url}
    data: { trains: false }
    api_key: ${name}
    protocols: [openai-chat, openai-responses]
    ${models.replace('NAME', name)}`;
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:${upstream('first', simulators[0].url)}${upstream('second', simulators[1].url)}${upstream('eater', `http://127.0.0.1:${(eater.address() as AddressInfo).port}/v1`)}
  claude:
    base_url: ${simulators[0].url}
    data: { trains: false }
    api_key: c
    protocols: [anthropic-messages]
    ${models.replace('NAME', 'claude')}
routing: { strategy: order, default_model: first/echo }
`,
    env: { LOG_LEVEL: 'trace' },
  },
);
await fairlead.ask('workspace-create', { name: 'strangers', credit_usd: '1.00' });
await fairlead.ask('workspace-set', { workspace: 'strangers', settings: ['storage=any:7'] });
const stranger = await fairlead.ask<{ key: string }>('key-create', { workspace: 'strangers', name: 'k' });
const { url } = fairlead;

type Options = { readonly key?: string; readonly headers?: Readonly<Record<string, string>> };

async function at(method: string, path: string, body?: unknown, { key = fairlead.key, headers = {} }: Options = {}) {
  const reply = await call({ url, key, method, path, body, headers });
  const text = reply.body.toString();
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  return { reply, status: reply.status, text, value: isJson ? JSON.parse(text) : undefined };
}

const secret = 'zwqxkvjyhgtmuplnbrfdcsaoeiwqzxkv';

function upload(text: string, options: Options = {}, fields: readonly FormField[] = [['purpose', 'user_data']]) {
  const headers = { 'content-type': formType, ...options.headers };
  return at('POST', '/v1/files', toForm([...fields, ['file', text, 'a.txt']]), { ...options, headers });
}

test('a file is left, shown, listed, read and deleted by its workspace', async () => {
  const left = await upload(`one two three ${secret}`);
  const { id } = left.value;

  assert.equal(left.status, 200, left.text);
  assert.equal(left.reply.headers['x-fairlead-provider'], 'first');
  assert.equal((await at('GET', `/v1/files/${id}`)).value.filename, 'a.txt');
  const content = await at('GET', `/v1/files/${id}/content`);
  assert.equal(content.text, `one two three ${secret}`);
  assert.ok((await at('GET', '/v1/files')).value.data.some((file: { id: string }) => file.id === id));
  assert.equal((await at('DELETE', `/v1/files/${id}`)).value.deleted, true);
  assert.equal((await at('GET', `/v1/files/${id}`)).status, 404);
  assert.ok(!(await at('GET', '/v1/files')).text.includes(id));
});

test('another workspace neither sees nor uses it, and cannot tell it from one that never was', async () => {
  const { id } = (await upload('mine')).value;
  const options = { key: stranger.key };

  const shown = await at('GET', `/v1/files/${id}`, undefined, options);
  const never = await at('GET', '/v1/files/file-never', undefined, options);
  assert.deepEqual([shown.status, shown.value], [404, never.value]);
  assert.equal((await at('GET', `/v1/files/${id}/content`, undefined, options)).status, 404);
  assert.equal((await at('DELETE', `/v1/files/${id}`, undefined, options)).status, 404);
  assert.deepEqual((await at('GET', '/v1/files', undefined, options)).value.data, []);
  const used = await at('POST', '/v1/chat/completions', chat(id), options);
  assert.equal(errorOf(used.reply).code, 'object_not_found');
  assert.equal((await at('GET', `/v1/files/${id}`)).status, 200);
});

function chat(id: string, model = 'second/echo') {
  const file = { type: 'file', file: { file_id: id } };
  return { model, max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'text', text: 'read' }, file] }] };
}

test('a request that names files goes where they are kept, and nowhere else', async () => {
  const headers = { 'x-fairlead-upstream': 'second' };
  const there = (await upload('there', { headers })).value.id;
  const here = (await upload('here')).value.id;
  const found = await at('POST', '/v1/chat/completions', chat(there));
  const elsewhere = await at('POST', '/v1/chat/completions', chat(here));
  const input = [
    {
      role: 'user',
      content: [
        { type: 'input_file', file_id: there },
        { type: 'input_file', file_id: here },
      ],
    },
  ];
  const both = await at('POST', '/v1/responses', { model: 'second/echo', input });

  assert.equal(found.status, 200, found.text);
  assert.equal(found.reply.headers['x-fairlead-endpoint'], 'second/echo@second');
  assert.equal(elsewhere.status, 404, elsewhere.text);
  assert.equal(errorOf(both.reply).code, 'object_not_found');
});

test('a list is of pages, the newest first', async () => {
  const ids: string[] = [];
  for (const text of ['a', 'b', 'c']) ids.push((await upload(text, { key: stranger.key })).value.id);
  const first = await at('GET', '/v1/files?limit=2', undefined, { key: stranger.key });
  const next = await at('GET', `/v1/files?limit=2&after=${first.value.last_id}`, undefined, { key: stranger.key });

  const listed = [...first.value.data, ...next.value.data].map((file: { id: string }) => file.id);
  assert.deepEqual(listed.toSorted(), ids.toSorted());
  assert.deepEqual([first.value.data.length, first.value.has_more, next.value.has_more], [2, true, false]);
});

test('a workspace that allows no storage, or not there, is told which setting would', async () => {
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: 'strangers', name: 'other' });
  for (const setting of ['storage=none', 'storage=elsewhere:3']) {
    await fairlead.ask('workspace-set', { workspace: 'strangers', settings: [setting] });
    const asked = await upload('a', { key });
    assert.deepEqual([asked.status, asked.value.error.code], [400, 'storage_not_allowed']);
    assert.match(asked.value.error.message, /storage/);
  }
  await fairlead.ask('workspace-set', { workspace: 'strangers', settings: ['storage=second:3'] });
  assert.equal((await upload('a', { key })).reply.headers['x-fairlead-provider'], 'second');
  await fairlead.ask('workspace-set', { workspace: 'strangers', settings: ['storage=any:7'] });
  const nobody = await upload('a', { headers: { 'x-fairlead-upstream': 'claude' } });
  assert.equal(nobody.status, 404, nobody.text);
});

test('a large file passes without being held, whole, and once', async () => {
  const size = 40 * 1024 * 1024;
  const body = toForm([
    ['purpose', 'batch'],
    ['file', Buffer.alloc(size, 120), 'large.bin'],
  ]);
  const headers = { 'content-type': formType, 'x-fairlead-upstream': 'eater' };
  for (const isChunked of [false, true]) {
    const reply = await call({ url, key: fairlead.key, path: '/v1/files', body, headers, isChunked });

    assert.equal(reply.status, 200, reply.body.toString());
    assert.equal(seen.bytes, body.length);
  }
});

test('a file that is too large, no form, or packed is refused', async () => {
  const tooLarge = { 'content-type': formType, 'content-length': String(513 * 1024 * 1024) };
  const open = openCall({ url, key: fairlead.key, path: '/v1/files', headers: tooLarge, isChunked: true, body: 'x' });
  const large = await open.reply;
  const plain = await at('POST', '/v1/files', { purpose: 'batch' });
  const packed = await upload('a', { headers: { 'content-encoding': 'gzip' } });
  const unnamed = await at('POST', '/v1/files', 'x', { headers: { 'content-type': 'multipart/form-data' } });
  const wrong = await upload('a', { key: 'sk-fl-wrong' });

  assert.deepEqual(
    [large.status, plain.status, packed.status, unnamed.status, wrong.status],
    [413, 415, 415, 415, 401],
  );
});

test('an upload is never sent twice: what breaks in the middle is told', async () => {
  const headers = { 'content-type': formType, 'x-fairlead-upstream': 'eater' };
  const big = Buffer.alloc(8 * 1024 * 1024, 120);
  const reset = await call({
    url,
    key: fairlead.key,
    path: '/v1/files',
    headers,
    body: toForm([['file', big, 'reset.bin']]),
  });
  const refused = await call({
    url,
    key: fairlead.key,
    path: '/v1/files',
    headers,
    body: toForm([['file', 'x', 'refuse.bin']]),
  });

  const words = await call({
    ...{ url, key: fairlead.key, path: '/v1/files', headers },
    body: toForm([['file', 'x', 'words.bin']]),
  });

  assert.equal(words.status, 502, 'an id that is none is kept nowhere');
  assert.equal(reset.status, 502, reset.body.toString());
  assert.equal(reset.headers['x-should-retry'], 'false');
  assert.equal(refused.status, 400, refused.body.toString());
});

test('who leaves in the middle of an upload ends it at the upstream as well', async () => {
  const closed = seen.closed;
  const body = toForm([['file', Buffer.alloc(2 * 1024 * 1024, 120), 'half.bin']]);
  const open = openCall({
    ...{ url, key: fairlead.key, path: '/v1/files', isChunked: true, body: body.subarray(0, -9) },
    headers: { 'content-type': formType, 'x-fairlead-upstream': 'eater', 'content-length': String(body.length) },
  });
  await until(() => seen.bytes > 100_000);
  open.leave();

  await until(() => seen.closed > closed);
  assert.ok(seen.bytes < body.length);
});

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    assert.ok(performance.now() < end, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const line = (text: string) =>
  JSON.stringify({
    ...{ custom_id: text, method: 'POST', url: '/v1/chat/completions' },
    body: { model: 'sandbox/echo', messages: [{ role: 'user', content: text }] },
  });

test('a batch goes where its file is, is looked at until it is done, and its results are the same workspace’s', async () => {
  const headers = { 'x-fairlead-upstream': 'second' };
  const { id: input } = (await upload(`${line('one')}\n${line('two')}\n`, { headers }, [['purpose', 'batch']])).value;
  const body = { input_file_id: input, endpoint: '/v1/chat/completions', completion_window: '24h' };
  const made = await at('POST', '/v1/batches', body);
  const { id } = made.value;

  assert.equal(made.status, 200, made.text);
  let shown = await at('GET', `/v1/batches/${id}`);
  for (let looks = 0; shown.value.status !== 'completed' && looks < 9; looks += 1)
    shown = await at('GET', `/v1/batches/${id}`);
  const results = await at('GET', `/v1/files/${shown.value.output_file_id}/content`);
  assert.equal(results.text.trim().split('\n').length, 2);
  assert.match(results.text, /"content":"two"/);
  assert.ok((await at('GET', '/v1/batches')).text.includes(id));
  const other = { key: stranger.key };
  assert.equal((await at('GET', `/v1/batches/${id}`, undefined, other)).status, 404);
  assert.equal((await at('GET', `/v1/files/${shown.value.output_file_id}/content`, undefined, other)).status, 404);
});

test('a batch of a file that is not its own, or in a workspace that wants none, is refused', async () => {
  const mine = (await upload(line('one'), {}, [['purpose', 'batch']])).value.id;
  const theirs = (await upload(line('one'), { key: stranger.key }, [['purpose', 'batch']])).value.id;
  const batch = (input: string) => ({
    input_file_id: input,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  const cancelled = await at('POST', '/v1/batches', batch(mine));

  assert.equal((await at('POST', '/v1/batches', batch(theirs))).status, 404);
  await fairlead.ask('workspace-set', { workspace: 'strangers', settings: ['batches=off'] });
  await eventually(async () =>
    assert.equal((await at('POST', '/v1/batches', batch(theirs), { key: stranger.key })).status, 403),
  );
  assert.equal((await at('POST', '/v1/batches', {})).status, 400);
  assert.equal((await at('POST', `/v1/batches/${cancelled.value.id}/cancel`)).value.status, 'cancelled');
});

test('nothing of a file lies anywhere afterwards, and nothing was charged for keeping it', async () => {
  const wallet = await fairlead.settledWallet();
  const { hits } = scanFolder(fairlead.folder, { secret });

  assert.deepEqual(hits, []);
  assert.ok(!fairlead.stderr().includes(secret));
  assert.ok(wallet.spent < 1_000_000n, String(wallet.spent));
});
