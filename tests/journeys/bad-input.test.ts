// Whatever is wrong with what a caller sends, it is told so in OpenAI's shape, pays nothing, and Fairlead goes on.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatKey } from '#core/privacy/key-format.ts';
import { ask, type CallOptions, call, errorOf, type Reply } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const bytesMax = 64 * 1024;
const config = `limits: { json_body_bytes_max: ${bytesMax} }\ndeadlines: { divide_by: 100 }\n`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
await fairlead.ask('workspace-set', { workspace: 'default', settings: ['storage=none'] });

async function assertRefused(reply: Reply, status: number, code: string): Promise<void> {
  const error = errorOf(reply);
  assert.deepEqual([reply.status, error.code], [status, code]);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  assert.match(String(reply.headers['x-generation-id']), /^gen-[0-9a-z]{26}$/);
  assert.equal(reply.headers['x-request-id'], reply.headers['x-generation-id']);
  assert.equal(reply.isWhole, true);
  const wallet = await fairlead.settledWallet();
  assert.deepEqual([wallet.spent, wallet.balance], [0n, 1_000_000_000n]);
}

const send = (options: Partial<CallOptions>) => call({ url, key, ...options });
const hello = ask('sandbox/echo');

test('every key that does not serve gets one and the same 401', async () => {
  const random = Buffer.alloc(32, 7);
  const disabled = await fairlead.ask<{ id: string; key: string }>('key-create', {});
  await fairlead.ask('key-disable', { id: disabled.id });
  const expired = await fairlead.ask<{ key: string }>('key-create', { expires: '2020-01-01' }).catch(() => undefined);
  const wrongChecksum = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
  const keys = [undefined, 'sk-other-1', wrongChecksum, formatKey('sk-fl-', random), disabled.key, expired?.key];

  const replies = await Promise.all(keys.map((each) => call({ url, key: each, body: hello })));

  for (const reply of replies) await assertRefused(reply, 401, 'invalid_api_key');
  assert.equal(new Set(replies.map(({ body }) => body.toString())).size, 1);
});

test('a key that expires while it is known is refused from then on', async () => {
  const expires = new Date(Date.now() + 1_500).toISOString();
  const { key: brief } = await fairlead.ask<{ key: string }>('key-create', { expires });
  const before = await call({ url, key: brief, path: '/v1/models', method: 'GET' });
  await new Promise((resolve) => setTimeout(resolve, Date.parse(expires) - Date.now() + 10));

  const reply = await call({ url, key: brief, body: hello });

  assert.equal(before.status, 200);
  await assertRefused(reply, 401, 'invalid_api_key');
});

const bodies: readonly (readonly [what: string, body: string | undefined, status: number, code: string])[] = [
  ['an empty body', '', 400, 'invalid_request'],
  ['no body at all', undefined, 400, 'invalid_request'],
  ['invalid JSON', '{"model":"sandbox/echo","messages":[}', 400, 'invalid_request'],
  ['JSON that breaks off', '{"model":"sandbox/echo","messages":[', 400, 'invalid_request'],
  ['JSON with more behind it', `${JSON.stringify(hello)}{}`, 400, 'invalid_request'],
  ['bytes that are no UTF-8 JSON', '\u0000\u0001\u0002', 400, 'invalid_request'],
  ['a list instead of an object', '[1,2,3]', 400, 'invalid_request'],
  ['a text instead of an object', '"hello"', 400, 'invalid_request'],
  ['null', 'null', 400, 'invalid_request'],
  ['65 levels', deep(65), 400, 'invalid_request'],
  ['two models', '{"model":"sandbox/echo","messages":[],"model":"sandbox/story"}', 400, 'invalid_request'],
  ['two models, one escaped', '{"model":"sandbox/echo","messages":[],"mod\\u0065l":"x"}', 400, 'invalid_request'],
  ['two limits', '{"model":"sandbox/echo","messages":[],"max_tokens":5,"max_tokens":9}', 400, 'invalid_request'],
  ['no model', '{"messages":[]}', 400, 'invalid_request'],
  ['a model that is a number', '{"model":7,"messages":[]}', 400, 'invalid_request'],
  ['no messages', '{"model":"sandbox/echo"}', 400, 'invalid_request'],
  ['messages that are a text', '{"model":"sandbox/echo","messages":"hi"}', 400, 'invalid_request'],
  ['a limit below one', '{"model":"sandbox/echo","messages":[],"max_tokens":0}', 400, 'invalid_request'],
  ['a limit with a fraction', '{"model":"sandbox/echo","messages":[],"max_tokens":1.5}', 400, 'invalid_request'],
  ['a limit as text', '{"model":"sandbox/echo","messages":[],"max_tokens":"9"}', 400, 'invalid_request'],
  ['129 choices', '{"model":"sandbox/echo","messages":[],"n":129}', 400, 'invalid_request'],
  ['stream as text', '{"model":"sandbox/echo","messages":[],"stream":"true"}', 400, 'invalid_request'],
  ['a model that nobody has', JSON.stringify(ask('nobody/nothing')), 404, 'model_not_found'],
  ['a family instead of a model', JSON.stringify(ask('sandbox/fault-*')), 404, 'model_not_found'],
  ['a model of prototypes', JSON.stringify(ask('__proto__')), 404, 'model_not_found'],
  ['storage at the upstream', JSON.stringify({ ...hello, store: true }), 400, 'storage_not_allowed'],
];

function deep(levels: number): string {
  return `{"model":"sandbox/echo","messages":${'['.repeat(levels)}${']'.repeat(levels)}}`;
}

for (const [what, body, status, code] of bodies) {
  test(`${what}: ${status} ${code}`, async () => {
    await assertRefused(await send({ body, headers: { 'content-type': 'application/json' } }), status, code);
  });
}

test('a body above the limit is refused, told by its length or not', async () => {
  const large = JSON.stringify(ask('sandbox/echo', {}, 'a'.repeat(bytesMax)));

  const told = await send({ body: large });
  const untold = await send({ body: large, isChunked: true });

  await assertRefused(told, 413, 'request_too_large');
  await assertRefused(untold, 413, 'request_too_large');
});

test('a small gzip that inflates above the limit is refused, and one within it is taken', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * bytesMax, 0x20));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

  const refused = await send({ body: bomb, headers });
  const cut = await send({ body: gzipSync(JSON.stringify(hello)).subarray(0, 40), headers });
  const noGzip = await send({ body: JSON.stringify(hello), headers });

  assert.ok(bomb.length < bytesMax / 4);
  await assertRefused(refused, 413, 'request_too_large');
  await assertRefused(cut, 400, 'invalid_request');
  await assertRefused(noGzip, 400, 'invalid_request');
});

test('a type other than JSON and an unknown encoding are refused', async () => {
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'json']) {
    await assertRefused(await send({ body: hello, headers: { 'content-type': type } }), 415, 'unsupported_media_type');
  }
  for (const encoding of ['compress', 'gzip, gzip', 'constructor']) {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    await assertRefused(await send({ body: hello, headers }), 415, 'unsupported_encoding');
  }
});

test('another method is refused with the one that is allowed; HEAD and OPTIONS end', async () => {
  const got = await send({ method: 'GET' });
  const put = await send({ method: 'PUT', body: hello });
  const models = await send({ method: 'POST', path: '/v1/models', body: hello });
  const head = await send({ method: 'HEAD' });
  const options = await send({ method: 'OPTIONS' });
  const nowhere = await send({ path: '/v1/nowhere', body: hello });

  await assertRefused(got, 405, 'method_not_allowed');
  await assertRefused(put, 405, 'method_not_allowed');
  await assertRefused(models, 405, 'method_not_allowed');
  assert.deepEqual(
    [got, models].map(({ headers }) => headers.allow),
    ['POST', 'GET'],
  );
  assert.deepEqual([head.status, head.body.length, head.isWhole], [405, 0, true]);
  assert.deepEqual([options.status, options.headers.allow], [405, 'POST']);
  await assertRefused(nowhere, 404, 'not_found');
});

test('a caller that sends a byte a second is told that its time is over', async () => {
  const [seen, ms] = await sendDrip('POST /v1/chat/completions', 50);

  assert.match(seen, /^HTTP\/1\.1 408 /);
  assert.match(seen, /"code":"request_timeout"/);
  assert.ok(ms < 1_000, `after ${ms} ms`);
});

test('a caller that sends much at once and then a byte a second is told the same', async () => {
  const [seen, ms] = await sendDrip('POST /v1/chat/completions', 50, 40_000);

  assert.match(seen, /^HTTP\/1\.1 408 /);
  assert.ok(ms < 1_500, `after ${ms} ms`);
});

test('before the console, too, a body that drips is cut off', async () => {
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
  // The console starts with its first visitor.
  assert.equal((await send({ key: manager, method: 'GET', path: '/api/v1/keys' })).status, 200);

  const [seen, ms] = await sendDrip('POST /api/v1/keys', 50, 0, manager);

  assert.doesNotMatch(seen, /^HTTP\/1\.1 2/);
  // The console itself would wait for 5 s.
  assert.ok(ms < 4_000, `after ${ms} ms`);
});

test('a caller whose head never ends is cut off', async () => {
  const startedAt = performance.now();
  const seen = await exchange('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n');

  assert.match(seen, /^(HTTP\/1\.1 408 |$)/);
  assert.ok(performance.now() - startedAt < 3_000);
});

test('two framings in one head are refused, and what follows is no request', async () => {
  const inner = 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n';
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
  const smuggled: readonly string[] = [
    `${head}content-length: ${inner.length + 5}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n{}${inner}`,
    `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
    `${head}transfer-encoding: chunked\r\n\r\nZ\r\n\r\n${inner}`,
    `${head}content-length: -1\r\n\r\n${inner}`,
  ];

  for (const text of smuggled) {
    const seen = await exchange(text);
    assert.match(seen, /^HTTP\/1\.1 400 /, text.slice(head.length, head.length + 60));
    assert.equal(seen.split('HTTP/1.1 ').length, 2, 'one answer and no more');
  }
});

test('after all of that nothing was charged, the books are right, and the next request is answered', async () => {
  const ledger = await fairlead.ask<{ ok: boolean }>('ledger-check');
  const reply = await send({ body: hello });

  assert.equal(ledger.ok, true);
  assert.equal(reply.status, 200);
  assert.equal((await send({ method: 'GET', path: '/healthz' })).status, 200);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|keeper-died|journal-/);
});

function exchange(text: string): Promise<string> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.setTimeout(4_000, () => socket.destroy());
    socket.on('data', (bytes) => (seen += bytes.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(seen));
  });
}

const longestDripMs = 10_000;

async function sendDrip(start: string, everyMs: number, atOnce = 0, secret = key): Promise<[seen: string, ms: number]> {
  const startedAt = performance.now();
  let seen = '';
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
    socket.write(`${start} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\ncontent-length: 50000\r\n\r\n{`);
    setTimeout(() => socket.write(' '.repeat(atOnce)), 30);
  });
  const drip = setInterval(() => socket.write(' '), everyMs);
  const longest = setTimeout(() => socket.destroy(), longestDripMs);
  socket.on('data', (bytes) => (seen += bytes.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => clearTimeout(longest));
  await new Promise((resolve) => {
    socket.on('close', resolve);
    setTimeout(resolve, 5_000).unref();
  });
  clearInterval(drip);
  return [seen, performance.now() - startedAt];
}
