// Before a limit refuses anybody people are told that it is nearly reached: in the log, by webhook, over the account API.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const receiver = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200);
  response.end();
});
const told = () => receiver.received.map(({ body }) => JSON.parse(body.toString()) as Record<string, string>);
const fairlead = await runFairlead({ after }, { config: `alerts: { webhook: '${receiver.url}/hook' }\n` });
const { url } = fairlead;

test('the eighth of ten requests and the last are told of, once each, before the eleventh is refused', async () => {
  const { id: workspace } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'w', credit_usd: '5.00' });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace });
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { workspace, role: 'management' });
  const limit = await fairlead.ask<{ id: string }>('limit-set', { workspace, requests: 10, reset: 'weekly' });
  const one = async () => (await call({ url, key, body: ask('sandbox/echo') })).status;

  for (let request = 0; request < 8; request += 1) assert.equal(await one(), 200);
  await eventually(async () =>
    assert.deepEqual(
      told().map(({ level }) => level),
      ['80'],
    ),
  );
  const { at, window, ...rest } = told()[0] ?? {};
  assert.deepEqual(rest, {
    ...{ event: 'limit-nearly-reached', of: 'workspace', workspace, limit_id: limit.id },
    ...{ level: '80', unit: 'requests', used: '8', limit: '10' },
  });
  assert.match(`${window} ${at}`, /^\d{4}-W\d\d \d{4}-/);
  assert.deepEqual([await one(), await one(), await one()], [200, 200, 429]);
  await eventually(async () =>
    assert.deepEqual(
      told().map(({ level }) => level),
      ['80', '95'],
    ),
  );

  assert.equal(fairlead.stderr().match(/"event":"limit-nearly-reached"/g)?.length, 2);
  const reply = await call({ url, key: manager, path: '/api/v1/warnings', method: 'GET' });
  const { data } = JSON.parse(reply.body.toString()) as { data: readonly Record<string, unknown>[] };
  assert.deepEqual(
    data.map(({ level, used }) => [level, used]),
    [
      [95, 10],
      [80, 8],
    ],
  );
  assert.equal((await call({ url, key, path: '/api/v1/warnings', method: 'GET' })).status, 403);
});
