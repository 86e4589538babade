// Why this endpoint and not another: told in the head of any reply, in OpenRouter's form, and in the record.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const at = (key: number | string) => `base_url: ${simulator.url}, data: { trains: false }, api_key: k${key}`;
const many = Array.from(
  { length: 70 },
  (_, index) => `  x${index}: { ${at(`x${index}`)}, models: { echo: { as: crowd, price: free } } }`,
);
// Each failing upstream is asked a few times alone, so that its breaker stays closed.
const numbers = Array.from({ length: 12 }, (_, index) => index);
const bad = numbers.map(
  (n) =>
    `  bad${n}: { ${at(n)}, provider: Bad, models: { sandbox/fault-http-500: { as: m${n}, price: free } } }\n` +
    `  off${n}: { ${at(`off${n}`)}, enabled: false, models: { sandbox/echo: { as: m${n}, price: free } } }\n` +
    `  good${n}: { ${at(`good${n}`)}, provider: Good, region: DE, models: { sandbox/echo: { as: m${n}, price: free } } }`,
);
const facts = numbers.map((n) => `  m${n}: { aliases: [nick${n}], strategy: order }`);
const config = `
deadlines: { divide_by: 100 }
models:
${facts.join('\n')}
upstreams:
${bad.join('\n')}
  sick: { ${at('sick')}, models: { sandbox/fault-http-500: { as: sick, price: free } } }
${many.join('\n')}
`;
const fairlead = await runFairlead({ after }, { config });
const messages = [{ role: 'user', content: 'one two' }];

function ask(path: string, body: unknown, headers: Readonly<Record<string, string>>) {
  return call({ url: fairlead.url, key: fairlead.key, path, body, headers });
}

type Explained = Readonly<Record<'plan' | 'excluded' | 'attempts', readonly Readonly<Record<string, unknown>>[]>> & {
  readonly model: string;
  readonly strategy: string;
  readonly omitted?: number;
};

const enabled = { 'x-openrouter-metadata': 'enabled' };
const explain = { 'x-fairlead-explain': '1' };
const told = (reply: { headers: Readonly<Record<string, unknown>> }): Explained =>
  JSON.parse(String(reply.headers['x-fairlead-explain']));

// First of all, while the budget of retries is whole.
test('a model that was fallen back to is told as such', async () => {
  const body = { model: 'sick', models: ['m11@good11'], messages };
  const reply = await ask('/api/v1/chat/completions', body, enabled);
  const { model, openrouter_metadata: metadata } = JSON.parse(reply.body.toString());

  assert.deepEqual([model, metadata.strategy], ['m11', 'fallback']);
});

test('on request the head of a reply tells plan, exclusions and attempts, in every dialect, streamed or not', async () => {
  const bodies: readonly (readonly [string, unknown])[] = [
    ['/v1/chat/completions', { model: 'm0', messages }],
    ['/v1/chat/completions', { model: 'm1', messages, stream: true }],
    ['/v1/messages', { model: 'm2', max_tokens: 9, messages }],
    ['/v1/responses', { model: 'm3', input: 'one' }],
    ['/v1beta/models/m4:generateContent', { contents: [{ role: 'user', parts: [{ text: 'one' }] }] }],
  ];
  for (const [n, [path, body]] of bodies.entries()) {
    const reply = await ask(path, body, explain);
    const { model, strategy, plan, excluded, attempts } = told(reply);
    assert.deepEqual([model, strategy], [`m${n}`, 'order'], path);
    assert.deepEqual(
      plan.map(({ endpoint }) => endpoint),
      [`m${n}@bad${n}`, `m${n}@good${n}`],
    );
    assert.deepEqual(excluded, [{ endpoint: `m${n}@off${n}`, why: 'disabled' }]);
    assert.deepEqual(
      attempts.map(({ endpoint, verdict }) => [endpoint, verdict]),
      [
        [`m${n}@bad${n}`, 'status-500'],
        [`m${n}@good${n}`, 'answered'],
      ],
    );
    const record = await fairlead.explain(generationOf(reply));
    assert.equal(Reflect.get(record, 'strategy'), 'order');
    assert.deepEqual(record.plan, plan);
  }
  const silent = await ask('/v1/chat/completions', { model: 'm0@good0', messages }, {});
  assert.equal(silent.headers['x-fairlead-explain'], undefined);
});

test('a refusal is explained too', async () => {
  const failed = await ask('/v1/chat/completions', { model: 'sick', messages }, explain);
  assert.equal(failed.status, 502);
  assert.deepEqual(new Set(told(failed).attempts.map(({ verdict }) => verdict)), new Set(['status-500']));

  const refused = await ask('/v1/chat/completions', { model: 'm5@off5', messages }, explain);
  assert.equal(refused.status, 404);
  assert.deepEqual(
    told(refused).excluded.map(({ why }) => why),
    ['pinned', 'disabled', 'pinned'],
  );
});

test('what is told in a head has a bound, and says what it left out', async () => {
  const reply = await ask('/v1/chat/completions', { model: 'crowd@nobody', messages }, explain);
  const text = String(reply.headers['x-fairlead-explain']);

  assert.ok(text.length <= 3_000, `${text.length}`);
  const { excluded, omitted = 0 } = told(reply);
  assert.equal(excluded.length + omitted, 50);
});

test("OpenRouter's callers are told in the reply: whole, streamed, and beside an error", async () => {
  const whole = await ask('/api/v1/chat/completions', { model: 'nick6', messages }, enabled);
  const { openrouter_metadata: metadata } = JSON.parse(whole.body.toString());
  assert.deepEqual(
    [metadata.requested, metadata.strategy, metadata.region, metadata.attempt, metadata.is_byok],
    ['nick6', 'alias', 'DE', 2, false],
  );
  assert.deepEqual(metadata.endpoints, {
    total: 3,
    available: [
      { provider: 'Bad', model: 'm6', selected: false },
      { provider: 'Good', model: 'm6', selected: true },
    ],
  });
  assert.deepEqual(metadata.attempts, [
    { provider: 'Bad', model: 'm6', status: 500 },
    { provider: 'Good', model: 'm6', status: 200 },
  ]);

  for (const [path, body] of [
    ['/api/v1/chat/completions', { model: 'm7@good7', messages, stream: true }],
    ['/api/v1/messages', { model: 'm8@good8', max_tokens: 9, messages, stream: true }],
    ['/api/v1/responses', { model: 'm9@good9', input: 'one', stream: true }],
  ] as const) {
    const streamed = await ask(path, body, { 'x-openrouter-experimental-metadata': 'enabled' });
    const having = eventsOf(streamed.body.toString()).filter((event) => event.openrouter_metadata);
    assert.equal(having.length, 1, path);
    assert.equal(having[0].openrouter_metadata.strategy, 'direct');
  }
  const failed = await ask('/api/v1/chat/completions', { model: 'sick', messages }, enabled);
  const { error, openrouter_metadata: beside } = JSON.parse(failed.body.toString());
  assert.equal(error.code, 502);
  assert.equal(beside.endpoints.available[0].selected, false);
  const silent = await ask('/api/v1/chat/completions', { model: 'm10@good10', messages }, {});
  assert.equal(JSON.parse(silent.body.toString()).openrouter_metadata, undefined);
});
