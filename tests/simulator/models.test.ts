import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sandboxModels } from '#simulator/sandbox-models.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ port: 0 });
});

after(() => simulator.close());

const openai = { authorization: 'Bearer any' };
const anthropic = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' };
const google = { 'x-goog-api-key': 'any' };
const ids = sandboxModels.map(({ id }) => id);

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const reply = await fetch(`http://127.0.0.1:${simulator.port}${path}`, { headers });
  return { status: reply.status, body: await reply.json() };
}

test('the list of models speaks the dialect of who asks', async () => {
  const chat = (await get('/v1/models', openai)).body as { object: string; data: { id: string }[] };
  const messages = (await get('/v1/models', anthropic)).body as {
    has_more: boolean;
    data: { id: string; type: string }[];
  };
  const lists = [await get('/v1/models', google), await get('/v1/models?key=any'), await get('/v1beta/models', google)];

  assert.equal(chat.object, 'list');
  assert.deepEqual(
    chat.data.map(({ id }) => id),
    ids,
  );
  assert.equal(messages.has_more, false);
  assert.deepEqual(
    messages.data.map(({ id, type }) => [id, type]),
    ids.map((id) => [id, 'model']),
  );
  for (const { body } of lists) {
    const { models } = body as { models: { name: string }[] };
    assert.deepEqual(
      models.map(({ name }) => name),
      ids.map((id) => `models/${id}`),
    );
  }
});

test('one model is found by its name, with or without its slash written out, or refused', async () => {
  const found = [
    await get('/v1/models/sandbox/echo', openai),
    await get('/v1/models/sandbox%2Ffault-html', anthropic),
    await get('/v1beta/models/sandbox/fill-7', google),
  ];
  const lost = [
    await get('/v1/models/sandbox/nothing', openai),
    await get('/v1/models/sandbox/nothing', anthropic),
    await get('/v1beta/models/sandbox/nothing', google),
  ];
  const noKey = [
    await get('/v1/models'),
    await get('/v1/models', { 'anthropic-version': '1' }),
    await get('/v1beta/models'),
  ];

  assert.deepEqual(
    found.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual(
    lost.map(({ status }) => status),
    [404, 404, 404],
  );
  assert.deepEqual(
    lost.map(({ body }) => Object.keys(body as object)[0]),
    ['error', 'type', 'error'],
  );
  assert.deepEqual(
    noKey.map(({ status }) => status),
    [401, 401, 403],
  );
});

test('no key, a wrong method, a wrong path and a huge body are refused', async () => {
  const ask = (body: string, headers = {}) =>
    fetch(`${simulator.url}/chat/completions`, { method: 'POST', headers, body });
  const noKey = await ask('{}');
  const wrongMethod = await fetch(`${simulator.url}/chat/completions`);
  const wrongPath = await fetch(`${simulator.url}/nothing`);
  const huge = await ask('a'.repeat(64 * 1024 * 1024 + 1), openai);

  assert.deepEqual([noKey.status, wrongMethod.status, wrongPath.status, huge.status], [401, 405, 404, 413]);
});
