// Every endpoint of a model is out: it is asked all the same, as much as it bears; who comes beyond that is told so at once.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, chunkOf, type Received, sse, startUpstream } from './scripted-upstream.ts';

type Mood = 'broken' | 'silent' | 'well' | 'flaky' | 'limited' | 'refused' | 'sleepy';

/** An upstream whose mood the test sets. */
async function moody() {
  const release = Promise.withResolvers<void>();
  const self = { mood: 'broken' as Mood, release: release.resolve };
  const { url, received } = await startUpstream({ after }, async ({ response }: Received) => {
    if (self.mood === 'silent') await release.promise;
    if (self.mood === 'sleepy') {
      await sleep(2_500);
      response.writeHead(200, sse);
      return void response.end(`${chunkOf('late')}${chunkOf('', 'stop')}data: [DONE]\n\n`);
    }
    const isFailing = self.mood === 'flaky' ? received.length % 4 !== 0 : self.mood === 'broken';
    const status = isFailing ? 500 : (statuses[self.mood] ?? 200);
    const retryAfter = self.mood === 'limited' ? { 'retry-after': '30' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...retryAfter });
    response.end(status === 200 ? answerOf('well') : '{"error":{"message":"no","type":"server_error","code":"x"}}');
  });
  return Object.assign(self, { url, sent: () => received.length });
}

const statuses: Partial<Record<Mood, number>> = { limited: 429, refused: 401 };
const [one, two, alone, paused, refused] = [await moody(), await moody(), await moody(), await moody(), await moody()];
const [left, right] = [await moody(), await moody()];
const [sleepy, away] = [await moody(), await moody()];
const offer = (name: string, { url }: { url: string }, model: string) =>
  `  ${name}: { base_url: '${url}', data: { trains: false }, api_key: a, models: { m: { as: ${model}, price: { input: 1, output: 1 } } } }`;
const fairlead = await runFairlead(
  { after },
  {
    config: `
deadlines: { eject_ms: 60000, probe_ms: 60000, retry_backoff_ms: 1, failover_ms: 1600 }
routing: { strategy: order }
upstreams:
${offer('one', one, 'own/m')}
${offer('two', two, 'own/m')}
${offer('left', left, 'pair/m')}
${offer('right', right, 'pair/m')}
${offer('sleepy', sleepy, 'late/m')}
${offer('away', away, 'late/m')}
${offer('alone', alone, 'alone/m')}
${offer('paused', paused, 'paused/m')}
${offer('refused', refused, 'refused/m')}
`,
  },
);
const { url, key } = fairlead;
// A dollar does not go far when hundreds set their worst case aside.
await fairlead.ask('wallet-credit', { usd: '100.00' });
// Where nobody is told, nobody waits for ever.
const headers = { 'x-timeout-ms': '20000' };
const many = (model: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => call({ url, key, headers, body: ask(model) })));

test('a model whose endpoints are all ejected is asked by every request, and retries stay within their budget', async () => {
  while (one.sent() + two.sent() < 14) await call({ url, key, body: ask('own/m') });
  const before = one.sent() + two.sent();
  const told = await many('own/m', 60);

  assert.deepEqual([...new Set(told.map((reply) => errorOf(reply).code))], ['upstream_unavailable']);
  const sent = one.sent() + two.sent() - before;
  // At least three retries a second, counted over ten seconds.
  assert.ok(sent >= 60 && sent <= 60 + 30, `${sent}`);
});

test('an endpoint alone that fails three times in four serves all that it can', async () => {
  for (let failure = 0; failure < 6; failure += 1) await call({ url, key, body: ask('alone/m') });
  alone.mood = 'flaky';
  const replies = [];
  for (let round = 0; round < 10; round += 1) replies.push(...(await many('alone/m', 6)));

  const codes = replies.map((reply) => (reply.status === 200 ? 'well' : errorOf(reply).code));
  assert.deepEqual([...new Set(codes)].sort(), ['upstream_unavailable', 'well']);
  assert.ok(codes.filter((code) => code === 'well').length >= 15, `${codes}`);
});

test('who would wait at endpoints that let all wait gets a 503 that says when, why, and costs nothing', async () => {
  one.mood = 'silent';
  two.mood = 'silent';
  const before = one.sent() + two.sent();
  let isOver = 0;
  const ended = Array.from({ length: 250 }, async () => {
    const reply = await openCall({ url, key, headers, body: ask('own/m') }).reply;
    isOver += 1;
    return reply;
  });
  const told = await Promise.race(ended);
  const toldByRouter = await call({ url, key, headers, path: '/api/v1/chat/completions', body: ask('own/m') });

  assert.deepEqual([told.status, errorOf(told).code], [503, 'no_endpoint_healthy']);
  const retryAfter = Number(told.headers['retry-after']);
  assert.ok(retryAfter >= 1 && retryAfter <= 60, `${retryAfter}`);
  assert.equal(told.headers['x-fairlead-attempts'], '0');
  const record = await fairlead.explain(generationOf(told));
  assert.deepEqual([record.end_reason, record.charge_usd, record.attribution], ['failed', '0.000000000', 'upstream']);
  assert.deepEqual(record.excluded.map(({ endpoint, why }) => [endpoint, why]).sort(), [
    ['own/m@one', 'ejected'],
    ['own/m@two', 'ejected'],
  ]);
  const { availability } = JSON.parse(toldByRouter.body.toString()).error;
  assert.deepEqual(
    [availability.code, availability.retryable, availability.excluded_by],
    ['temporarily_unavailable', true, ['ejected']],
  );
  await eventually(async () => assert.equal(one.sent() + two.sent() - before + isOver, 250));
  // Each began with 32 places and got one for each request that failed at once.
  const asked = one.sent() + two.sent() - before;
  assert.ok(asked >= 64 && asked <= 64 + 90, `${asked}`);

  for (const upstream of [one, two]) Object.assign(upstream, { mood: 'well' }).release();
  const replies = await Promise.all(ended);
  assert.equal(replies.filter(({ status }) => status === 200).length, asked);
  const codes = (await many('own/m', 10)).map(({ status }) => status);
  assert.deepEqual([...new Set(codes)], [200]);
});

test('an endpoint alone that asked for a pause gets it, and callers are told how long', async () => {
  paused.mood = 'limited';
  const first = await call({ url, key, headers, body: ask('paused/m') });
  assert.deepEqual([first.status, errorOf(first).code], [503, 'upstream_overloaded']);
  const before = paused.sent();

  for (const told of await many('paused/m', 5)) {
    assert.deepEqual([told.status, errorOf(told).code], [503, 'no_endpoint_healthy']);
    const retryAfter = Number(told.headers['retry-after']);
    assert.ok(retryAfter >= 20 && retryAfter <= 30, `${retryAfter}`);
  }
  assert.equal(paused.sent(), before);
});

test('an endpoint alone whose only credential is refused is asked by one request at a time', async () => {
  refused.mood = 'refused';
  await call({ url, key, headers, body: ask('refused/m') });
  refused.mood = 'silent';
  const before = refused.sent();
  const looking = openCall({ url, key, headers, body: ask('refused/m') });
  await eventually(async () => assert.equal(refused.sent() - before, 1));

  for (const told of await many('refused/m', 5)) {
    assert.deepEqual([told.status, errorOf(told).code], [503, 'no_endpoint_healthy']);
  }
  assert.equal(refused.sent() - before, 1);

  Object.assign(refused, { mood: 'well' }).release();
  assert.equal((await looking.reply).status, 200);
  assert.deepEqual([...new Set((await many('refused/m', 5)).map(({ status }) => status))], [200]);
});

test('an endpoint is not given up for the sake of one that asked for a pause', async () => {
  away.mood = 'limited';
  while (sleepy.sent() < 8) await call({ url, key, headers, body: ask('late/m') });
  sleepy.mood = 'sleepy';
  const before = away.sent();
  const late = await call({ url, key, headers, body: ask('late/m', { stream: true }) });

  assert.deepEqual([late.status, readStream(late.body).text, late.headers['x-fairlead-attempts']], [200, 'late', '1']);
  assert.equal(away.sent(), before);
});

test('where nobody is well nobody is asked beside another one', async () => {
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['hedging=on'] });
  await sleep(1_100);
  // Enough of them that a hedge could be paid for.
  const body = ask('pair/m', { stream: true });
  for (let request = 0; request < 40; request += 1) await call({ url, key, headers, body });
  for (const upstream of [left, right]) upstream.mood = 'silent';
  const before = left.sent() + right.sent();
  const waiting = openCall({ url, key, headers, body });
  await eventually(async () => assert.equal(left.sent() + right.sent() - before, 1));

  // A hedge would be sent after 400 ms, failing over comes after 1,600.
  await sleep(800);
  assert.equal(left.sent() + right.sent() - before, 1);
  for (const upstream of [left, right]) upstream.release();
  await waiting.reply;
});
