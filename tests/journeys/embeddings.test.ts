// Embeddings between OpenAI and Gemini, both ways: the same vectors, counted once, and nothing lost in silence.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call, errorOf, generationOf } from './caller.ts';
import { runFairlead, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
/** Says one vector, however many texts it got, and no usage. */
const short = await startUpstream({ after }, ({ response }) => {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ embeddings: [{ values: [0.25, -1e-9, 3] }] }));
});

const price = 'price: { input: 0.13, output: 2.07 }';
const fairlead = await runFairlead(
  { after },
  {
    config: `
routing: { strategy: order }
upstreams:
  openai:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    protocols: [openai-chat]
    models:
      sandbox/embed: { as: own/openai, ${price} }
      sandbox/fault-http-500: { as: own/both, ${price} }
  gemini:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    protocols: [gemini-generate]
    models:
      sandbox/embed: { as: own/gemini, ${price} }
      sandbox/echo: { as: own/both, ${price} }
  mixed:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: d
    protocols: [anthropic-messages, gemini-generate]
    models: { sandbox/embed: { as: own/mixed, ${price} } }
  short:
    base_url: ${short.url}
    protocols: [gemini-generate]
    type: self_hosted
    models: { m: { as: own/short, ${price} } }
  claude:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: c
    protocols: [anthropic-messages]
    models: { sandbox/echo: { as: own/claude, ${price} } }
`,
  },
);
const { url, key } = fairlead;

async function ask(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const reply = await call({ url, key, path, body, headers });
  return { reply, status: reply.status, value: JSON.parse(reply.body.toString()) };
}

const gemini = (model: string, verb: string, base = '/v1beta') => `${base}/models/${model}:${verb}`;
const content = (...texts: readonly string[]) => ({ parts: texts.map((text) => ({ text })) });

async function recordOf({ reply }: Awaited<ReturnType<typeof ask>>) {
  const { charge_usd, hold_usd, usage, usage_source } = await fairlead.explain(generationOf(reply));
  assert.ok(toNano(charge_usd) <= toNano(hold_usd));
  return { charge: toNano(charge_usd), input: usage.input, source: usage_source };
}

test('one text has the same vector in both dialects at upstreams of both', async () => {
  const said = { input: 'the depth of the channel', dimensions: 5 };
  const asked = { content: content('the depth of the channel'), outputDimensionality: 5 };
  const vectors: unknown[] = [];
  for (const model of ['own/openai', 'own/gemini']) {
    const openai = await ask('/v1/embeddings', { model, ...said });
    const one = await ask(gemini(model, 'embedContent'), asked);
    const many = await ask(gemini(model, 'batchEmbedContents', '/v1'), {
      requests: [{ model: `models/${model}`, ...asked }],
    });

    assert.deepEqual([openai.status, one.status, many.status], [200, 200, 200], JSON.stringify(one.value));
    assert.deepEqual([openai.value.model, openai.value.data[0].index].length, 2);
    vectors.push(openai.value.data[0].embedding, one.value.embedding.values, many.value.embeddings[0].values);
    for (const each of [openai, one, many]) {
      assert.deepEqual(await recordOf(each), { charge: 5n * 130n, input: 5, source: 'reported' });
    }
    assert.deepEqual(openai.value.usage, { prompt_tokens: 5, total_tokens: 5 });
    assert.equal(one.value.usageMetadata.promptTokenCount, 5);
  }

  for (const vector of vectors) assert.deepEqual(vector, vectors[0]);
});

test('many texts keep their order, and base64 holds the floats of another dialect', async () => {
  const input = ['one two three', 'four', ''];
  const floats = await ask('/v1/embeddings', { model: 'own/gemini', input: input.slice(0, 2) });
  const coded = await ask('/v1/embeddings', {
    model: 'own/gemini',
    input: input.slice(0, 2),
    encoding_format: 'base64',
  });
  const home = await ask('/v1/embeddings', { model: 'own/openai', input: input.slice(0, 2) });

  for (const place of [0, 1]) {
    const bytes = new Uint8Array(Buffer.from(coded.value.data[place].embedding, 'base64'));
    assert.deepEqual([...new Float32Array(bytes.buffer)], floats.value.data[place].embedding);
    assert.deepEqual(floats.value.data[place].embedding, home.value.data[place].embedding);
  }
});

test('what the other side has no place for is named, and refused in strict mode', async () => {
  const one = { content: content('a'), taskType: 'RETRIEVAL_QUERY', title: 'b' };
  const dropped = await ask(gemini('own/openai', 'embedContent'), one);
  const strict = await ask(gemini('own/openai', 'embedContent'), one, { 'x-fairlead-strict': 'true' });
  const user = await ask('/v1/embeddings', { model: 'own/gemini', input: 'a', user: 'somebody', input_type: 'x' });
  const home = await ask(gemini('own/gemini', 'embedContent'), one);

  assert.equal(dropped.reply.headers['x-fairlead-dropped'], 'task_type,title');
  assert.equal(strict.status, 400);
  assert.equal(user.reply.headers['x-fairlead-dropped'], 'user,unknown_field');
  assert.equal(home.reply.headers['x-fairlead-dropped'], undefined);
});

test('tokens, pictures and lengths that differ cannot be carried, and are refused with their names', async () => {
  const tokens = await ask('/v1/embeddings', { model: 'own/gemini', input: [1, 2] });
  const picture = await ask(gemini('own/openai', 'embedContent'), {
    content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
  });
  const lengths = await ask(gemini('own/openai', 'batchEmbedContents'), {
    requests: [4, 8].map((outputDimensionality) => ({ content: content('a'), outputDimensionality })),
  });
  const nobody = await ask('/v1/embeddings', { model: 'own/claude', input: 'a' });

  for (const [{ status, reply }, field] of [
    [tokens, /token_input/],
    [picture, /unknown_part/],
    [lengths, /dimensions/],
    [nobody, /surface/],
  ] as const) {
    assert.equal(status, 400);
    assert.match(reply.body.toString(), field);
  }
  assert.equal(errorOf(nobody.reply).code, 'unsupported_feature');
});

test("a model's name in the body becomes the upstream's, and all else stays as it came", async () => {
  const asked = { model: 'models/own/gemini', taskType: 'RETRIEVAL_DOCUMENT', content: content('a b') };
  const many = await ask(gemini('own/gemini', 'batchEmbedContents'), { requests: [asked, asked] });
  const one = await ask(gemini('own/gemini', 'embedContent'), asked);

  assert.deepEqual([many.status, one.status], [200, 200], JSON.stringify(many.value));
  assert.equal(many.value.embeddings.length, 2);
});

test('of several dialects of an upstream the one is spoken that has embeddings', async () => {
  const asked = await ask('/v1/embeddings', { model: 'own/mixed', input: 'one two' });

  assert.equal(asked.status, 200, JSON.stringify(asked.value));
});

test('another endpoint takes over in another dialect', async () => {
  await Promise.all(Array.from({ length: 8 }, () => ask('/v1/embeddings', { model: 'own/openai', input: 'a' })));
  const asked = await ask('/v1/embeddings', { model: 'own/both', input: 'one two' });

  assert.equal(asked.status, 200, JSON.stringify(asked.value));
  assert.equal(asked.reply.headers['x-fairlead-endpoint'], 'own/both@gemini');
});

test('fewer vectors than texts are no answer; one alone goes out as it is, estimated where no usage is told', async () => {
  const two = await ask('/v1/embeddings', { model: 'own/short', input: ['a', 'b'] });
  const one = await ask('/v1/embeddings', { model: 'own/short', input: 'a' });

  assert.equal(two.status, 502);
  assert.equal((await fairlead.explain(generationOf(two.reply))).charge_usd, '0.000000000');
  assert.deepEqual(one.value.data[0].embedding, [0.25, -1e-9, 3]);
  assert.equal((await recordOf(one)).source, 'estimated');
});

test('a refusal is one of the dialect that was asked in', async () => {
  const unknown = await ask(gemini('no/such', 'embedContent'), { content: content('a') });
  const malformed = await ask(gemini('own/gemini', 'batchEmbedContents'), { requests: [{ content: 'a' }] });
  const method = await call({ url, key, method: 'GET', path: gemini('own/gemini', 'embedContent') });

  assert.deepEqual([unknown.status, unknown.value.error.status], [404, 'NOT_FOUND']);
  assert.deepEqual([malformed.status, malformed.value.error.status], [400, 'INVALID_ARGUMENT']);
  assert.ok([404, 405].includes(method.status));
});
