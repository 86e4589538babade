// Whatever an upstream does wrong before its first word, the caller gets a status of CONTRACT and pays nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const words = 'word '.repeat(2_000);
const endless = await startUpstream({ after }, async ({ response, left }) => {
  let isLeft = false;
  left.then(() => {
    isLeft = true;
  });
  response.writeHead(200, sse);
  while (!isLeft)
    if (!response.write(chunkOf(words)))
      await Promise.race([new Promise((drained) => response.once('drain', drained)), left]);
});
const config = `
deadlines: { divide_by: 100 }
upstreams:
  closed: { base_url: "http://127.0.0.1:${await closedPort()}/v1", data: { trains: false }, models: { m: { as: closed/m, price: { input: 1, output: 1 } } } }
  endless: { base_url: "${endless.url}", data: { trains: false }, models: { m: { as: endless/m, price: { input: 1, output: 1 } } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 9;
}

const troubles: readonly (readonly [what: string, model: string, status: number, code: string])[] = [
  ['refuses connections', 'closed/m', 502, 'upstream_unavailable'],
  ['resets', 'sandbox/fault-reset-before-head', 502, 'upstream_unavailable'],
  ['closes', 'sandbox/fault-close-before-head', 502, 'upstream_unavailable'],
  ['answers HTML', 'sandbox/fault-html', 502, 'upstream_unavailable'],
  ['answers nothing', 'sandbox/fault-empty', 502, 'upstream_unavailable'],
  ['answers garbage', 'sandbox/fault-garbage-bytes', 502, 'upstream_unavailable'],
  ['redirects', 'sandbox/fault-redirect', 502, 'upstream_unavailable'],
  ['refuses our key', 'sandbox/fault-http-401', 502, 'upstream_unavailable'],
  ['wants money of us', 'sandbox/fault-http-402', 502, 'upstream_unavailable'],
  ['is busy', 'sandbox/fault-http-503', 503, 'upstream_overloaded'],
  ['limits our rate', 'sandbox/fault-http-429', 503, 'upstream_overloaded'],
];

for (const [what, model, status, code] of troubles) {
  for (const stream of [false, true]) {
    test(`an upstream that ${what}${stream ? ', streamed' : ''}: ${status} ${code}`, async () => {
      const reply = await call({ url, key, body: ask(model, { stream }) });
      const record = await fairlead.explain(generationOf(reply));

      assert.deepEqual([reply.status, errorOf(reply).code], [status, code]);
      assert.equal(reply.headers['x-should-retry'], 'false');
      assert.equal(Number(reply.headers['x-fairlead-attempts']), record.attempts.length);
      assert.deepEqual([record.end_reason, record.charge_usd], ['failed', '0.000000000']);
    });
  }
}

test('an upstream that stalls: 504, and in the stream once a heartbeat has sent the head', async () => {
  // One after the other: the key of this upstream was refused above, so one request at a time finds out about it.
  const whole = await call({ url, key, body: ask('sandbox/fault-head-never') });
  const streamed = await call({ url, key, body: ask('sandbox/fault-head-never', { stream: true }) });

  assert.deepEqual([whole.status, errorOf(whole).code], [504, 'upstream_timeout']);
  assert.equal(streamed.status, 200);
  const seen = readStream(streamed.body);
  assert.deepEqual([seen.error?.code, seen.isDone, seen.rest], ['upstream_timeout', false, '']);
  assert.ok(seen.comments.length >= 2, 'heartbeats came');
});

test('a caller that never reads is cut off, its upstream aborted, and it pays for what it got', async () => {
  const open = openCall({ url, key, body: ask('endless/m', { stream: true }), isPaused: true });
  const response = await open.response;
  const startedAt = performance.now();
  const leftAt = await (await eventually(async () => endless.received[0] ?? Promise.reject(new Error('not yet')))).left;
  response.resume();
  const reply = await open.reply;

  const record = await fairlead.explain(generationOf(response));
  // callerWriteMs is 600 ms here.
  assert.ok(leftAt - startedAt < 1_500, `aborted after ${leftAt - startedAt} ms`);
  assert.equal(reply.isWhole, false);
  assert.equal(record.end_reason, 'caller_left');
  assert.ok(toNano(record.charge_usd) > 0n);
  assert.ok(toNano(record.charge_usd) <= toNano(record.hold_usd));
});

test('a caller that leaves between the head and the first word pays the input at a price that the record names', async () => {
  const open = openCall({ url, key, body: ask('sandbox/fault-stall-1', { stream: true }) });
  await open.began;
  await sleep(50);
  open.leave();

  const record = await fairlead.explain(generationOf(await open.response));

  assert.equal(record.end_reason, 'caller_left');
  assert.ok(record.usage.input > 0);
  assert.equal(toNano(record.charge_usd), BigInt(record.usage.input) * 250n);
  assert.notEqual(record.price_version, null);
});

test('afterwards nothing is held, the books are right, and it still answers', async () => {
  const wallet = await fairlead.settledWallet();
  const ledger = await eventually(async () => fairlead.ask<{ ok: boolean }>('ledger-check'));
  const reply = await call({ url, key, body: ask('sandbox/echo') });
  await sleep(0);

  assert.equal(wallet.balance + wallet.spent, 1_000_000_000n);
  assert.equal(ledger.ok, true);
  assert.equal(reply.status, 200);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed/);
});
