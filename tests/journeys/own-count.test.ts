// What an answer used, where its upstream does not say it: counted by the model's own tokenizer, else estimated.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TokenCounter } from '#gateway/meter/token-counter.ts';
import { dialects } from '../support/dialects.ts';
import { call, generationOf } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const words = 'The line runs clear from the winch to the bollard and does not chafe.';

// Of o200k, as another implementation of it (js-tiktoken) counts the sentence.
const spokenTokens = 18;

const upstream = await startUpstream({ after }, ({ body, response }) => {
  const asked = JSON.parse(body.toString());
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  if (asked.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const choice = { index: 0, message: { role: 'assistant', content: words }, finish_reason: 'stop' };
    return void response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, choices: [choice] }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  // Words are cut in the middle: only together they are what the tokenizer counts.
  const pieces = words.match(/.{1,5}/g) ?? [];
  response.end(
    `${pieces.map((piece) => chunk({ content: piece }, null)).join('')}${chunk({}, 'stop')}data: [DONE]\n\n`,
  );
});

const config = `
upstreams:
  silent:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: sk-x
    protocols: [openai-chat]
    models:
      deployment-7: { as: gpt-5-mini, price: { input: 1, output: 10 } }
      llama-4: { as: llama-4, price: { input: 1, output: 10 } }
`;
const fairlead = await runFairlead({ after }, { config });
const [chat, , messages] = dialects;
assert.ok(chat && messages);

async function ask(model: string, stream: boolean, dialect = chat) {
  assert.ok(dialect);
  const reply = await call({
    url: fairlead.url,
    path: dialect.address(model, stream),
    headers: dialect.headers(fairlead.key),
    body: dialect.body(model, words, stream),
  });
  assert.equal(reply.status, 200, reply.body.toString());
  const { usage, usage_source } = await fairlead.explain(generationOf(reply));
  return { input: usage.input, output: usage.output, source: usage_source };
}

test('a silent answer of a model whose tokenizer is at hand is counted, whole and streamed, in every dialect', async () => {
  // The first count loads the tokenizer, which a busy machine may not do in time.
  const whole = await eventually(async () => {
    const found = await ask('gpt-5-mini', false);
    assert.equal(found.source, 'counted');
    return found;
  }, 30_000);
  assert.equal(whole.output, spokenTokens);
  assert.ok(whole.input >= spokenTokens + 3 && whole.input <= spokenTokens + 12, String(whole.input));

  for (const dialect of dialects) {
    const streamed = await ask('gpt-5-mini', true, dialect);
    assert.deepEqual([streamed.source, streamed.output], ['counted', spokenTokens], dialect.name);
    assert.ok(streamed.input >= spokenTokens + 3 && streamed.input <= spokenTokens + 12, String(streamed.input));
  }
});

test('of any other model it is estimated, and marked so', async () => {
  for (const stream of [false, true, true]) {
    const { source, output } = await ask('llama-4', stream);
    assert.deepEqual([source, output], ['estimated', Math.ceil(words.length / 4)]);
  }
});

test('a count of a request that no upstream can be asked for is the tokenizer’s, or an estimate that says so', async () => {
  const count = async (model: string) => {
    const body = { model, max_tokens: 5, messages: [{ role: 'user', content: words }] };
    const headers = messages.headers(fairlead.key);
    const reply = await call({ url: fairlead.url, path: '/v1/messages/count_tokens', headers, body });
    return { source: reply.headers['x-fairlead-usage-source'], tokens: JSON.parse(reply.body.toString()).input_tokens };
  };

  const counted = await count('gpt-5-mini');
  const estimated = await count('llama-4');

  assert.deepEqual(counted, { source: 'counted', tokens: spokenTokens + 6 });
  assert.equal(estimated.source, 'estimated');
});

test('the tokenizer is not there until it is asked, and goes when nobody asks', async () => {
  const counter = new TokenCounter({ waitMs: 60_000, idleMs: 20 });
  assert.equal(counter.isRunning, false);

  // Its own marks are words like all others, and a run without a space takes no long time.
  const sums = await counter.count('o200k', [[words, words], ['<|endoftext|>'], ['a'.repeat(200_000)], []]);

  const [twice = 0, marks = 0, run = 0, none] = sums ?? [];
  assert.deepEqual([twice, none], [2 * spokenTokens, 0]);
  assert.ok(marks > 1 && run >= 25_000 && run < 26_000, `${marks} ${run}`);
  await eventually(async () => assert.equal(counter.isRunning, false));
});

test('whoever asks waits a little and no longer, and too much is not counted', async () => {
  const counter = new TokenCounter({ waitMs: 1 });

  assert.equal(await counter.count('o200k', [[words]]), undefined);
  assert.equal(await counter.count('o200k', [['x'.repeat(5 * 1024 * 1024)]]), undefined);
  const many = Array.from({ length: 40 }, () => counter.count('cl100k', [[words]]));
  assert.equal((await Promise.all(many)).filter((sums) => sums === undefined).length >= 24, true);
  counter.close();
  assert.equal(counter.isRunning, false);
});
