// What OpenRouter's callers ask of endpoints, providers and models, and the choice that `auto` makes.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const flaky = await startUpstream({ after }, ({ response }, index) => {
  if (index % 10 === 9) return void response.writeHead(500).end();
  response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('yes'));
});

const config = `
models:
  v/able: { supports: [tools, images, structured_output], context: 200000 }
  v/cheap: { supports: [], context: 1000, max_output: 500 }
upstreams:
  near:
    provider: Near
    region: DE
    quantization: fp8
    base_url: ${simulator.url}
    api_key: a
    data: { retention_days: 0, trains: false }
    models:
      sandbox/echo: { as: v/able, price: { input: 2, cached_input: 0.2, output: 8 } }
      sandbox/story: { as: v/cheap, price: { input: 0.1, output: 0.1 } }
  flaky: { base_url: ${flaky.url}, data: { trains: false }, api_key: b, models: { m: { as: w/flaky, price: { input: 30, output: 30 } } } }
  off: { base_url: ${simulator.url}, data: { trains: false }, enabled: false, models: { x: { as: v/able, price: free } } }
`;
const fairlead = await runFairlead({ after }, { config });
const messages = [{ role: 'user', content: 'one two' }];

async function get(path: string) {
  const reply = await call({ url: fairlead.url, key: fairlead.key, path, method: 'GET' });
  return { status: reply.status, body: JSON.parse(reply.body.toString()) };
}

async function chat(body: Readonly<Record<string, unknown>>) {
  return await call({ url: fairlead.url, key: fairlead.key, path: '/v1/chat/completions', body });
}

test('the endpoints of a model: price, quantization, tag; unknown is null', async () => {
  const { body } = await get('/api/v1/models/v/able/endpoints');

  assert.equal(body.data.id, 'v/able');
  assert.deepEqual(body.data.architecture.input_modalities, ['text', 'image']);
  const [endpoint, ...others] = body.data.endpoints;
  assert.deepEqual(others, [], 'what is switched off is not told');
  assert.deepEqual(
    [endpoint.name, endpoint.provider_name, endpoint.tag, endpoint.quantization, endpoint.status],
    ['Near | v/able', 'Near', 'near/fp8', 'fp8', 0],
  );
  assert.deepEqual([endpoint.pricing.prompt, endpoint.pricing.input_cache_read], ['0.000002', '0.0000002']);
  assert.ok(endpoint.supported_parameters.includes('tools'));
  assert.deepEqual(
    [endpoint.uptime_last_5m, endpoint.latency_last_30m, endpoint.tool_call_error_rate_last_30m],
    [null, null, null],
  );
  assert.equal((await get('/api/v1/models/no/such/endpoints')).status, 404);
});

test('after a hundred requests uptime is a share of them, and the status falls with it', async () => {
  let asked = 0;
  for (let round = 0; flaky.received.length < 130 && round < 200; round += 1) {
    await chat({ model: 'w/flaky', messages });
    asked += 1;
  }
  assert.ok(asked > 50);

  const { body } = await get('/api/v1/models/w/flaky/endpoints');
  const [endpoint] = body.data.endpoints;
  for (const uptime of [endpoint.uptime_last_5m, endpoint.uptime_last_30m, endpoint.uptime_last_1d]) {
    assert.ok(uptime > 85 && uptime < 95, `${uptime}`);
  }
  assert.equal(endpoint.status, -1);
});

test('endpoints at which nothing is kept, and the providers', async () => {
  const zdr = await get('/api/v1/endpoints/zdr');
  const own = zdr.body.data.filter(({ provider_name: name }: { provider_name: string }) => name !== 'sandbox');
  assert.deepEqual(
    own.map(({ model_id: id }: { model_id: string }) => id),
    ['v/able', 'v/cheap'],
  );
  const { body } = await get('/api/v1/providers');
  const near = body.data.find(({ slug }: { slug: string }) => slug === 'near');
  assert.deepEqual([near.name, near.datacenters], ['Near', ['DE']]);
});

test('the list of models takes filters, orders and pages', async () => {
  const ids = async (query: string) => {
    const { body } = await get(`/api/v1/models?${query}`);
    return body.data.map(({ id }: { id: string }) => id).filter((id: string) => !id.startsWith('sandbox/'));
  };
  assert.deepEqual(await ids('q=ABLE'), ['v/able']);
  assert.deepEqual(await ids('supported_parameters=tools'), ['v/able']);
  assert.deepEqual(await ids('input_modalities=text,image'), ['v/able']);
  assert.deepEqual(await ids('max_price=1&model_authors=v'), ['v/cheap']);
  assert.deepEqual(await ids('min_price=1&max_output_price=10'), ['v/able']);
  assert.deepEqual(await ids('context=150000'), ['v/able']);
  assert.deepEqual(await ids('providers=near&sort=pricing-high-to-low'), ['v/able', 'v/cheap']);
  assert.deepEqual(await ids('providers=near&sort=pricing-low-to-high'), ['v/cheap', 'v/able']);
  assert.deepEqual(await ids('zdr=true&region=de'), ['v/able', 'v/cheap']);
  assert.deepEqual((await ids('')).length, 3);

  const page = await get('/api/v1/models?providers=near&limit=1');
  assert.deepEqual([page.body.data.length, page.body.total_count], [1, 2]);
  const rest = await get(page.body.links.next);
  assert.equal(rest.body.links.next, null);
  assert.equal((await get('/api/v1/models?context=many')).status, 400);
  assert.deepEqual((await get('/api/v1/models/user')).body.total_count, (await get('/api/v1/models')).body.total_count);
  assert.equal((await get('/api/v1/model/v/able')).body.data.id, 'v/able');
});

test('auto is the cheapest model that can do what the request needs', async () => {
  const chosen = async (body: Readonly<Record<string, unknown>>) => {
    const reply = await chat({ model: 'auto', messages, ...body });
    assert.equal(reply.status, 200, reply.body.toString());
    return (await fairlead.explain(generationOf(reply))).model;
  };
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };

  assert.equal(await chosen({}), 'v/cheap');
  assert.equal(await chosen({ tools }), 'v/able');
  assert.equal(await chosen({ response_format: schema }), 'v/able');
  assert.equal(await chosen({ messages: [{ role: 'user', content: 'word '.repeat(2_000) }] }), 'v/able');
  const reply = await call({
    url: fairlead.url,
    key: fairlead.key,
    path: '/v1/messages',
    body: { model: 'auto', max_tokens: 20, messages },
  });
  assert.equal(reply.headers['x-fairlead-endpoint'], 'v/cheap@near');
});
