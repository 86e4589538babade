// Embeddings, completions, moderations and rerank of the simulator: small, truthful, and they fail as chats do.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ServedLine } from '#simulator/served-line.ts';
import { faultModes, startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { isFrameMode } from './converse-client.ts';
import { callRaw } from './raw-client.ts';

const served: ServedLine[] = [];
const simulator = await startSimulator({ port: 0, onServed: (line) => served.push(line), timeScale: 1000 });
after(() => simulator.close());

async function ask(path: string, body: object) {
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
  const reply = await fetch(`${simulator.url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await reply.text();
  return { status: reply.status, text, value: reply.headers.get('content-type')?.includes('json') && JSON.parse(text) };
}

const embed = (input: unknown, more: object = {}) => ask('embeddings', { model: 'sandbox/echo', input, ...more });

test('embeddings are vectors of length one, the same for the same words', async () => {
  const { value } = await embed(['the depth of the channel', 'a cup of tea', 'the depth of the channel']);
  const vectors: readonly number[][] = value.data.map(({ embedding }: { embedding: number[] }) => embedding);
  const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
    a.reduce((sum, each, index) => sum + each * (b[index] ?? 0), 0);

  assert.deepEqual(
    vectors.map(({ length }) => length),
    [16, 16, 16],
  );
  assert.deepEqual(vectors[0], vectors[2]);
  assert.ok(Math.abs(dot(vectors[0], vectors[0]) - 1) < 1e-6);
  assert.ok(dot(vectors[0], vectors[1]) < 0.9);
  assert.deepEqual(value.usage, { prompt_tokens: 14, total_tokens: 14 });
});

test('base64 holds the same floats, as many as were asked for', async () => {
  const floats = await embed('one two', { dimensions: 5 });
  const coded = await embed('one two', { dimensions: 5, encoding_format: 'base64' });
  const bytes = Buffer.from(coded.value.data[0].embedding, 'base64');

  assert.deepEqual(
    Array.from({ length: 5 }, (_, index) => bytes.readFloatLE(index * 4)),
    floats.value.data[0].embedding,
  );
});

test('each token of a list counts as one, and an odd input is refused', async () => {
  assert.equal((await embed([1, 2, 3])).value.usage.prompt_tokens, 3);
  assert.equal((await embed([[1, 2], [3]])).value.data.length, 2);
  for (const input of [undefined, 7, [], [{}], [['a', 'b']]]) assert.equal((await embed(input)).status, 400);
  for (const more of [{ dimensions: 0 }, { dimensions: 1.5 }, { encoding_format: 'hex' }]) {
    assert.equal((await embed('one', more)).status, 400);
  }
});

test('a completion echoes its prompt, whole and streamed, cut at sixteen words unless told otherwise', async () => {
  const body = { model: 'sandbox/echo', prompt: 'one two three' };
  const whole = await ask('completions', body);
  const streamed = await ask('completions', { ...body, stream: true, stream_options: { include_usage: true } });
  const story = await ask('completions', { model: 'sandbox/story', prompt: 'tell' });

  assert.match(whole.value.id, /^cmpl-/);
  assert.deepEqual(whole.value.choices, [{ text: 'one two three', index: 0, logprobs: null, finish_reason: 'stop' }]);
  assert.equal(whole.value.usage.completion_tokens, 3);
  const events = eventsOf(streamed.text);
  assert.equal(events.map((event) => event.choices?.[0]?.text ?? '').join(''), 'one two three');
  assert.deepEqual(events.at(-2).choices, []);
  assert.equal(events.at(-2).usage.total_tokens, 6);
  assert.equal(events.at(-1), '[DONE]');
  assert.equal(story.value.usage.completion_tokens, 16);
  assert.equal(story.value.choices[0].finish_reason, 'length');
});

test('prompts of one request are answered each for itself', async () => {
  const { value } = await ask('completions', { model: 'sandbox/echo', prompt: ['a b', [7, 8, 9]], n: 2 });
  const told = value.choices.map(({ index, text }: { index: number; text: string }) => `${index} ${text}`);

  assert.deepEqual(told, ['0 a b', '1 a b', '2 7 8 9', '3 7 8 9']);
  assert.deepEqual([value.usage.prompt_tokens, value.usage.completion_tokens], [5, 10]);
});

test('moderation flags the word "flagged" and nothing else, and tells no usage', async () => {
  const input = ['a flagged word', 'an unflagged one'];
  const { value } = await ask('moderations', { model: 'sandbox/echo', input });
  const parts = [
    { type: 'text', text: 'this is FLAGGED' },
    { type: 'image_url', image_url: { url: 'data:,' } },
  ];
  const mixed = await ask('moderations', { model: 'sandbox/echo', input: parts });

  assert.deepEqual(
    value.results.map(({ flagged }: { flagged: boolean }) => flagged),
    [true, false],
  );
  assert.equal(value.results[0].categories.harassment, true);
  assert.equal(Object.keys(value.results[0].category_scores).length, 13);
  assert.equal(value.usage, undefined);
  assert.equal(mixed.value.results.length, 1);
  assert.equal(mixed.value.results[0].flagged, true);
});

test('rerank scores by shared words, best first, and counts the query once for each document', async () => {
  const documents = ['tea', 'the depth', { text: 'depth of a channel' }];
  const { value } = await ask('rerank', { model: 'sandbox/echo', query: 'channel depth', documents });
  const bare = await ask('rerank', {
    model: 'sandbox/echo',
    query: 'tea',
    documents,
    top_n: 1,
    return_documents: false,
  });

  assert.deepEqual(value.results, [
    { index: 2, relevance_score: 1, document: { text: 'depth of a channel' } },
    { index: 1, relevance_score: 0.5, document: { text: 'the depth' } },
    { index: 0, relevance_score: 0, document: { text: 'tea' } },
  ]);
  assert.deepEqual(value.usage, { total_tokens: 3 * 2 + 1 + 2 + 4 });
  assert.deepEqual(bare.value.results, [{ index: 0, relevance_score: 1 }]);
});

test('the log knows each surface, and that none but completions has output', async () => {
  served.length = 0;
  await embed('one two');
  await ask('completions', { model: 'sandbox/echo', prompt: 'one two' });
  await ask('moderations', { model: 'sandbox/echo', input: 'one two' });
  await ask('rerank', { model: 'sandbox/echo', query: 'one', documents: ['two'] });
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.deepEqual(
    served.map(({ protocol, input, output, sent, ended }) => [protocol, input, output, sent, ended]),
    [
      ['openai-embeddings', 2, 0, 0, 'completed'],
      ['openai-completions', 2, 2, 2, 'completed'],
      ['openai-moderations', 2, 0, 0, 'completed'],
      ['rerank', 2, 0, 0, 'completed'],
    ],
  );
});

test('a key, a known model, a POST and a body of JSON are asked for', async () => {
  for (const path of ['embeddings', 'completions', 'moderations', 'rerank']) {
    const noKey = await fetch(`${simulator.url}/${path}`, { method: 'POST', body: '{}' });
    const get = await fetch(`${simulator.url}/${path}`);
    const body = { model: 'no/such', input: 'a', prompt: 'a', query: 'a', documents: ['a'] };
    assert.deepEqual([noKey.status, get.status, (await ask(path, body)).status], [401, 405, 404]);
    assert.equal(
      (await callRaw(simulator, [], { path: `/v1/${path}`, headers: ['authorization: Bearer any'] })).status,
      400,
    );
  }
});

/** What a fault makes of the words of an answer has nothing to change where there are none. */
const wordless = new Set(['long-line', 'cut-mid-utf8', 'tool-surrogates', 'tool-broken']);
/** These want a connection that was used before. */
const reusing = new Set(['closed-on-reuse']);

for (const [path, more] of [
  ['embeddings', {}],
  ['completions', { max_tokens: 12 }],
  ['completions', { max_tokens: 12, stream: true }],
  ['moderations', {}],
  ['rerank', {}],
] as const) {
  test(`${path}${'stream' in more ? ', streamed' : ''}: every fault is delivered`, async () => {
    const counts = async () => {
      const reply = await fetch(new URL('/simulator/stats', simulator.url));
      return ((await reply.json()) as { faults: Record<string, number> }).faults;
    };
    const missing: string[] = [];
    for (const { mode } of faultModes.filter((each) => !isFrameMode(each.mode))) {
      const name = mode.replace('<k>', '3');
      const text = `${path} ${mode} ${JSON.stringify(more)}`;
      const body = {
        model: `sandbox/fault-${name}`,
        input: text,
        prompt: text,
        query: text,
        documents: [text],
        ...more,
      };
      const before = (await counts())[name] ?? 0;
      const seen = await callRaw(simulator, body, { path: `/v1/${path}`, headers: ['authorization: Bearer any'] });
      if (((await counts())[name] ?? 0) !== before + 1 && !wordless.has(name) && !reusing.has(name))
        missing.push(`${name} ${seen.status}`);
    }
    assert.deepEqual(missing, []);
  });
}
