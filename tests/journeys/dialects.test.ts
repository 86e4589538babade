// Every dialect in front of every dialect: the same words, the same ends, the same counts; and nothing lost in silence.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { type Dialect, dialects, eventsOf } from '../support/dialects.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const modes = ['cut-5', 'reset-mid-5', 'stall-5', 'error-event-5', 'http-500', 'http-429', 'http-400'];

/** One upstream for each dialect, and for each dialect a model whose first endpoint fails and whose second is well. */
function upstreamOf({ name }: Dialect): string {
  const base = name === 'gemini-generate' ? simulator.url.replace(/\/v1$/, '/v1beta') : simulator.url;
  const own = ['echo', 'tool', 'think', ...modes.map((mode) => `fault-${mode}`)];
  const models = own.map((model) => `      sandbox/${model}: { as: ${name}/${model}, price: { input: 1, output: 1 } }`);
  return [
    `  ${name}:`,
    `    base_url: ${base}`,
    `    data: { trains: false }`,
    `    api_key: ${name}`,
    `    protocols: [${name}]`,
    `    models:`,
    ...models,
    `  second-${name}:`,
    `    base_url: ${base}`,
    `    data: { trains: false }`,
    `    api_key: second-${name}`,
    `    protocols: [${name}]`,
    `    models:`,
    ...dialects
      .filter((other) => other.name !== name)
      .map(
        (other) =>
          `      sandbox/fill-${30 + dialects.indexOf(other)}: { as: ${other.name}/fault-http-500, price: { input: 1, output: 1 } }`,
      ),
  ].join('\n');
}

const config = `
deadlines: { divide_by: 100 }
routing: { default_model: openai-chat/echo }
upstreams:
${dialects.map(upstreamOf).join('\n')}
`;
const fairlead = await runFairlead({ after }, { config });
await fairlead.ask('wallet-credit', { usd: '100.00' });

async function askIn(dialect: Dialect, model: string, stream: boolean, more: Readonly<Record<string, unknown>> = {}) {
  const reply = await call({
    url: fairlead.url,
    path: dialect.address(model, stream),
    headers: dialect.headers(fairlead.key),
    body: { ...dialect.body(model, 'one two three', stream), ...more },
  });
  const body = reply.body.toString();
  const told = reply.status === 200 && stream ? dialect.readStream(body) : dialect.readWhole(body);
  return { reply, body, told };
}

for (const caller of dialects) {
  for (const upstream of dialects) {
    for (const stream of [false, true]) {
      test(`${caller.name} in front of ${upstream.name}, ${stream ? 'streamed' : 'whole'}: the words, the end, the counts`, async () => {
        const { reply, told, body } = await askIn(caller, `${upstream.name}/echo`, stream);

        assert.equal(reply.status, 200, body);
        assert.deepEqual(
          [told.text, told.finish, told.terminals, told.error],
          ['one two three', caller.stopWord, 1, undefined],
        );
        const record = await fairlead.explain(generationOf(reply));
        assert.equal(record.end_reason, 'completed');
        assert.equal(record.usage_source, 'reported');
        assert.deepEqual([told.input, told.output], [record.usage.input, record.usage.output]);
        assert.equal(record.usage.output, 3);
      });
    }

    for (const mode of ['cut-5', 'reset-mid-5', 'stall-5', 'error-event-5']) {
      test(`${caller.name} in front of ${upstream.name}: ${mode} ends with the caller's own terminal error`, async () => {
        const { reply, told } = await askIn(caller, `${upstream.name}/fault-${mode}`, true);

        assert.equal(reply.status, 200);
        assert.ok(reply.isWhole);
        assert.notEqual(told.text, '');
        assert.notEqual(told.error, undefined);
        assert.equal(told.finish, undefined);
        assert.equal(told.terminals, 0);
        const record = await fairlead.explain(generationOf(reply));
        assert.equal(record.end_reason, mode === 'stall-5' ? 'stalled' : 'upstream_cut');
      });
    }

    test(`${caller.name} in front of ${upstream.name}: a refusal of the upstream is told in the caller's dialect`, async () => {
      const { reply, told } = await askIn(caller, `${upstream.name}/fault-http-400`, false);

      assert.equal(reply.status, 400);
      assert.notEqual(told.error, undefined);
    });
  }

  test(`${caller.name}: an endpoint of another dialect takes over unseen`, async () => {
    for (const upstream of dialects) {
      const { reply, told } = await askIn(caller, `${upstream.name}/fault-http-500`, true);

      assert.equal(reply.status, 200);
      assert.equal(told.text.split(' ').length, 30 + dialects.indexOf(upstream));
      assert.match(String(reply.headers['x-fairlead-endpoint']), /@second-/);
    }
  });

  test(`${caller.name}: a wrong key, an unknown model and a broken body are told in its own dialect`, async () => {
    const path = caller.address('no/model', false);
    const wrongKey = await call({ url: fairlead.url, path, headers: caller.headers('sk-fl-wrong'), body: {} });
    const unknown = await askIn(caller, 'no/model', false);
    const broken = await call({ url: fairlead.url, path, headers: caller.headers(fairlead.key), body: '{"a":' });

    assert.deepEqual([wrongKey.status, unknown.reply.status, broken.status], [401, 404, 400]);
    for (const { body } of [wrongKey, unknown.reply, broken]) {
      assert.notEqual(caller.readWhole(body.toString()).error, undefined);
    }
  });
}

test('what a translation leaves out is named on the reply and in the record', async () => {
  const [chat] = dialects;
  assert.ok(chat);
  const { reply } = await askIn(chat, 'anthropic-messages/echo', false, { seed: 3 });
  const record = await fairlead.explain(generationOf(reply));

  assert.equal(reply.headers['x-fairlead-dropped'], 'seed');
  assert.deepEqual(Reflect.get(record, 'dropped'), ['seed']);
  assert.equal(Reflect.get(record, 'upstream_protocol'), 'anthropic-messages');
});

test('in strict mode nothing is left out: another endpoint carries it, or the caller is told what cannot be carried', async () => {
  const [chat] = dialects;
  assert.ok(chat);
  const strict = await call({
    url: fairlead.url,
    headers: { ...chat.headers(fairlead.key), 'x-fairlead-strict': 'true' },
    body: { ...chat.body('anthropic-messages/echo', 'one', false), seed: 3 },
  });

  assert.equal(strict.status, 400);
  assert.equal(JSON.parse(strict.body.toString()).error.code, 'unsupported_feature');
  assert.match(JSON.parse(strict.body.toString()).error.message, /seed/);
});

test('a Gemini caller that does not ask for events gets one JSON array, closed validly also when the upstream breaks', async () => {
  const path = (model: string) => `/v1beta/models/${model}:streamGenerateContent`;
  const body = { contents: [{ role: 'user', parts: [{ text: 'one two three' }] }] };
  const headers = { 'x-goog-api-key': fairlead.key, 'content-type': 'application/json' };

  for (const upstream of dialects) {
    const good = await call({ url: fairlead.url, path: path(`${upstream.name}/echo`), headers, body });
    const cut = await call({ url: fairlead.url, path: path(`${upstream.name}/fault-cut-5`), headers, body });

    const texts = JSON.parse(good.body.toString()).flatMap(
      (chunk: { candidates?: { content?: { parts?: { text?: string }[] } }[] }) =>
        chunk.candidates?.[0]?.content?.parts?.map(({ text }) => text ?? '') ?? [],
    );
    assert.equal(texts.join(''), 'one two three');
    assert.match(String(good.headers['content-type']), /^application\/json/);
    assert.notEqual(JSON.parse(cut.body.toString()).at(-1).error, undefined);
  }
});

test('the list of models is told in the dialect of who asks, ids with slashes included', async () => {
  const list = async (path: string, headers: Readonly<Record<string, string>>) => {
    const reply = await call({ url: fairlead.url, path, method: 'GET', headers });
    assert.equal(reply.status, 200, reply.body.toString());
    return JSON.parse(reply.body.toString());
  };
  const { key } = fairlead;

  const openai = await list('/v1/models', { authorization: `Bearer ${key}` });
  const anthropic = await list('/v1/models', { 'x-api-key': key, 'anthropic-version': '2023-06-01' });
  const gemini = await list('/v1beta/models', { 'x-goog-api-key': key });
  const inAddress = await list(`/v1/models?key=${key}`, {});

  assert.ok(openai.data.some(({ id }: { id: string }) => id === 'gemini-generate/echo'));
  assert.ok(
    anthropic.data.some(({ id, type }: { id: string; type: string }) => type === 'model' && id === 'openai-chat/echo'),
  );
  assert.ok(gemini.models.some(({ name }: { name: string }) => name === 'models/sandbox/echo'));
  assert.deepEqual(inAddress, gemini);
  assert.equal((await list('/v1/models/sandbox/echo', { authorization: `Bearer ${key}` })).id, 'sandbox/echo');
  const one = await list('/v1beta/models/openai-chat/echo', { 'x-goog-api-key': key });
  assert.equal(one.name, 'models/openai-chat/echo');
});

test('tokens are counted by the upstream that can, estimated for the others, and cost nothing', async () => {
  const count = async (path: string, headers: Readonly<Record<string, string>>, body: unknown) => {
    const reply = await call({ url: fairlead.url, path, headers, body });
    assert.equal(reply.status, 200, reply.body.toString());
    return { reply, value: JSON.parse(reply.body.toString()) };
  };
  const { key } = fairlead;
  const before = await fairlead.settledWallet();
  const anthropic = { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };
  const messages = [{ role: 'user', content: 'one two three' }];

  const said = await count('/v1/messages/count_tokens', anthropic, { model: 'anthropic-messages/echo', messages });
  const guessed = await count('/v1/messages/count_tokens', anthropic, { model: 'openai-chat/echo', messages });
  const gemini = await count(
    '/v1beta/models/gemini-generate/echo:countTokens',
    { 'x-goog-api-key': key, 'content-type': 'application/json' },
    { contents: [{ role: 'user', parts: [{ text: 'one two three' }] }] },
  );

  assert.equal(said.reply.headers['x-fairlead-usage-source'], 'reported');
  assert.ok(said.value.input_tokens >= 3);
  assert.equal(guessed.reply.headers['x-fairlead-usage-source'], 'estimated');
  assert.ok(guessed.value.input_tokens >= 1);
  assert.equal(gemini.reply.headers['x-fairlead-usage-source'], 'reported');
  assert.ok(gemini.value.totalTokens >= 3);
  assert.deepEqual(await fairlead.settledWallet(), before);
});

test("Codex's own address is another one of the Responses API", async () => {
  const reply = await call({
    url: fairlead.url,
    path: '/backend-api/codex/responses',
    headers: { authorization: `Bearer ${fairlead.key}`, 'content-type': 'application/json' },
    body: { model: 'sandbox/echo', input: 'one two', stream: true },
  });

  const events = eventsOf(reply.body.toString());
  assert.equal(events.at(-1).type, 'response.completed');
  assert.deepEqual(
    events.map((event) => event.sequence_number),
    events.map((_, index) => index),
  );
});

test('who leaves the choice to us gets the default model, in any dialect', async () => {
  for (const dialect of dialects) {
    const { reply, told } = await askIn(dialect, 'auto', false);

    assert.equal(told.text, 'one two three');
    assert.equal(reply.headers['x-fairlead-endpoint'], 'openai-chat/echo@openai-chat');
  }
});
