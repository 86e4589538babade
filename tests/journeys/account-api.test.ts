// What programs ask about their own keys, money and generations: OpenRouter's and Vercel's shapes, and nobody else's data.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call, generationOf, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url, key } = fairlead;
const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { name: 'boss', role: 'management' });
const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'others', credit_usd: '3.00' });
const stranger = await fairlead.ask<{ key: string }>('key-create', { workspace: other.id, role: 'management' });

type Json = Readonly<Record<string, unknown>>;

function get(path: string, secret: string | undefined, over: { method?: string; body?: unknown } = {}): Promise<Reply> {
  return call({ url, key: secret, path, method: 'GET', ...over });
}

function dataOf(reply: Reply): Json {
  return (JSON.parse(reply.body.toString()) as { data: Json }).data;
}

test('GET /key: both limits side by side, what is used of them, and when they start again', async () => {
  const limits = { limit_usd: '0.5', limit_requests: 3, reset: 'daily' };
  const { key: limited } = await fairlead.ask<{ key: string }>('key-create', { name: 'limited', ...limits });
  await call({ url, key: limited, body: ask('sandbox/echo') });

  const shown = await eventually(async () => {
    const data = dataOf(await get('/api/v1/key', limited));
    assert.equal(data.requests, 1);
    return data;
  });

  assert.equal(shown.limit, 0.5);
  assert.equal(shown.limit_reset, 'daily');
  assert.deepEqual([shown.requests_limit, shown.requests_remaining], [3, 2]);
  assert.match(String(shown.requests_reset), /T00:00:00\.000Z$/);
  assert.ok(Number(shown.usage) > 0 && shown.usage === shown.usage_daily);
  assert.equal(Number(shown.limit_remaining), Number((0.5 - Number(shown.usage)).toFixed(9)));
  assert.equal(shown.label, `sk-fl-...${limited.slice(-4)}`);
  assert.equal(shown.is_management_key, false);
});

test('a management key makes, lists, changes and deletes keys; a secret is shown once', async () => {
  const made = await get('/api/v1/keys', manager, {
    method: 'POST',
    body: { name: 'made here', limit: 2.5, limit_reset: 'monthly', requests_limit: 10 },
  });
  assert.equal(made.status, 201);
  const { data, key: secret } = JSON.parse(made.body.toString()) as { data: Json; key: string };
  assert.match(String(data.hash), /^[0-9a-f]{64}$/);
  assert.equal((await call({ url, key: secret, body: ask('sandbox/echo') })).status, 200);

  const listed = await get('/api/v1/keys', manager);
  assert.ok(listed.body.toString().includes(String(data.hash)));
  assert.ok(!listed.body.toString().includes(secret));

  const path = `/api/v1/keys/${String(data.hash)}`;
  const changed = dataOf(await get(path, manager, { method: 'PATCH', body: { name: 'renamed', limit: null } }));
  assert.deepEqual([changed.name, changed.limit, changed.requests_limit], ['renamed', null, 10]);

  await get(path, manager, { method: 'PATCH', body: { disabled: true } });
  await eventually(async () => assert.equal((await call({ url, key: secret, body: ask('sandbox/echo') })).status, 401));
  assert.equal((await get(path, manager, { method: 'DELETE' })).body.toString(), '{"deleted":true}\n');
  assert.equal((await get(path, manager)).status, 404);
});

test('a limit that is lowered holds within a second', async () => {
  const made = await get('/api/v1/keys', manager, { method: 'POST', body: { name: 'k', requests_limit: 1_000 } });
  const { data, key: secret } = JSON.parse(made.body.toString()) as { data: Json; key: string };
  assert.equal((await call({ url, key: secret, body: ask('sandbox/echo') })).status, 200);

  await get(`/api/v1/keys/${String(data.hash)}`, manager, { method: 'PATCH', body: { requests_limit: 0 } });

  await eventually(async () => assert.equal((await call({ url, key: secret, body: ask('sandbox/echo') })).status, 429));
});

test('a management key asks no model, an ordinary one manages nothing, and who has no key learns nothing', async () => {
  assert.equal((await call({ url, key: manager, body: ask('sandbox/echo') })).status, 403);
  for (const path of ['/api/v1/keys', '/api/v1/activity']) assert.equal((await get(path, key)).status, 403);
  for (const secret of [undefined, 'sk-fl-nobody', 'x'.repeat(5_000)]) {
    for (const path of ['/api/v1/key', '/api/v1/credits', '/api/v1/keys', '/api/v1/generation?id=x', '/v1/credits']) {
      const reply = await get(path, secret);
      assert.equal(reply.status, 401, path);
      assert.equal((JSON.parse(reply.body.toString()) as { error: { code: number } }).error.code, 401);
    }
  }
});

test('GET /generation shows a generation to its own workspace, and its cost is that of the ledger', async () => {
  const reply = await call({ url, key, body: ask('sandbox/echo', { stream: true }) });
  const id = generationOf(reply);

  const shown = await eventually(async () => {
    const answer = await get(`/api/v1/generation?id=${id}`, key);
    assert.equal(answer.status, 200);
    return dataOf(answer);
  });

  const told = await fairlead.explain(id);
  assert.equal(shown.total_cost, Number(told.charge_usd));
  assert.deepEqual([shown.id, shown.model, shown.streamed, shown.finish_reason], [id, 'sandbox/echo', true, 'stop']);
  assert.equal(shown.provider_name, 'sandbox');
  assert.deepEqual(dataOf(await get(`/v1/generation?id=${id}`, key)), shown);
  assert.equal((await get(`/api/v1/generation?id=${id}`, stranger.key)).status, 404);
  assert.equal((await get('/api/v1/generation', key)).status, 400);
});

test('GET /credits in both shapes adds up to what came in', async () => {
  const router = dataOf(await get('/api/v1/credits', key));
  const vercel = JSON.parse((await get('/v1/credits', key)).body.toString()) as Json;

  assert.equal(router.total_credits, 1);
  assert.match(String(vercel.balance), /^\d+\.\d{9}$/);
  assert.ok(Number(router.total_usage) > 0);
  assert.equal(dataOf(await get('/api/v1/credits', stranger.key)).total_credits, 3);
});

test('GET /activity has a row for each day, model and endpoint of its own workspace', async () => {
  const rows = await eventually(async () => {
    const found = dataOf(await get('/api/v1/activity', manager)) as unknown as readonly Json[];
    assert.ok(found.some(({ model }) => model === 'sandbox/echo'));
    return found;
  });

  const today = new Date().toISOString().slice(0, 10);
  const echo = rows.find(({ model, endpoint_id: endpoint }) => model === 'sandbox/echo' && endpoint !== null);
  assert.equal(echo?.date, today);
  assert.ok(Number(echo?.requests) >= 3 && Number(echo?.usage) > 0);
  assert.deepEqual(dataOf(await get('/api/v1/activity', stranger.key)), []);
  assert.equal((await get('/api/v1/activity?date=2001-01-01', manager)).status, 400);
});

test('bad bodies are refused in words, and keys of others are not there', async () => {
  const post = (body: unknown) => get('/api/v1/keys', manager, { method: 'POST', body });
  for (const body of ['[', '[]', '{"name":7}', '{"name":"k","limit":"much"}', `${'['.repeat(60_000)}`]) {
    const reply = await post(Buffer.from(body));
    assert.equal(reply.status, 400, body.slice(0, 40));
  }
  const mine = dataOf(await post({ name: 'mine' }));
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await get(`/api/v1/keys/${String(mine.hash)}`, stranger.key, { method })).status, 404);
  }
});

test('whoever found a key that leaked stops it, and is told nothing', async () => {
  const { key: leaked } = await fairlead.ask<{ key: string }>('key-create', { name: 'leaked' });
  const report = (secret: string) => get('/api/v1/keys/leaked', undefined, { method: 'POST', body: { key: secret } });

  const [known, unknown] = [await report(leaked), await report('sk-fl-nobody')];

  assert.deepEqual([known.status, known.body.toString()], [unknown.status, unknown.body.toString()]);
  await eventually(async () => assert.equal((await call({ url, key: leaked, body: ask('sandbox/echo') })).status, 401));
});

test('every answer of the API has an id, and a fault says it beside its sentence', async () => {
  const refused = await get('/api/v1/keys', 'sk-fl-nobody');
  const answered = await get('/api/v1/key', key);

  const { error } = JSON.parse(refused.body.toString()) as {
    error: { code: number; message: string; request_id: string };
  };
  assert.equal(error.code, refused.status);
  assert.match(error.request_id, /^req_[0-9a-f]{20}$/);
  assert.equal(refused.headers['x-request-id'], error.request_id);
  assert.match(String(answered.headers['x-request-id']), /^req_[0-9a-f]{20}$/);
  assert.notEqual(answered.headers['x-request-id'], error.request_id);
});
