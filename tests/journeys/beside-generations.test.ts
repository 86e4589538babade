// Files, stored responses and counts cost nothing, and a batch is held for. They have a place at the door, use the rates of requests, and a
// drain waits for them, as for generations.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { formType, toForm } from '../support/form.ts';
import { ask, call, errorOf, openCall } from './caller.ts';
import { eventually, type RunningFairlead, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const json = { 'content-type': 'application/json' };
const slowMs = 1_500;
let made = 0;
/** What each kept file holds: one question of a batch, in which a browser may see a page. */
const batchLine = JSON.stringify({
  ...{ custom_id: '<b>one</b>', method: 'POST', url: '/v1/chat/completions' },
  body: { model: 'm', messages: [{ role: 'user', content: 'one' }], max_tokens: 5 },
});
const upstream = await startUpstream({ after }, async ({ path, body, response }) => {
  if (body.includes('"hold"')) return;
  if (path.endsWith('/content')) {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write(batchLine.slice(0, 20));
    await sleep(slowMs);
    return void response.end(batchLine.slice(20));
  }
  if (path.endsWith('/files')) return void response.writeHead(200, json).end(`{"id":"file-${++made}"}`);
  if (path.endsWith('/responses')) {
    const content = [{ type: 'output_text', text: 'hi', annotations: [] }];
    const output = [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }];
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const reply = { id: 'resp_lost', object: 'response', status: 'completed', model: 'm', output, usage };
    return void response.writeHead(200, json).end(JSON.stringify(reply));
  }
  if (path.endsWith('/batches')) return void response.writeHead(200, json).end(`{"id":"batch-${++made}"}`);
  response.writeHead(200, json).end('{"id":"file-1","object":"file"}');
});
const config = (more = '') => `
upstreams:
  u:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: k
    protocols: [openai-chat, openai-responses, anthropic-messages]
    models: { m: { as: u/m, price: { input: 1, output: 1 } } }
routing: { default_model: u/m }
${more}`;

async function start(t: TestContext, more?: string): Promise<RunningFairlead> {
  const fairlead = await runFairlead({ after: (last) => t.after(() => last()) }, { config: config(more) });
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['storage=any:7', 'batches=on'] });
  return fairlead;
}

const file = toForm([
  ['purpose', 'batch'],
  ['file', 'one', 'a.jsonl'],
]);
const leave = ({ url, key }: RunningFairlead) =>
  call({ url, key, path: '/v1/files', body: file, headers: { 'content-type': formType } });
const batch = (id: string) => ({ input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' });
const count = { model: 'u/m', messages: [{ role: 'user', content: 'one two' }] };

type Beside = { readonly method: string; readonly path: string; readonly body?: unknown };
const besides = (id: string): readonly Beside[] => [
  { method: 'GET', path: `/v1/files/${id}` },
  { method: 'GET', path: `/v1/files/${id}/content` },
  { method: 'GET', path: '/v1/files' },
  { method: 'POST', path: '/v1/batches', body: batch(id) },
  { method: 'POST', path: '/v1/messages/count_tokens', body: count },
];

test('they use one of the rate of requests each, and what is refused before uses none', async (t) => {
  const fairlead = await start(t);
  const { url } = fairlead;
  const { id } = JSON.parse((await leave(fairlead)).body.toString());
  for (const beside of besides(id)) {
    const made = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace: 'default' });
    await fairlead.ask('limit-set', { key: made.id, requests: 2, reset: 'minute' });
    const { key } = made;

    const unknown = await call({ url, key, method: 'GET', path: '/v1/files/file-never' });
    const first = await call({ url, key, ...beside });
    const second = await call({ url, key, ...beside });
    const third = await call({ url, key, ...beside });

    const told = `${beside.method} ${beside.path}: ${third.body}`;
    assert.equal(unknown.status, 404, told);
    assert.deepEqual([first.status, second.status, third.status], [200, 200, 429], told);
    assert.match(String(third.headers['retry-after']), /^\d+$/, told);
  }
});

test('they work with an empty wallet, but for what a batch will cost', async (t) => {
  const fairlead = await start(t);
  const { url } = fairlead;
  const poor = await fairlead.ask<{ id: string }>('workspace-create', { name: 'poor' });
  await fairlead.ask('workspace-set', { workspace: poor.id, settings: ['storage=any:7', 'batches=on'] });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: poor.id });
  const { id } = JSON.parse((await leave({ ...fairlead, key })).body.toString());

  for (const beside of besides(id)) {
    const paid = beside.path === '/v1/batches';
    assert.equal((await call({ url, key, ...beside })).status, paid ? 402 : 200, beside.path);
  }
  assert.equal((await call({ url, key, body: ask('u/m') })).status, 402);
});

test('where there is no place they are sent away, and told when to come again', async (t) => {
  const fairlead = await start(t, 'deadlines: { queue_ms: 200 }\nlimits: { open_generations_max: 2 }');
  const { url, key } = fairlead;
  const { id } = JSON.parse((await leave(fairlead)).body.toString());
  const inside = [1, 2].map(() => openCall({ url, key, body: ask('u/m', { max_tokens: 5 }, 'hold') }));
  await eventually(async () =>
    assert.equal(upstream.received.filter(({ body }) => body.includes('"hold"')).length >= 2, true),
  );

  for (const beside of besides(id)) {
    const refused = await call({ url, key, ...beside });
    assert.equal(refused.status, 503, beside.path);
    assert.match(refused.body.toString(), /overloaded/, beside.path);
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
  }
  for (const open of inside) open.leave();
});

test('a drain waits for a file that is on its way', async (t) => {
  const fairlead = await start(t, 'deadlines: { drain_accept_ms: 10 }');
  const { url, key } = fairlead;
  const { id } = JSON.parse((await leave(fairlead)).body.toString());
  const open = openCall({ url, key, method: 'GET', path: `/v1/files/${id}/content` });
  await open.began;

  const ended = fairlead.stop();
  const reply = await open.reply;

  assert.deepEqual([reply.status, reply.isWhole, reply.body.toString()], [200, true, batchLine]);
  assert.equal(await ended, 0);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.equal(reply.headers['content-disposition'], 'attachment');
});

test('what could not be written down is taken away again at its upstream, and the caller is told', async (t) => {
  const fairlead = await start(t);
  const { url, key } = fairlead;
  const { id } = JSON.parse((await leave(fairlead)).body.toString());
  const asked = () => upstream.received.slice(-2).map(({ path }) => path);
  const lostId = `file-${made + 1}`;
  // Whoever writes waits now: the keeper answers too late.
  using other = new DatabaseSync(`${fairlead.dataDir}/main.db`);
  other.exec('begin immediate');

  const lost = await leave(fairlead);
  const afterFile = asked();
  const unmade = await call({ url, key, path: '/v1/batches', body: batch(id) });
  const afterBatch = asked();
  other.exec('rollback');

  assert.deepEqual([lost.status, errorOf(lost).code], [503, 'not_ready'], lost.body.toString());
  assert.match(errorOf(lost).message ?? '', /taken away again/);
  assert.deepEqual(afterFile, ['/v1/files', `/v1/files/${lostId}`]);
  assert.deepEqual([unmade.status, errorOf(unmade).code], [503, 'not_ready']);
  // What nobody could hold for was not begun, nor was its file read.
  assert.deepEqual(afterBatch, afterFile);
  assert.match(fairlead.stderr(), /"object-unrecorded".*"taken-away"/);
  await eventually(async () => {
    const listed = await call({ url, key, method: 'GET', path: '/v1/files' });
    assert.equal(listed.status, 200);
    assert.ok(!listed.body.includes(lostId), listed.body.toString());
  });
});

test('an answer that was stored and could not be written down is taken away again', async (t) => {
  const fairlead = await start(t);
  const { url, key } = fairlead;
  const store = { url, key, path: '/v1/responses', body: { model: 'u/m', input: 'hi', store: true } };
  // The first one takes the leases that the second one needs.
  assert.equal((await call({ ...store, body: { ...store.body, store: false } })).status, 200);
  using other = new DatabaseSync(`${fairlead.dataDir}/main.db`);
  other.exec('begin immediate');

  const reply = await call(store);
  await eventually(async () => {
    const taken = upstream.received.find(({ path }) => path === '/v1/responses/resp_lost');
    assert.equal(taken?.response.req.method, 'DELETE');
  }, 20_000);
  other.exec('rollback');

  assert.equal(reply.status, 200, reply.body.toString());
  await eventually(async () => assert.match(fairlead.stderr(), /"object-unrecorded".*"taken-away"/));
});
