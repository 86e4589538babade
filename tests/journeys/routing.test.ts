// What a caller may say about who serves it, on every surface, over real sockets: it is kept, or refused with each reason.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const searching = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('found'));
});

const shared = `base_url: ${simulator.url}\n    data: { trains: false }\n    protocols: [openai-chat]`;
const config = `
deadlines: { divide_by: 100 }
models: { tiny: { context: 200, max_output: 100 } }
upstreams:
  dear:
    provider: Dear
    region: US
    api_key: a
    ${shared}
    models: { sandbox/echo: { as: m, price: { input: 9, output: 9 } } }
  cheap:
    provider: cheap
    region: DE
    quantization: fp8
    api_key: b
    base_url: ${simulator.url}
    protocols: [openai-chat]
    data: { retention_days: 0, trains: false }
    models: { sandbox/echo: { as: m, price: { input: 1, output: 1 } } }
  gift:
    provider: gift
    api_key: c
    ${shared}
    models: { sandbox/echo: { as: m, price: free }, sandbox/story: { as: "m:floor", price: free } }
  search:
    provider: openrouter
    api_key: e
    base_url: ${searching.url}
    data: { trains: false }
    models: { open/m: { as: open, price: free } }
  tiny:
    api_key: f
    ${shared}
    models: { sandbox/echo: { as: tiny, price: free } }
  far:
    provider: far
    api_key: d
    base_url: ${simulator.url}
    data: { trains: false }
    protocols: [anthropic-messages]
    models: { sandbox/echo: { as: far, price: free } }
`;
const fairlead = await runFairlead({ after }, { config });

type Body = Readonly<Record<string, unknown>>;

async function ask(path: string, body: Body) {
  const reply = await call({ url: fairlead.url, key: fairlead.key, path, body });
  return { reply, at: reply.headers['x-fairlead-endpoint'], body: JSON.parse(reply.body.toString()) };
}

const messages = [{ role: 'user', content: 'one two' }];

function router(body: Body) {
  return ask('/api/v1/chat/completions', { model: 'm', messages, ...body });
}

test('a suffix or an upstream behind the model is understood in every dialect', async () => {
  const generate = { contents: [{ role: 'user', parts: [{ text: 'one' }] }] };
  const asked = [
    await ask('/v1/chat/completions', { model: 'm:free', messages }),
    await ask('/v1/messages', { model: 'm:free', max_tokens: 9, messages }),
    await ask('/v1/responses', { model: 'm:free', input: 'one' }),
    await ask('/v1beta/models/m:free:generateContent', generate),
  ];
  assert.deepEqual(
    asked.map(({ at }) => at),
    asked.map(() => 'm@gift'),
  );
  const pinned = [
    await ask('/v1/chat/completions', { model: 'm@dear', messages }),
    await ask('/v1/messages', { model: 'm:nitro@dear', max_tokens: 9, messages }),
    await ask('/v1beta/models/m@dear:generateContent', generate),
  ];
  assert.deepEqual(
    pinned.map(({ at }) => at),
    pinned.map(() => 'm@dear'),
  );
});

test('a count of tokens understands them too', async () => {
  const { reply } = await ask('/v1/messages/count_tokens', { model: 'far:nitro@far', messages });

  assert.equal(reply.status, 200);
});

test('a model that is called as a suffix would be is that model', async () => {
  const { at } = await ask('/v1/chat/completions', { model: 'm:floor', messages });

  assert.equal(at, 'm:floor@gift');
});

test('an upstream that does not serve the model, and a search that nobody runs, are told', async () => {
  const pinned = await ask('/v1/chat/completions', { model: 'm@far', messages });
  const online = await ask('/v1/chat/completions', { model: 'm:online', messages });

  assert.deepEqual([pinned.reply.status, pinned.body.error.excluded_by], [404, ['pinned']]);
  assert.equal(online.reply.status, 400);
  assert.match(online.body.error.message, /:online/);
});

test('a search goes in the same words to the upstream that runs it', async () => {
  const { reply, at } = await ask('/v1/chat/completions', { model: 'open:online', messages });

  assert.deepEqual([reply.status, at], [200, 'open@search']);
  assert.equal(JSON.parse(searching.received[0]?.body.toString() ?? '').model, 'open/m:online');
});

test('the provider object decides who serves, and the record says why', async () => {
  const cases: readonly (readonly [Body, string])[] = [
    [{ only: ['dear'] }, 'm@dear'],
    [{ order: ['cheap', 'dear'] }, 'm@cheap'],
    [{ order: ['dear/us'], allow_fallbacks: false }, 'm@dear'],
    [{ ignore: ['gift', 'dear'] }, 'm@cheap'],
    [{ zdr: true }, 'm@cheap'],
    [{ data_collection: 'deny' }, 'm@gift'],
    [{ quantizations: ['fp8', 'bf16'] }, 'm@cheap'],
    [{ sort: 'price' }, 'm@gift'],
    [{ sort: 'price', max_price: { prompt: 1 }, ignore: ['gift'] }, 'm@cheap'],
    [{ only: ['cheap', 'dear'], preferred_max_latency: { p90: 3 }, sort: 'price' }, 'm@cheap'],
  ];
  for (const [provider, expected] of cases) {
    const { at } = await router({ provider });
    assert.equal(at, expected, JSON.stringify(provider));
  }
  const { reply } = await router({ provider: { zdr: true } });
  const { excluded } = await fairlead.explain(generationOf(reply));
  assert.deepEqual(excluded, [
    { endpoint: 'm@dear', why: 'data_policy:zdr' },
    { endpoint: 'm@gift', why: 'data_policy:zdr' },
  ]);
});

test('the empty set is a refusal with each reason, in the dialect of the caller', async () => {
  const price = await router({ provider: { only: ['cheap'], max_price: { prompt: 0.5 } } });
  assert.equal(price.reply.status, 404);
  const { availability } = price.body.error;
  assert.deepEqual(
    [availability.code, availability.retryable, availability.requested_models, availability.constraint.field],
    ['constraint_filtered', false, ['m'], 'provider.only'],
  );
  assert.deepEqual(availability.excluded_by.toSorted(), ['allowed_providers', 'max_price']);

  const policy = await router({ provider: { zdr: true, ignore: ['cheap'] } });
  assert.equal(policy.body.error.availability.code, 'privacy_restricted');

  const anthropic = await ask('/v1/messages', { model: 'm@far', max_tokens: 5, messages });
  assert.deepEqual([anthropic.reply.status, anthropic.body.error.details.excluded_by], [404, ['pinned']]);
});

test('what certainly does not fit goes on to a larger model; a batch of inputs is no such thing', async () => {
  const long = [{ role: 'user', content: 'word '.repeat(1_000) }];
  const refused = await router({ model: 'tiny', messages: long });
  const larger = await router({ model: 'tiny', models: ['m@gift'], messages: long });
  const batch = await ask('/v1/embeddings', {
    model: 'tiny',
    input: Array.from({ length: 100 }, () => 'word '.repeat(20)),
  });

  assert.deepEqual([refused.reply.status, refused.body.error.availability.excluded_by], [404, ['context_length']]);
  assert.equal(larger.at, 'm@gift');
  assert.equal(batch.reply.status, 200, JSON.stringify(batch.body));
});

test('who requires every parameter is not served where one would be left out', async () => {
  const body = { model: 'far', seed: 7, logit_bias: { 50: 1 } };
  const may = await router(body);
  const must = await router({ ...body, provider: { require_parameters: true } });

  assert.equal(may.reply.status, 200);
  assert.equal(must.reply.status, 404);
  assert.deepEqual(must.body.error.availability.excluded_by, ['require_parameters']);
});

test('the endpoints of all models in one order when the sort parts nothing', async () => {
  const sort = { by: 'price', partition: 'none' };
  const { at } = await router({ model: 'm@dear', models: ['m@cheap'], provider: { sort } });

  assert.equal(at, 'm@cheap');
});
