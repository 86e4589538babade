// What is large, deep or odd: refused at the real bounds, or answered with every byte of it passed on.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ask, type CallOptions, call, errorOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const upstream = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('hello'));
});
const config = `
upstreams:
  own: { base_url: "${upstream.url}", data: { trains: false }, api_key: upstream-secret-key, models: { m: { as: own/m, price: free } } }
models:
  own/m: { context: 100000000 }
`;
const fairlead = await runFairlead({ after }, { config, env: { LOG_LEVEL: 'trace' } });
const { url, key } = fairlead;
const send = (options: Partial<CallOptions>) => call({ url, key, ...options });
const hello = ask('own/m', { max_tokens: 9 });

test('JSON of 100,000 levels is refused at once', async () => {
  const inner = '['.repeat(100_000) + ']'.repeat(100_000);

  const inMessages = await send({ body: `{"model":"own/m","messages":${inner}}` });
  const inUnknown = await send({
    body: `{"model":"own/m","messages":[],"x":${inner.replaceAll('[', '{"a":[').replaceAll(']', ']}')}}`,
  });
  const unclosed = await send({ body: `{"model":"own/m","messages":${'['.repeat(100_000)}` });

  for (const reply of [inMessages, inUnknown, unclosed]) {
    assert.deepEqual([reply.status, errorOf(reply).code], [400, 'invalid_request']);
    assert.ok(reply.ms < 1_000, `${reply.ms} ms`);
  }
  assert.equal(upstream.received.length, 0);
});

test('the real bound is 32 MiB: a body of that is taken, one byte more is refused', async () => {
  const limit = 32 * 1024 * 1024;
  const empty = JSON.stringify(ask('own/m', {}, ''));
  const fits = empty.replace('""', `"${'a'.repeat(limit - empty.length)}"`);

  const taken = await send({ body: fits });
  const refused = await send({ body: `${fits} ` });
  const untold = await send({ body: `${fits} `, isChunked: true });

  // 32 MiB of text could be as many tokens; no wallet of one dollar covers that, but this model is free.
  assert.equal(taken.status, 200);
  assert.ok((upstream.received.pop()?.body.length ?? 0) >= limit - 10);
  for (const reply of [refused, untold])
    assert.deepEqual([reply.status, errorOf(reply).code], [413, 'request_too_large']);
});

test('keys of prototypes pass through as bytes', async () => {
  const odd = '{"__proto__":{"model":"x"},"constructor":{"prototype":{"y":1}},"toString":null,"hasOwnProperty":0,';
  const body = `${odd}"model":"own/m","max_tokens":9,"messages":[{"role":"user","__proto__":{"z":1},"content":"hi"}]}`;

  const reply = await send({ body });

  assert.equal(reply.status, 200);
  assert.equal(upstream.received.pop()?.body.toString(), body.replace('"own/m"', '"m"'));
});

test('a body in every encoding that is named is taken and goes up plain', async () => {
  const plain = Buffer.from(JSON.stringify(hello));
  const encoded = {
    gzip: gzipSync(plain),
    'X-GZIP': gzipSync(plain),
    deflate: deflateSync(plain),
    br: brotliCompressSync(plain),
    zstd: zstdCompressSync(plain),
  };

  for (const [encoding, body] of Object.entries(encoded)) {
    const reply = await send({ body, headers: { 'content-encoding': encoding } });
    const received = upstream.received.pop();
    assert.equal(reply.status, 200, encoding);
    assert.equal(received?.body.toString(), JSON.stringify({ ...hello, model: 'm' }));
    assert.equal(received?.headers['content-encoding'], undefined);
  }
});

test('a key is taken from every place where a dialect puts it', async () => {
  const places: readonly Partial<CallOptions>[] = [
    { headers: { authorization: `Bearer ${key}` } },
    { headers: { authorization: `bearer   ${key} ` } },
    { headers: { 'x-api-key': key } },
    { headers: { 'x-goog-api-key': key } },
    { path: `/v1/chat/completions?key=${key}` },
    { path: `/v1/chat/completions?alt=sse&key=${key}&x=1` },
  ];

  const replies = await Promise.all(places.map((place) => call({ url, body: hello, ...place })));

  assert.deepEqual(
    replies.map(({ status }) => status),
    places.map(() => 200),
  );
});

test('no key and nothing of the caller goes up, and no key is ever logged', async () => {
  const headers = { 'x-secret': 'a-secret', cookie: 'a=b', 'openai-organization': 'org-1', 'user-agent': 'x' };
  await send({ body: hello, headers, path: `/v1/chat/completions?key=${key}` });
  await send({ path: `/nowhere/at/all?key=${key}`, method: 'GET' });
  await send({ path: `/v1/nowhere?key=${key}`, method: 'GET' });

  const received = upstream.received.pop();

  const { authorization, host, 'content-length': length, ...others } = received?.headers ?? {};
  assert.equal(authorization, 'Bearer upstream-secret-key');
  assert.equal(host, new URL(upstream.url).host);
  assert.equal(length, String(received?.body.length));
  assert.deepEqual(others, {
    accept: 'application/json',
    connection: 'keep-alive',
    'content-type': 'application/json',
    'user-agent': 'fairlead',
  });
  assert.doesNotMatch(JSON.stringify(upstream.received.map((each) => each.headers)), /sk-fl-/);
  assert.doesNotMatch(fairlead.stderr(), /sk-fl-|upstream-secret-key|a-secret/);
});

test('a caller that leaves in the middle of its body costs nothing and stays unheard of', async () => {
  const before = upstream.received.length;
  const half = JSON.stringify(hello).slice(0, 30);
  const open = await import('node:net').then(({ connect }) => connect(Number(new URL(url).port), '127.0.0.1'));
  open.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 99\r\n\r\n${half}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  open.destroy();

  const reply = await send({ body: hello });

  assert.equal(reply.status, 200);
  assert.equal(upstream.received.length, before + 1);
  assert.equal((await fairlead.settledWallet()).spent, 0n);
});
