// A stream reaches the caller as it comes, byte for byte, and neither side is left waiting or paying for the other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedLine } from '#simulator/served-line.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { ask, call, generationOf, openCall } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { chunkOf, sse, startTap, startUpstream } from './scripted-upstream.ts';

const served: (ServedLine & { ms: number })[] = [];
const simulator = await startSimulator({
  port: 0,
  onServed: (line) => served.push({ ...line, ms: performance.now() }),
});
after(() => simulator.close());
const tap = await startTap({ after }, simulator.url);
const flood = { sent: 0, isStopped: false };
const pieceOfFlood = chunkOf('word '.repeat(13_000));
const floodPieces = 1_500;
const flooding = await startUpstream({ after }, async ({ response, left }) => {
  response.writeHead(200, sse);
  for (let piece = 0; piece < floodPieces; piece += 1) {
    if (response.write(pieceOfFlood)) await sleep(0);
    else await Promise.race([new Promise((drained) => response.once('drain', drained)), left]);
    flood.sent += pieceOfFlood.length;
  }
  response.end(`${chunkOf('', 'stop')}data: [DONE]\n\n`);
});

// Prices of one dollar per million: a token costs 1,000 nano-dollars.
const price = 'price: { input: 1, output: 1 }';
const config = `
upstreams:
  tap: { base_url: "${tap.url}", data: { trains: false }, api_key: any, models: {
    sandbox/echo: { as: tap/echo, ${price} }, sandbox/story: { as: tap/story, ${price} },
    sandbox/tool: { as: tap/tool, ${price} }, sandbox/think: { as: tap/think, ${price} } } }
  own: { base_url: "${simulator.url}", data: { trains: false }, api_key: any, models: {
    sandbox/pace-100-10: { as: own/slow, ${price} }, sandbox/pace-50-200: { as: own/long, ${price} },
    sandbox/fault-head-never: { as: own/silent, ${price} }, sandbox/fault-stall-1: { as: own/role-only, ${price} } } }
  flood: { base_url: "${flooding.url}", data: { trains: false }, api_key: any, models: { m: { as: flood/m, price: free } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
const streamed = { stream: true, max_tokens: 1_000 };

test('each word arrives when it was said, not when all was said', async () => {
  const reply = await call({ url, key, body: ask('own/slow', streamed) });

  const words = reply.arrivals.filter(({ bytes }) => bytes.includes('"content":"')).map(({ ms }) => ms);
  const gaps = words.slice(1).map((ms, index) => ms - (words[index] ?? 0));
  assert.ok(reply.ms > 850, `the upstream took ${reply.ms} ms`);
  assert.ok((words[0] ?? reply.ms) < 300, `the first word took ${words[0]} ms`);
  assert.ok(gaps.filter((gap) => gap > 40).length >= 7, `gaps ${gaps.map(Math.round)}`);
});

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
};

for (const model of ['tap/echo', 'tap/story', 'tap/tool', 'tap/think']) {
  test(`${model}: the caller gets the upstream's own bytes, and usage only when it asked for it`, async () => {
    const more = { ...streamed, tools: [weather] };
    const [plain, asking, whole] = [
      await call({ url, key, body: ask(model, more) }),
      await call({ url, key, body: ask(model, { ...more, stream_options: { include_usage: true } }) }),
      await call({ url, key, body: ask(model, { tools: [weather], max_tokens: 1_000 }) }),
    ];
    const [upPlain, upAsking, upWhole] = await Promise.all(tap.answers.splice(0));

    const usageEvent = readStream(upPlain ?? Buffer.alloc(0)).data.find((data) => data.includes('"choices":[]'));
    assert.ok(usageEvent !== undefined, 'the upstream was asked for usage');
    assert.equal(plain.body.toString(), upPlain?.toString().replace(`data: ${usageEvent}\n\n`, ''));
    assert.equal(asking.body.toString(), upAsking?.toString());
    assert.equal(whole.body.toString(), upWhole?.toString());
    assert.deepEqual(
      [plain, asking].map(({ body }) => readStream(body).usageChunks),
      [0, 1],
    );
    assert.equal(plain.headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal(plain.isWhole, true);
  });
}

test('a caller that reads slowly slows its upstream, costs no memory, and gets every byte in the end', async () => {
  const before = residentBytes(fairlead.pid);
  const open = openCall({ url, key, body: ask('flood/m', { stream: true }), isPaused: true });
  const response = await open.response;
  // What fits between them is taken first, on a busy machine slowly; then nothing more goes out.
  let early = -1;
  for (let look = 0; look < 40 && (flood.sent === 0 || flood.sent !== early); look += 1) {
    early = flood.sent;
    await sleep(500);
  }

  const late = flood.sent;
  const grown = residentBytes(fairlead.pid) - before;
  let read = 0;
  response.on('data', (part: Buffer) => (read += part.length));
  const reply = await open.reply;

  assert.equal(late, early, 'the upstream still sends');
  assert.ok(late < 32 * 1024 * 1024, `${late} bytes were taken ahead of the caller`);
  assert.ok(grown < 48 * 1024 * 1024, `memory grew by ${grown} bytes`);
  assert.ok(read > floodPieces * pieceOfFlood.length, `${read} bytes came`);
  assert.equal(reply.isWhole, true);
});

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

test('a caller that leaves after content: upstream aborted within 250 ms, input and what came are paid', async () => {
  served.length = 0;
  const open = openCall({ url, key, body: ask('own/long', streamed) });
  await open.began;
  await sleep(300);
  const leftAt = performance.now();
  open.leave();
  const line = await eventually(async () => served[0] ?? Promise.reject(new Error('the upstream was not aborted')));

  const record = await fairlead.explain(generationOf(await open.response));
  assert.equal(line.ended, 'aborted');
  assert.ok(line.ms - leftAt <= 250, `after ${line.ms - leftAt} ms`);
  assert.deepEqual([record.end_reason, record.usage_source], ['caller_left', 'estimated']);
  assert.ok(record.usage.input > 0 && record.usage.output > 0);
  assert.ok(record.usage.output <= 2 * line.sent + 2, `${record.usage.output} tokens for ${line.sent}`);
  assert.equal(toNano(record.charge_usd), BigInt(record.usage.input + record.usage.output) * 1_000n);
  assert.notEqual(record.price_version, null);
});

test('a caller that leaves before the upstream answered pays nothing', async () => {
  served.length = 0;
  const spent = (await fairlead.settledWallet()).spent;
  const open = openCall({ url, key, body: ask('own/silent', streamed) });
  await sleep(300);
  const leftAt = performance.now();
  open.leave();
  const line = await eventually(async () => served[0] ?? Promise.reject(new Error('the upstream was not aborted')));
  const wallet = await fairlead.settledWallet();

  assert.equal(line.ended, 'aborted');
  assert.ok(line.ms - leftAt <= 250, `after ${line.ms - leftAt} ms`);
  assert.equal(wallet.spent, spent);
});

test('a caller that leaves after the head and before content pays the input', async () => {
  served.length = 0;
  const spent = (await fairlead.settledWallet()).spent;
  const open = openCall({ url, key, body: ask('own/role-only', streamed) });
  await sleep(300);
  const leftAt = performance.now();
  open.leave();
  const line = await eventually(async () => served[0] ?? Promise.reject(new Error('the upstream was not aborted')));

  const paid = await eventually(async () => {
    const now = (await fairlead.settledWallet()).spent - spent;
    return now > 0n ? now : Promise.reject(new Error('nothing was paid'));
  });
  assert.equal(line.ended, 'aborted');
  assert.ok(line.ms - leftAt <= 250, `after ${line.ms - leftAt} ms`);
  assert.ok(paid % 1_000n === 0n && paid < 60_000n, `${paid} nano-dollars`);
});

test('the deadline that a caller names ends its stream in the dialect, and it pays for what it got', async () => {
  const reply = await call({ url, key, body: ask('own/long', streamed), headers: { 'x-timeout-ms': '500' } });

  const record = await fairlead.explain(generationOf(reply));
  const seen = readStream(reply.body);
  assert.ok(reply.ms > 450 && reply.ms < 900, `after ${reply.ms} ms`);
  assert.deepEqual([reply.status, seen.error?.code, seen.isDone], [200, 'deadline_exceeded', false]);
  assert.ok(toNano(record.charge_usd) > 0n, `${record.end_reason} was free`);
});

test('the deadline that a caller names before any answer is a 504 that costs nothing', async () => {
  const headers = { 'x-timeout-ms': '200' };
  const [silent, whole] = await Promise.all([
    call({ url, key, body: ask('own/silent', streamed), headers }),
    call({ url, key, body: ask('own/long', { max_tokens: 1_000 }), headers }),
  ]);

  for (const reply of [silent, whole]) {
    assert.ok(reply.ms > 150 && reply.ms < 600, `after ${reply.ms} ms`);
    assert.equal(reply.status, 504);
    assert.match(reply.body.toString(), /"code":"deadline_exceeded"/);
    assert.equal((await fairlead.explain(generationOf(reply))).charge_usd, '0.000000000');
  }
});

test('afterwards nothing is held and the books are right', async () => {
  const wallet = await fairlead.settledWallet();

  assert.equal(wallet.balance + wallet.spent, 1_000_000_000n);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran/);
});
