// An endpoint dies and comes back: people are told once of each, and a Fairlead that starts anew has not forgotten.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, call, generationOf, type Reply } from './caller.ts';
import { eventually, runFairlead, runInFolder } from './running-fairlead.ts';
import { answerOf, chunkOf, sse, startUpstream } from './scripted-upstream.ts';

let isWell = true;
const shaky = await startUpstream({ after }, ({ response }) => {
  response.writeHead(isWell ? 200 : 500, { 'content-type': 'application/json' });
  response.end(isWell ? answerOf('shaky') : '{"error":{"message":"no","type":"server_error","code":"x"}}');
});
const steady = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(answerOf('steady'));
});
const streaming = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, sse);
  response.end(`${chunkOf('well')}${chunkOf('', 'stop')}data: [DONE]\n\n`);
});
const receiver = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200);
  response.end();
});
const told = () => receiver.received.map(({ body }) => JSON.parse(body.toString()) as Record<string, string>);

const config = `
deadlines: { eject_ms: 300, probe_ms: 400 }
routing: { strategy: order }
alerts: { webhook: '${receiver.url}/hook' }
upstreams:
  shaky: { base_url: '${shaky.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
  steady: { base_url: '${steady.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
`;
const folder = mkdtempSync(join(tmpdir(), 'fl-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const first = await runInFolder({ after }, folder, { config });
const { key } = first;

async function load(url: string, requests: number): Promise<void> {
  for (let request = 0; request < requests; request += 1) {
    const reply = await call({ url, key, body: ask('own/m') });
    assert.equal(reply.status, 200);
  }
}

test('an endpoint that dies is told of once, in the log, by webhook and in the metrics, and no caller notices', async () => {
  await load(first.url, 10);
  isWell = false;
  await load(first.url, 60);

  await eventually(async () => assert.equal(told().length, 1));
  const [{ event, endpoint, why, at } = {}] = told();
  assert.deepEqual([event, endpoint, why], ['endpoint-out', 'own/m@shaky', 'ejected']);
  assert.ok(Math.abs(Date.parse(at ?? '') - Date.now()) < 60_000);
  assert.equal(first.stderr().match(/"event":"endpoint-out"/g)?.length, 1);
  const metrics = (await call({ url: first.url, path: '/metrics', method: 'GET' })).body.toString();
  assert.match(metrics, /^fairlead_endpoints_out 1$/m);
  assert.match(metrics, /^fairlead_endpoint_outages_total\{endpoint="own\/m@shaky",why="ejected"\} 1$/m);
});

test('a Fairlead that starts anew knows: one request looks, the others go elsewhere, and nobody is told again', async () => {
  // The keeper heard of the endpoint before it heard of the alert.
  assert.equal(await first.stop(), 0);
  const sent = shaky.received.length;
  const second = await runInFolder({ after }, folder, { config });
  await eventually(async () => {
    const reply = await call({ url: second.url, key, body: ask('own/m') });
    const { plan } = await second.explain(generationOf(reply));
    assert.equal(plan.at(-1)?.endpoint, 'own/m@shaky');
    assert.equal(plan.at(-1)?.why, 'ejected');
  });
  assert.ok(shaky.received.length - sent <= 3);
  assert.equal(told().length, 1);

  isWell = true;
  await eventually(async () => {
    await load(second.url, 2);
    assert.deepEqual(
      told().map(({ event }) => event),
      ['endpoint-out', 'endpoint-back'],
    );
  });
  const reply = await call({ url: second.url, key, body: ask('own/m') });
  assert.equal(reply.headers['x-fairlead-endpoint'], 'own/m@shaky');
});

test('whoever looks after an endpoint that hangs waits a quarter of the usual time for it, and is answered all the same', async () => {
  const hanging = await startUpstream({ after }, () => {});
  const third = await runFairlead(
    { after },
    {
      config: `
deadlines: { failover_ms: 800, eject_ms: 60000, probe_ms: 100 }
routing: { strategy: order }
upstreams:
  hanging: { base_url: '${hanging.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
  steady: { base_url: '${streaming.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
`,
    },
  );
  const once = () => call({ url: third.url, key: third.key, body: ask('own/m', { stream: true }) });
  const failing = await Promise.all(Array.from({ length: 5 }, once));
  assert.ok(failing.every(({ status, ms }) => status === 200 && ms >= 700));

  const looking: Reply[] = [];
  while (looking.length < 3) {
    const reply = await once();
    const { plan } = await third.explain(generationOf(reply));
    if (plan[0]?.why === 'probe') looking.push(reply);
  }
  assert.ok(looking.every(({ status, ms }) => status === 200 && ms >= 150 && ms < 700));
});
