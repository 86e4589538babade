// Every endpoint of a model is out: one request at a time finds out about each, and who comes meanwhile is told so at once.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

let mood: 'broken' | 'silent' | 'well' = 'broken';
const release = Promise.withResolvers<void>();
const upstreams = await Promise.all(
  ['one', 'two'].map(() =>
    startUpstream({ after }, async ({ response }) => {
      const isBroken = mood === 'broken';
      if (mood === 'silent') await release.promise;
      response.writeHead(isBroken ? 500 : 200, { 'content-type': 'application/json' });
      response.end(isBroken ? '{"error":{"message":"no","type":"server_error","code":"x"}}' : answerOf('well'));
    }),
  ),
);
const [one, two] = upstreams;
const fairlead = await runFairlead(
  { after },
  {
    config: `
deadlines: { eject_ms: 60000, probe_ms: 60000 }
routing: { strategy: order }
upstreams:
  one: { base_url: '${one?.url}', api_key: a, models: { m: { as: own/m, price: { input: 1, output: 1 } } } }
  two: { base_url: '${two?.url}', api_key: a, models: { m: { as: own/m, price: { input: 1, output: 1 } } } }
`,
  },
);
const { url, key } = fairlead;
const sent = () => upstreams.reduce((sum, { received }) => sum + received.length, 0);

test('the last endpoints are asked one request at a time; the others get a 503 that says when, why, and costs nothing', async () => {
  while (sent() < 14) await call({ url, key, body: ask('own/m') });
  mood = 'silent';
  const before = sent();
  const looking = [1, 2].map(() => openCall({ url, key, body: ask('own/m') }));
  await eventually(async () => assert.equal(sent() - before, 2));
  // Where nobody is told, nobody waits for ever.
  const headers = { 'x-timeout-ms': '5000' };
  const told = await call({ url, key, headers, body: ask('own/m') });
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
  assert.equal(sent() - before, 2);

  release.resolve();
  mood = 'well';
  const looked = await Promise.all(looking.map(({ reply }) => reply));
  assert.deepEqual(
    looked.map(({ status }) => status),
    [200, 200],
  );
  const all = await Promise.all(Array.from({ length: 10 }, () => call({ url, key, body: ask('own/m') })));
  assert.deepEqual([...new Set(all.map(({ status }) => status))], [200]);
});
