// A workspace that wants it has a second endpoint asked beside one that is slow to begin; who is faster answers.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HedgeBudget } from '#gateway/attempt/hedge-budget.ts';
import { ask, call, generationOf, openCall, type Reply } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { chunkOf, type Received, sse, startUpstream } from './scripted-upstream.ts';

/** What `slow` does: wait so long, then answer; or never go on after its head. */
let slowMs: number | 'head-alone' = 0;
let fastBreaks = false;

async function answer({ response }: Received, word: string, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms);
  response.writeHead(200, sse);
  response.end(`${chunkOf(word)}${chunkOf('', 'stop')}data: [DONE]\n\n`);
}

const slow = await startUpstream({ after }, (received) => {
  if (slowMs !== 'head-alone') return answer(received, 'slow', slowMs);
  received.response.writeHead(200, sse);
  received.response.write(': soon\n\n');
});
const fast = await startUpstream({ after }, (received) => {
  if (!fastBreaks) return answer(received, 'fast', 0);
  received.response.writeHead(200, sse);
  received.response.end('data: {"error":{"message":"no","type":"server_error","code":"server_error"}}\n\n');
});
const config = `
deadlines: { failover_ms: 4000 }
routing: { strategy: order }
upstreams:
  slow: { base_url: "${slow.url}", data: { trains: false }, api_key: a, models: { m: { as: pair/m, price: { input: 100, output: 1 } } } }
  fast: { base_url: "${fast.url}", data: { trains: false }, api_key: b, models: { m: { as: pair/m, price: { input: 1, output: 1 } } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
await fairlead.ask('wallet-credit', { usd: '100.00' });

function stream(more: object = {}): Promise<Reply> {
  return call({ url, key, body: ask('pair/m', { stream: true, max_tokens: 50, ...more }) });
}

/** What the operator has paid for those who were called off, by the ledger. */
function lossOfHedges(): bigint {
  const db = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { readOnly: true });
  try {
    const find = db.prepare(`select sum(amount) as loss from entry where account = 'loss:hedge'`);
    find.setReadBigInts(true);
    const loss = find.get()?.loss;
    return typeof loss === 'bigint' ? (loss < 0n ? -loss : loss) : 0n;
  } finally {
    db.close();
  }
}

/** One request in twenty may be hedged; some of them may be at once, on a busy machine. */
async function earnHedge(): Promise<void> {
  slowMs = 0;
  for (let each = 0; each < 100; each += 1) await stream();
}

test('without the setting the slow one is waited for', async () => {
  slowMs = 1_500;
  const reply = await stream();

  assert.equal(readStream(reply.body).text, 'slow');
  assert.equal(fast.received.length, 0);
});

test('with it the faster one answers and is paid; the other is called off at the operator’s cost', async () => {
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['hedging=on'] });
  await sleep(1_100);
  await earnHedge();
  slowMs = 20_000;
  const reply = await stream();

  const record = await fairlead.explain(generationOf(reply));
  assert.deepEqual([readStream(reply.body).text, readStream(reply.body).isDone], ['fast', true]);
  assert.deepEqual(
    record.attempts.map(({ endpoint, verdict }) => [endpoint, verdict]),
    [
      ['pair/m@slow', 'lost-hedge'],
      ['pair/m@fast', 'answered'],
    ],
  );
  assert.equal(reply.headers['x-fairlead-attempts'], '2');
  assert.equal(toNano(record.charge_usd), BigInt(record.usage.input + record.usage.output) * 1_000n);
  await slow.received.at(-1)?.left;
  await eventually(async () => assert.ok(lossOfHedges() > 0n));
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
});

test('one that is not slow is not hedged', async () => {
  const before = fast.received.length;
  slowMs = 0;
  for (let each = 0; each < 20; each += 1) await stream();

  // A busy machine makes one slow now and then.
  assert.ok(fast.received.length - before <= 5, `${fast.received.length - before} hedged`);
});

test('what leaves something behind at an upstream is asked once', async () => {
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['storage=any:1'] });
  await sleep(1_100);
  await earnHedge();
  const before = fast.received.length;
  slowMs = 1_500;

  const stored = await stream({ store: true });
  const kept = await call({
    url,
    key,
    headers: { 'x-fairlead-delivery': 'whole' },
    body: ask('pair/m', { stream: true, max_tokens: 50 }),
  });
  const hedged = await stream();

  assert.equal(readStream(stored.body).text, 'slow');
  assert.equal(readStream(kept.body).text, 'slow');
  // The budget was there all along.
  assert.equal(readStream(hedged.body).text, 'fast');
  assert.equal(fast.received.length, before + 1);
});

test('one of a pair that fails after its head leaves the other one answering: who leaves then pays the input of that one', async () => {
  await earnHedge();
  slowMs = 'head-alone';
  fastBreaks = true;
  const open = openCall({ url, key, body: ask('pair/m', { stream: true, max_tokens: 50 }) });
  const before = fast.received.length;
  await eventually(async () => assert.equal(fast.received.length, before + 1));
  await sleep(300);
  open.leave();
  await open.reply;
  const [generation] =
    fairlead
      .stderr()
      .match(/gen-[0-9A-Za-z]{26}(?=[^\n]*pair\/m@fast)/g)
      ?.slice(-1) ?? [];
  slowMs = 0;
  fastBreaks = false;

  const record = await fairlead.explain(generation ?? '');
  assert.deepEqual([record.end_reason, record.usage.output], ['caller_left', 0]);
  assert.ok(record.usage.input > 0);
  assert.equal(toNano(record.charge_usd), BigInt(record.usage.input) * 100_000n);
});

test('a twentieth of the requests is the most, in bursts of ten', () => {
  const budget = new HedgeBudget();
  let hedges = 0;
  for (let request = 1; request <= 1_000; request += 1) {
    budget.earn();
    if (budget.spend()) hedges += 1;
    assert.ok(hedges * 20 <= request);
  }
  assert.equal(hedges, 50);
  for (let request = 0; request < 10_000; request += 1) budget.earn();
  for (let each = 0; each < 10; each += 1) assert.equal(budget.spend(), true);
  assert.equal(budget.spend(), false);
});
