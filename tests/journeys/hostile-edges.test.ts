// What a hostile caller or upstream does at the edges: nobody else notices, and nobody pays for what did not happen.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshFolder, spawnFairlead } from '../support/fairlead-process.ts';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { inflatedBytes, largeText, modelsAt, startHostileUpstream } from './hostile-upstream.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';

const upstream = await startHostileUpstream({ after });
const context = 50_000;
const perToken = 'price: { input: 1, output: 1 }';
const config = `
upstreams:
  own:
    base_url: "${upstream.url}"
    data: { trains: false }
    models:
${modelsAt('own', '{ input: 1, output: 1 }')}
  fee:
    base_url: "${upstream.url}"
    data: { trains: false }
    models:
${modelsAt('fee', '{ input: 0, output: 0, request: "0.01" }')}
  free: { base_url: "${upstream.url}", data: { trains: false }, models: { flood: { as: free/flood, price: free } } }
  like-openai: { provider: openai, base_url: "${upstream.url}", data: { trains: false }, models: { ok: { as: o/ok, ${perToken} } } }
models:
  own/ok: { context: ${context}, max_output: 1000 }
  own/unmeasured: { context: ${context}, max_output: 1000 }
  o/ok: { max_output: 1000 }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
const nanoPerToken = 1_000n;
const few = { max_tokens: 9 };

const send = (model: string, more: Readonly<Record<string, unknown>> = few) =>
  call({ url, key, body: ask(model, more) });

test('a head that Node cannot send on ends that request alone', async () => {
  const open = openCall({ url, key, body: ask('sandbox/pace-50-10', { stream: true, ...few, max_tokens: 100 }) });
  await open.began;

  const answer = await rawAnswer('GET / HTTP/1.1\r\nhost: x\r\ntrailer: foo\r\nconnection: close\r\n\r\n');
  const reply = await open.reply;
  const next = await call({ url, path: '/healthz', method: 'GET' });

  assert.match(answer, /^HTTP\/1\.1 (200|503) /);
  assert.deepEqual([reply.isWhole, readStream(reply.body).isDone, next.status], [true, true, 200]);
});

async function rawAnswer(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.destroy();
  return String(first);
}

test('a form without end is refused, told by its length or not', async () => {
  const head = 'POST /setup/nobody HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n';
  const body = 'a'.repeat(3_000_000);

  const untold = await rawAnswer(`${head}transfer-encoding: chunked\r\n\r\n2dc6c0\r\n${body}\r\n0\r\n\r\n`);
  const told = await rawAnswer(`${head}content-length: ${body.length}\r\n\r\n${body}`);

  assert.match(untold, /^HTTP\/1\.1 413 /);
  assert.match(told, /^HTTP\/1\.1 413 /);
});

test('a fee per request is paid once for an answer, streamed or not', async () => {
  const replies = [await send('fee/ok'), await send('fee/stream', { ...few, stream: true })];

  for (const reply of replies) {
    assert.equal(reply.status, 200, reply.body.toString());
    assert.equal((await fairlead.explain(generationOf(reply))).charge_usd, '0.010000000');
  }
});

test('a fee per request is not paid for a failure, nor for a refusal', async () => {
  const before = (await fairlead.settledWallet()).spent;
  const replies = [
    await send('fee/fails'),
    await send('fee/fails', { ...few, stream: true }),
    await send('fee/refuses'),
  ];

  const records = await Promise.all(replies.map((reply) => fairlead.explain(generationOf(reply))));

  assert.deepEqual(
    replies.map(({ status }) => status),
    [502, 502, 400],
  );
  assert.deepEqual(new Set(records.map((record) => record.charge_usd)), new Set(['0.000000000']));
  assert.equal((await fairlead.settledWallet()).spent, before);
});

test('a fee per request is not paid by a caller that left before the head', async () => {
  const before = (await fairlead.settledWallet()).spent;
  const count = upstream.received.length;
  const open = openCall({ url, key, body: ask('fee/silent', few) });
  const held = await eventually(async () => {
    const { held } = await fairlead.wallet();
    return upstream.received.length > count && held > 0n ? held : Promise.reject(new Error('nothing is held'));
  });

  open.leave();

  assert.equal(held, 10_000_000n);
  assert.equal((await fairlead.settledWallet()).spent, before);
});

for (const model of ['own/lingers', 'own/babbles']) {
  test(`${model} after its [DONE]: the caller's stream ends at once, and the upstream is let go`, async () => {
    const reply = await send(model, { ...few, stream: true });
    const endedAt = performance.now();
    const left = await Promise.race([upstream.received.at(-1)?.left, sleep(3_000)]);

    const seen = readStream(reply.body);
    assert.deepEqual([reply.isWhole, seen.isDone, seen.text], [true, true, 'hi']);
    assert.ok(reply.ms < 500, `the caller waited ${reply.ms} ms`);
    assert.ok(left !== undefined && left - endedAt < 1_500, `let go after ${(left ?? Infinity) - endedAt} ms`);
  });
}

test('of two choices one that finished does not make the other whole', async () => {
  const cut = await send('own/half-cut', { ...few, stream: true, n: 2 });
  const whole = await send('own/not-cut', { ...few, stream: true });

  const seen = readStream(cut.body);
  assert.deepEqual([seen.error?.code !== undefined, seen.isDone], [true, false]);
  assert.equal((await fairlead.explain(generationOf(cut))).end_reason, 'upstream_cut');
  assert.equal(readStream(whole.body).isDone, true);
});

test('more choices than a hold is cut for are refused before anything is held', async () => {
  const replies = [await send('own/ok', { ...few, n: 129 }), await send('own/ok', { ...few, n: 1e15 })];

  for (const reply of replies) assert.deepEqual([reply.status, errorOf(reply).code], [400, 'invalid_request']);
});

const limits: readonly (readonly [model: string, fields: string, goesUp: string])[] = [
  ['own/ok', '"max_tokens":null', '"max_tokens":1000'],
  ['own/ok', '"max_completion_tokens":null', '"max_tokens":1000,"max_completion_tokens":null'],
  ['own/ok', '"max_tokens":null,"max_completion_tokens":9', '"max_tokens":null,"max_completion_tokens":9'],
  ['own/ok', '"max_tokens":null,"max_completion_tokens":9000', '"max_tokens":null,"max_completion_tokens":1000'],
  ['own/ok', '"max_tokens":null,"max_completion_tokens":null', '"max_tokens":1000,"max_completion_tokens":null'],
  ['o/ok', '"max_tokens":null', '"max_completion_tokens":1000,"max_tokens":null'],
  ['o/ok', '"max_completion_tokens":null', '"max_completion_tokens":1000'],
  ['o/ok', '"max_tokens":9000,"max_completion_tokens":null', '"max_tokens":1000,"max_completion_tokens":null'],
  ['o/ok', '"max_tokens":null,"max_completion_tokens":null', '"max_tokens":null,"max_completion_tokens":1000'],
];

for (const [model, fields, goesUp] of limits) {
  test(`${model}: a limit that is null is none: ${fields}`, async () => {
    const reply = await call({ url, key, body: `{${fields},"store":false,"model":"${model}","messages":[]}` });

    assert.equal(reply.status, 200);
    assert.equal(upstream.received.at(-1)?.body.toString(), `{${goesUp},"store":false,"model":"ok","messages":[]}`);
  });
}

test('a slow but steady reader gets all of a large answer', async (t) => {
  const writeMs = 400;
  const slow = await runFairlead(t, { config: `${config}deadlines: { caller_write_ms: ${writeMs} }\n` });
  const open = openCall({ url: slow.url, key: slow.key, body: ask('own/large', few), isPaused: true });
  const response = await open.response;
  const parts: Buffer[] = [];
  response.on('readable', () => {});
  while (!response.destroyed) {
    const part: Buffer | null = response.read(Math.min(65_536, response.readableLength || 1));
    if (part) parts.push(part);
    await sleep(12);
  }
  const { ms, isWhole } = await open.reply;

  assert.ok(ms > 2 * writeMs, `it took only ${ms} ms`);
  assert.equal(isWhole, true);
  assert.equal(JSON.parse(Buffer.concat(parts).toString()).choices[0].message.content, largeText);
});

for (const model of ['own/deep-text', 'own/deep-whole', 'own/deep-broken', 'own/deep-error']) {
  test(`${model}: a reply without bottom is a failure of the upstream and nobody else's`, async () => {
    const reply = await send(model);

    assert.deepEqual([reply.status, errorOf(reply).code], [502, 'upstream_unavailable']);
    assert.ok(reply.ms < 2_000, `it took ${reply.ms} ms`);
    assert.equal((await fairlead.explain(generationOf(reply))).charge_usd, '0.000000000');
    assert.equal((await fairlead.settledWallet()).held, 0n);
  });
}

test('an event without bottom is no JSON that we read: it passes as it came, and hurts nobody', async () => {
  const reply = await send('own/deep-event', { ...few, stream: true });

  const seen = readStream(reply.body);
  assert.deepEqual([seen.error, seen.isDone, reply.isWhole], [undefined, true, true]);
  assert.ok(reply.body.includes('['.repeat(200_000)));
  assert.equal((await send('own/ok')).status, 200);
});

const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(4_000)}` } };
const withPart = (model: string, part: object) => ({ model, ...few, messages: [{ role: 'user', content: [part] }] });

test('a body with a byte order mark may have parts', async () => {
  const reply = await call({ url, key, body: `\ufeff${JSON.stringify(withPart('own/ok', image))}` });

  assert.equal(reply.status, 200, reply.body.toString());
});

const openParts: readonly object[] = [
  { type: 'video_url', video_url: { url: 'https://example.com/v.mp4' } },
  { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
  { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'x.pdf' } },
  { type: 'something_new' },
];

for (const part of openParts) {
  test(`the hold covers the whole context for ${JSON.stringify(part).slice(0, 50)}`, async () => {
    const reply = await call({ url, key, body: withPart('own/ok', part) });

    const { hold_usd } = await fairlead.explain(generationOf(reply));
    assert.ok(toNano(hold_usd) >= BigInt(context) * nanoPerToken, hold_usd);
  });
}

test('an image whose usage nobody reports is charged as one image, though the hold covers the dearest', async () => {
  const reply = await call({ url, key, body: withPart('own/unmeasured', image) });

  const record = await fairlead.explain(generationOf(reply));
  assert.equal(record.usage_source, 'estimated');
  assert.ok(toNano(record.hold_usd) >= 40_000n * nanoPerToken, record.hold_usd);
  assert.ok(toNano(record.charge_usd) > 1_000n * nanoPerToken, record.charge_usd);
  assert.ok(toNano(record.charge_usd) < 2_000n * nanoPerToken, record.charge_usd);
});

test('a configuration that no header can tell stops the start with one sentence', async (t) => {
  const folder = freshFolder(t);
  const upstreams = `upstreams: { own: { base_url: "${upstream.url}", data: { trains: false }, region: 東京, models: { ok: { price: free } } } }\n`;
  const spawned = spawnFairlead({ dataDir: join(folder, 'data'), config: upstreams });

  await assert.rejects(spawned.firstLine, /it ended with 1 before it was ready/);
  const lines = spawned.stderr().trim().split('\n');
  assert.equal(lines.length, 1, spawned.stderr());
  assert.match(lines[0] ?? '', /region.*must be plain ASCII/);
});

test('who was let in is told its limits also when it is refused', async () => {
  const replies = [
    await send('own/fails'),
    await send('own/refuses'),
    await send('own/fails', { ...few, stream: true }),
  ];

  for (const { status, headers } of replies) {
    assert.ok(status === 502 || status === 400, `${status}`);
    assert.match(String(headers['x-ratelimit-limit-usd']), /^\d+\.\d+$/);
    assert.match(String(headers['x-ratelimit-remaining-usd']), /^\d+\.\d+$/);
  }
});

test('counts are for this machine alone, not for whom a proxy on it speaks', async () => {
  const read = (headers: Record<string, string>) => call({ url, path: '/metrics', method: 'GET', headers });

  const replies = [
    await read({ 'x-forwarded-for': '127.0.0.1' }),
    await read({ forwarded: 'for=127.0.0.1' }),
    await read({}),
  ];

  assert.deepEqual(
    replies.map(({ status }) => status),
    [403, 403, 200],
  );
});

test('what an upstream compresses is inflated no faster than the caller reads', async () => {
  const before = residentBytes(fairlead.pid);
  const open = openCall({ url, key, body: ask('free/flood', { stream: true }), isPaused: true });
  await open.response;
  await sleep(1_000);

  const grown = residentBytes(fairlead.pid) - before;
  open.leave();

  assert.ok(grown < inflatedBytes / 3, `memory grew by ${grown} bytes`);
});

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

test('afterwards nothing is held and the books are right', async () => {
  const wallet = await fairlead.settledWallet();

  assert.equal(wallet.balance + wallet.spent, 1_000_000_000n);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran/);
});
