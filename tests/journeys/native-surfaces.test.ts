// Embeddings, completions, moderations, rerank: passed on byte for byte, charged to the nano-dollar, never translated.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { scanBytes, scanFolder } from '#cli/privacy/scan-bytes.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { call, errorOf, generationOf } from './caller.ts';
import { runFairlead, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const cohere = await startUpstream({ after }, ({ response }) => {
  const results = [{ index: 1, relevance_score: 0.9 }];
  const meta = { api_version: { version: '2' }, billed_units: { search_units: 3 } };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'r', results, meta }));
});
const large = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(largeReply);
});
const largeReply = Buffer.from(
  `{"object":"list","data":[${Array.from({ length: 400 }, (_, index) => `{"object":"embedding","index":${index},"embedding":[${'0.123456789012345678,'.repeat(1535)}-1e-05]}`).join(',')}],"model":"up","usage":{"prompt_tokens":7,"total_tokens":7}}`,
);

const price = 'price: { input: 0.13, output: 2.07 }';
const config = `
routing: { strategy: order }
upstreams:
  first:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    protocols: [openai-chat]
    models:
      sandbox/echo: { as: own/echo, ${price} }
      sandbox/story: { as: own/story, ${price} }
      sandbox/fault-http-500: { as: two/broken, ${price} }
      sandbox/fault-cut-5: { as: own/cut, ${price} }
      sandbox/fault-html: { as: two/html, ${price} }
      sandbox/fault-http-400: { as: own/refused, ${price} }
  second:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    protocols: [openai-chat]
    models:
      sandbox/echo: { as: two/broken, ${price} }
      echo: { as: two/html, ${price} }
  cohere:
    base_url: ${cohere.url}
    protocols: [openai-chat]
    type: self_hosted
    models: { rerank-v3.5: { as: own/search, price: { input: 2000, output: 0, request: 0.001 } } }
  large:
    base_url: ${large.url}
    protocols: [openai-chat]
    type: self_hosted
    models: { up: { as: own/large, ${price} } }
  messages:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: c
    protocols: [anthropic-messages]
    models: { sandbox/echo: { as: claude/only, ${price} } }
models:
  own/echo: { aliases: [omni-moderation-latest] }
`;
const fairlead = await runFairlead({ after }, { config, env: { LOG_LEVEL: 'trace' } });
await fairlead.ask('wallet-credit', { usd: '100.00' });
const { url } = fairlead;

async function ask(path: string, body: Readonly<Record<string, unknown>>, key: string | undefined = fairlead.key) {
  const reply = await call({ url, key, path, body });
  const text = reply.body.toString();
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  return { reply, status: reply.status, text, value: isJson ? JSON.parse(text) : undefined };
}

/** What a generation cost, in nano-dollars: $0.13 and $2.07 a million are 130 and 2,070 nano-dollars a token. */
async function chargeOf({ reply }: Awaited<ReturnType<typeof ask>>) {
  const { charge_usd, hold_usd, usage, usage_source, end_reason } = await fairlead.explain(generationOf(reply));
  const charge = toNano(charge_usd);
  assert.ok(charge <= toNano(hold_usd));
  return { charge, input: usage.input, output: usage.output, source: usage_source, end: end_reason };
}

const surfaces: readonly (readonly [path: string, body: (model: string, text: string) => Record<string, unknown>])[] = [
  ['embeddings', (model, text) => ({ model, input: text })],
  ['completions', (model, text) => ({ model, prompt: text, max_tokens: 9 })],
  ['moderations', (model, text) => ({ model, input: text })],
  ['rerank', (model, text) => ({ model, query: text, documents: ['a harbour', `the ${text}`] })],
];

test('embeddings cost the tokens that the upstream reports, of texts and of tokens, as floats and as base64', async () => {
  const floats = await ask('/v1/embeddings', { model: 'own/echo', input: ['one two three', 'four'], dimensions: 4 });
  const coded = await ask('/v1/embeddings', {
    model: 'own/echo',
    input: ['one two three'],
    dimensions: 4,
    encoding_format: 'base64',
  });
  const tokens = await ask('/v1/embeddings', { model: 'own/echo', input: [[4438, 656], [30]] });

  assert.equal(floats.value.data.length, 2);
  const bytes = Buffer.from(coded.value.data[0].embedding, 'base64');
  assert.deepEqual([...new Float32Array(new Uint8Array(bytes).buffer)], floats.value.data[0].embedding);
  assert.equal(tokens.value.data.length, 2);
  assert.equal(tokens.value.data[0].embedding.length, 16);
  const said = { source: 'reported', end: 'completed', output: 0 };
  assert.deepEqual(await chargeOf(floats), { ...said, charge: 4n * 130n, input: 4 });
  assert.deepEqual(await chargeOf(coded), { ...said, charge: 3n * 130n, input: 3 });
  assert.deepEqual(await chargeOf(tokens), { ...said, charge: 3n * 130n, input: 3 });
});

test('a completion costs input and output, for each prompt of a list, with all of its choices', async () => {
  const one = await ask('/v1/completions', { model: 'own/echo', prompt: 'one two three', max_tokens: 9 });
  const many = await ask('/v1/completions', { model: 'own/echo', prompt: ['a b', 'c'], n: 2, max_tokens: 9 });

  assert.equal(one.value.object, 'text_completion');
  assert.deepEqual([one.value.choices[0].text, one.value.choices[0].finish_reason], ['one two three', 'stop']);
  assert.deepEqual(
    many.value.choices.map(({ text }: { text: string }) => text),
    ['a b', 'a b', 'c', 'c'],
  );
  const said = { source: 'reported', end: 'completed' };
  assert.deepEqual(await chargeOf(one), { ...said, charge: 3n * 130n + 3n * 2070n, input: 3, output: 3 });
  assert.deepEqual(await chargeOf(many), { ...said, charge: 3n * 130n + 6n * 2070n, input: 3, output: 6 });
});

test('who names no limit gets sixteen tokens, as at OpenAI; who came for OpenRouter gets the whole answer', async () => {
  const openai = await ask('/v1/completions', { model: 'own/story', prompt: 'tell' });
  const router = await ask('/api/v1/completions', { model: 'own/story', prompt: 'tell' });

  assert.equal(openai.value.choices[0].finish_reason, 'length');
  assert.equal((await chargeOf(openai)).output, 16);
  assert.equal(router.value.choices[0].finish_reason, 'stop');
  assert.ok((await chargeOf(router)).output > 200);
});

test('a completion that a key cannot bear is cut down to what it bears, and the reply says so', async () => {
  const { key } = await fairlead.ask<{ key: string }>('key-create', { name: 'short', limit_usd: '0.001' });
  const asked = await ask('/v1/completions', { model: 'own/story', prompt: 'tell', max_tokens: 9000 }, key);

  const clamped = Number(asked.reply.headers['x-fairlead-clamped']);
  assert.equal(asked.status, 200, asked.text);
  assert.ok(clamped > 256 && clamped < 0.001 / 2.07e-6, String(clamped));
  const { charge, input, output } = await chargeOf(asked);
  assert.equal(charge, BigInt(input) * 130n + BigInt(output) * 2070n);
});

test('a streamed completion is the same, and its usage is told to who asked for it', async () => {
  const body = { model: 'own/echo', prompt: 'one two three', max_tokens: 9, stream: true };
  const silent = await ask('/v1/completions', body);
  const told = await ask('/v1/completions', { ...body, stream_options: { include_usage: true } });

  for (const { text } of [silent, told]) {
    const events = eventsOf(text);
    assert.equal(events.at(-1), '[DONE]');
    assert.equal(events.map((event) => event.choices?.[0]?.text ?? '').join(''), 'one two three');
  }
  assert.doesNotMatch(silent.text, /prompt_tokens/);
  assert.match(told.text, /"usage":\{"prompt_tokens":3,"completion_tokens":3,/);
  for (const each of [silent, told]) assert.equal((await chargeOf(each)).charge, 3n * 130n + 3n * 2070n);
});

test('a streamed completion that breaks off ends with an error and without a mark of its end', async () => {
  const { text, reply } = await ask('/v1/completions', {
    model: 'own/cut',
    prompt: 'tell',
    max_tokens: 99,
    stream: true,
  });

  const events = eventsOf(text);
  assert.equal(events.at(-1).error.code, 'stream_cut');
  assert.equal((await fairlead.explain(generationOf(reply))).end_reason, 'upstream_cut');
});

test('moderation without usage costs our estimate of its input, and its model may be left out', async () => {
  const body = { input: ['a fine day', 'this is flagged'] };
  const asked = await ask('/v1/moderations', body);

  assert.deepEqual(
    asked.value.results.map(({ flagged }: { flagged: boolean }) => flagged),
    [false, true],
  );
  assert.equal(asked.value.model, 'sandbox/echo');
  const input = Math.ceil(JSON.stringify(body).length / 4);
  const charge = BigInt(input) * 130n;
  assert.deepEqual(await chargeOf(asked), { source: 'estimated', end: 'completed', output: 0, input, charge });
});

test('rerank costs the tokens that are reported, or the searches where a provider counts those', async () => {
  const documents = ['nothing of it', 'the depth of the channel', { text: 'a channel' }];
  const ranked = await ask('/v1/rerank', { model: 'own/echo', query: 'channel depth', documents, top_n: 2 });
  const searched = await ask('/v1/rerank', { model: 'own/search', query: 'channel depth', documents });

  assert.deepEqual(
    ranked.value.results.map(({ index }: { index: number }) => index),
    [1, 2],
  );
  assert.deepEqual(ranked.value.results[0].document, { text: 'the depth of the channel' });
  const input = 3 * 2 + 3 + 5 + 2;
  const said = { source: 'reported', end: 'completed', output: 0 };
  assert.deepEqual(await chargeOf(ranked), { ...said, input, charge: BigInt(input) * 130n });
  assert.deepEqual(await chargeOf(searched), { ...said, input: 3, charge: 3n * 2_000_000n + 1_000_000n });
});

test('a reply goes out as it came, however long', async () => {
  const { reply } = await ask('/v1/embeddings', { model: 'own/large', input: 'one' });

  assert.ok(reply.body.equals(largeReply));
  assert.equal(reply.headers['x-fairlead-endpoint'], 'own/large@large');
});

test("below OpenRouter's address the reply says who answered and what it cost; all else stays as it came", async () => {
  for (const [path, body] of surfaces.filter(([name]) => name !== 'moderations')) {
    const asked = await ask(`/api/v1/${path}`, {
      ...body('own/echo', 'one two three'),
      provider: { sort: 'price' },
      reasoning: {},
    });
    assert.equal(asked.status, 200, asked.text);
    const { charge } = await chargeOf(asked);
    assert.equal(asked.value.model, 'own/echo');
    assert.equal(asked.value.provider, 'first');
    assert.equal(toNano(Number(asked.value.usage.cost).toFixed(9)), charge);
    assert.equal(asked.value.usage.is_byok, false);
  }
  const { reply } = await ask('/api/v1/embeddings', { model: 'own/large', input: 'one' });
  const text = reply.body.toString();
  const cut = text
    .replace('"provider":"large",', '')
    .replace('"model":"own/large"', '"model":"up"')
    .replace(/,"cost":0\.00000091,"is_byok".*\}\}\}$/, '}}');
  assert.equal(cut, largeReply.toString());
});

test("below OpenRouter's address a refusal is one of OpenRouter's, also within a stream", async () => {
  const unknown = await ask('/api/v1/embeddings', { model: 'no/such', input: 'one' });
  const cut = await ask('/api/v1/completions', { model: 'own/cut', prompt: 'tell', stream: true });

  assert.deepEqual([unknown.status, unknown.value.error.code], [404, 404]);
  assert.equal(eventsOf(cut.text).at(-1).error.code, 502);
  assert.equal(eventsOf(cut.text).at(-1).object, 'text_completion');
});

for (const [path, body] of surfaces) {
  test(`${path}: another endpoint takes over when one fails, and is the only one that is paid`, async () => {
    for (const model of ['two/broken', 'two/html']) {
      // Retries are at most a fifth of the requests.
      await Promise.all(Array.from({ length: 8 }, () => ask(`/v1/${path}`, body('own/echo', 'one'))));
      const asked = await ask(`/v1/${path}`, body(model, 'one two three'));

      assert.equal(asked.status, 200, asked.text);
      assert.equal(asked.reply.headers['x-fairlead-endpoint'], `${model}@second`);
      assert.equal(asked.reply.headers['x-fairlead-attempts'], '2');
      assert.ok((await chargeOf(asked)).charge > 0n);
    }
  });

  test(`${path}: a model whose upstreams speak other dialects alone is refused, and so is one that nobody knows`, async () => {
    const before = await fairlead.settledWallet();
    const other = await ask(`/v1/${path}`, body('claude/only', 'one'));
    const unknown = await ask(`/v1/${path}`, body('no/such', 'one'));

    assert.deepEqual([other.status, errorOf(other.reply).code], [400, 'unsupported_feature']);
    assert.match(String(errorOf(other.reply).message), /surface/);
    assert.deepEqual([unknown.status, errorOf(unknown.reply).code], [404, 'model_not_found']);
    assert.equal((await fairlead.settledWallet()).spent, before.spent);
  });

  test(`${path}: a refusal of the upstream is told and not paid for`, async () => {
    const asked = await ask(`/v1/${path}`, body('own/refused', 'one'));

    assert.equal(asked.status, 400);
    assert.equal((await chargeOf(asked)).charge, 0n);
  });

  test(`${path}: a body that is none, a missing field, a wrong method and a wrong key are told`, async () => {
    const method = await call({ url, key: fairlead.key, method: 'GET', path: `/v1/${path}` });
    const malformed = await call({ url, key: fairlead.key, path: `/v1/${path}`, body: '{"model":' });
    const missing = await ask(`/v1/${path}`, { model: 'own/echo' });
    const stranger = await ask(`/v1/${path}`, body('own/echo', 'one'), 'sk-fl-wrong');

    assert.deepEqual([method.status, method.headers.allow], [405, 'POST']);
    assert.deepEqual([malformed.status, missing.status, stranger.status], [400, 400, 401]);
  });

  test(`${path}: an empty wallet, a spend limit and a request limit hold here too`, async () => {
    const workspace = `poor-${path}`;
    await fairlead.ask('workspace-create', { name: workspace, credit_usd: '0.000001' });
    const poor = await fairlead.ask<{ key: string }>('key-create', { workspace, name: 'poor' });
    const spent = await fairlead.ask<{ key: string }>('key-create', { name: `spent-${path}`, limit_usd: '0.000001' });
    const once = await fairlead.ask<{ key: string }>('key-create', { name: `once-${path}`, limit_requests: 1 });
    const asks = [poor, spent, once, once].map(
      ({ key }) =>
        () =>
          ask(`/v1/${path}`, body('own/echo', 'one two'), key),
    );
    const statuses: number[] = [];
    for (const each of asks) statuses.push((await each()).status);

    assert.deepEqual(statuses, [402, 402, 200, 429]);
  });
}

test('nothing of an input lies in the log or in a file afterwards', async () => {
  const secret = 'wexqvdanjbortzlupkhycimsgwexqvda';
  for (const [path, body] of surfaces) {
    for (const model of ['own/echo', 'own/refused', 'two/broken', 'claude/only']) {
      await ask(`/v1/${path}`, { ...body(model, secret), user: secret, [secret]: secret });
    }
    await ask(`/v1/${path}`, { ...body(secret, 'one') });
  }
  await fairlead.settledWallet();

  assert.deepEqual(scanBytes('stderr', Buffer.from(fairlead.stderr()), { secret }), []);
  assert.deepEqual(scanFolder(fairlead.folder, { secret }).hits, []);
});

test('the books are right after all of it', async () => {
  await fairlead.settledWallet();
  const { ok } = await fairlead.ask<{ ok: boolean }>('ledger-check');

  assert.equal(ok, true);
});

test('completions: more prompts than anybody has are refused, and a hold beyond all money is an empty wallet, not an outage', async () => {
  const many = await ask('/v1/completions', {
    model: 'own/echo',
    prompt: Array.from({ length: 2_049 }, () => ''),
    n: 2,
  });
  assert.equal(many.reply.status, 400);

  const prompt = Array.from({ length: 2_048 }, () => '');
  const vast = await ask('/v1/completions', { model: 'own/story', prompt, n: 128, max_tokens: 10_000_000 });
  assert.equal(vast.reply.status, 402, vast.reply.body.toString());
  assert.equal((await ask('/v1/completions', { model: 'own/echo', prompt: 'one', max_tokens: 9 })).reply.status, 200);
});
