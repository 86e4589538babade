// What a caller leaves at an upstream: only where its workspace allows it, only for that workspace, only at that upstream.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const simulators = [await startSimulator({ port: 0 }), await startSimulator({ port: 0 })] as const;
after(() => Promise.all(simulators.map((each) => each.close())));

const upstream = (name: string, url: string) => `
  ${name}:
    base_url: ${url}
    data: { trains: false }
    api_key: ${name}
    protocols: [openai-responses]
    models: { sandbox/echo: { as: both/echo, price: { input: 1, output: 1 } } }`;
const config = `
upstreams:
${upstream('first', simulators[0].url)}
${upstream('second', simulators[1].url)}
  chat:
    base_url: ${simulators[0].url}
    data: { trains: false }
    api_key: chat
    protocols: [openai-chat]
    models: { sandbox/echo: { as: chat/echo, price: { input: 1, output: 1 } } }
`;
const fairlead = await runFairlead({ after }, { config });
await fairlead.ask('workspace-create', { name: 'strangers', credit_usd: '1.00' });
const stranger = await fairlead.ask<{ key: string }>('key-create', { workspace: 'strangers', name: 'k' });

async function respond(body: Readonly<Record<string, unknown>>, key = fairlead.key) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const reply = await call({
    url: fairlead.url,
    path: '/v1/responses',
    headers,
    body: { model: 'both/echo', input: 'one two', ...body },
  });
  return { status: reply.status, headers: reply.headers, value: JSON.parse(reply.body.toString()) };
}

async function at(method: string, path: string, key = fairlead.key) {
  const reply = await call({ url: fairlead.url, path, method, headers: { authorization: `Bearer ${key}` } });
  return { status: reply.status, value: JSON.parse(reply.body.toString()) };
}

test('a stored response is gone on from, shown, listed and deleted by the workspace that left it', async () => {
  const first = await respond({ store: true });
  assert.equal(first.status, 200);
  const { id } = first.value;

  const next = await respond({ previous_response_id: id, input: 'three' });
  assert.equal(next.status, 200, JSON.stringify(next.value));
  assert.equal(next.value.previous_response_id, id);
  assert.equal((await at('GET', `/v1/responses/${id}`)).value.id, id);
  assert.equal((await at('GET', `/v1/responses/${id}/input_items`)).value.object, 'list');

  assert.equal((await at('DELETE', `/v1/responses/${id}`)).status, 200);
  assert.equal((await at('GET', `/v1/responses/${id}`)).status, 404);
});

test('another workspace cannot see it, and learns nothing of it', async () => {
  const { value } = await respond({ store: true });
  await fairlead.ask('workspace-set', { workspace: 'strangers', settings: ['storage=any:1'] });

  const shown = await at('GET', `/v1/responses/${value.id}`, stranger.key);
  const never = await at('GET', '/v1/responses/resp_never', stranger.key);
  const used = await respond({ previous_response_id: value.id }, stranger.key);

  assert.deepEqual([shown.status, never.status, used.status], [404, 404, 404]);
  assert.deepEqual(shown.value, never.value);
});

test('what refers to a stored response goes to the upstream that keeps it, whatever the order of endpoints', async () => {
  const { value, headers } = await respond({ store: true, stream: false });
  const next = await respond({ previous_response_id: value.id, input: 'again' });

  assert.equal(next.headers['x-fairlead-endpoint'], headers['x-fairlead-endpoint']);
});

test('a workspace that allows no storage, or not at this provider, is told which setting would', async () => {
  for (const setting of ['storage=none', 'storage=openai:30']) {
    await fairlead.ask('workspace-set', { workspace: 'strangers', settings: [setting] });
    const stored = await respond({ store: true }, stranger.key);
    assert.deepEqual([stored.status, stored.value.error.code], [400, 'storage_not_allowed']);
    assert.match(stored.value.error.message, /storage/);
  }
});

test('who says nothing stores nothing', async () => {
  const { value } = await respond({});

  assert.equal(value.store, false);
  assert.equal((await at('GET', `/v1/responses/${value.id}`)).status, 404);
});

test('stored state has no translation: a clear refusal, not a silent loss', async () => {
  const { value } = await respond({ store: true });
  const other = await respond({ model: 'chat/echo', previous_response_id: value.id });

  assert.equal(other.status, 404);
  assert.equal(other.value.error.code, 'no_endpoint_allowed');
});

test("a single item of an upstream is nobody's that we know, so it cannot be named; lost reasoning is left out", async () => {
  const question = { role: 'user', content: 'one two' };
  const named = await respond({ input: [{ type: 'item_reference', id: 'msg_1' }, question] });
  const bare = await respond({ input: [{ id: 'msg_1' }, question] });
  const lost = await respond({ input: [question, { type: 'item_reference', id: 'rs_1' }] });

  assert.deepEqual([named.status, named.value.error.code], [404, 'object_not_found']);
  assert.equal(bare.status, 404);
  assert.equal(lost.status, 200, JSON.stringify(lost.value));
  assert.equal(lost.value.output[0].content[0].text, 'one two');
});
