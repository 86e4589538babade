// OpenRouter's callers: their extras are understood or refused, the replies tell who answered and what it cost.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { call, errorOf, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const config = `
deadlines: { divide_by: 100 }
upstreams:
  anthropic:
    provider: far
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    protocols: [anthropic-messages]
    models:
      sandbox/think: { as: far/think, price: { input: 3.7, output: 15.3 } }
      sandbox/fault-cut-5: { as: far/cut, price: { input: 1, output: 1 } }
      sandbox/fault-head-never: { as: far/never, price: { input: 1, output: 1 } }
`;
const fairlead = await runFairlead({ after }, { config });

async function chat(body: Readonly<Record<string, unknown>>) {
  const reply = await call({
    url: fairlead.url,
    key: fairlead.key,
    path: '/api/v1/chat/completions',
    body: { messages: [{ role: 'user', content: 'one two three' }], ...body },
  });
  return { reply, text: reply.body.toString() };
}

test('the cost of a reply equals the ledger to the last unit, whole and streamed, spliced and translated', async () => {
  for (const model of ['sandbox/echo', 'far/think']) {
    const whole = await chat({ model });
    const streamed = await chat({ model, stream: true });

    const events = eventsOf(streamed.text);
    const usages = [JSON.parse(whole.text).usage, events.findLast((event) => event.usage)?.usage];
    for (const [index, { reply }] of [whole, streamed].entries()) {
      assert.equal(reply.status, 200, reply.body.toString());
      const record = await fairlead.explain(generationOf(reply));
      assert.equal(Number(usages[index].cost).toFixed(9), record.charge_usd);
      const { upstream_inference_prompt_cost: prompt, upstream_inference_completions_cost: completions } =
        usages[index].cost_details;
      assert.equal((prompt + completions).toFixed(9), record.charge_usd);
    }
    assert.equal(events.at(-1), '[DONE]');
  }
});

test('a reply names the public model that answered, who provides it, and the native reason of its end', async () => {
  const { text } = await chat({ model: 'no/such', models: ['far/think'], provider: { order: ['x'] }, session_id: 's' });
  const reply = JSON.parse(text);

  assert.deepEqual([reply.model, reply.provider], ['far/think', 'far']);
  assert.equal(reply.choices[0].native_finish_reason, 'stop');
  assert.equal(typeof reply.choices[0].message.reasoning, 'string');
  assert.ok(reply.choices[0].message.reasoning_details.length > 0);
});

test('plugins go to upstreams that have them, else the caller is told', async () => {
  const { reply, text } = await chat({ model: 'sandbox/echo', plugins: [{ id: 'web' }] });

  assert.equal(reply.status, 400);
  assert.equal(JSON.parse(text).error.code, 400);
  assert.match(JSON.parse(text).error.message, /plugins/);
});

test('a stream that breaks ends with the finish reason "error", and waiting is told as OpenRouter tells it', async () => {
  const cut = await chat({ model: 'far/cut', stream: true });
  const last = eventsOf(cut.text).at(-1);
  assert.equal(last.choices[0].finish_reason, 'error');
  assert.equal(last.error.code, 502);

  const never = await chat({ model: 'far/never', stream: true });
  assert.match(never.text, /^: OPENROUTER PROCESSING\n\n/);
});

test('the models are listed with prices per token', async () => {
  const reply = await call({ url: fairlead.url, key: fairlead.key, path: '/api/v1/models', method: 'GET' });
  const models: { id: string; pricing: { prompt: string; completion: string } }[] = JSON.parse(
    reply.body.toString(),
  ).data;

  const think = models.find(({ id }) => id === 'far/think');
  assert.deepEqual([think?.pricing.prompt, think?.pricing.completion], ['0.0000037', '0.0000153']);
});

test('a refusal has the status as its code', async () => {
  const reply = await call({ url: fairlead.url, key: 'wrong', path: '/api/v1/chat/completions', body: {} });

  assert.equal(reply.status, 401);
  assert.equal(Number(errorOf(reply).code), 401);
});

test('messages and responses below the same address carry the cost too', async () => {
  const messages = await call({
    url: fairlead.url,
    key: fairlead.key,
    path: '/api/v1/messages',
    body: { model: 'sandbox/echo', max_tokens: 50, stream: true, messages: [{ role: 'user', content: 'one' }] },
  });
  const responses = await call({
    url: fairlead.url,
    key: fairlead.key,
    path: '/api/v1/responses',
    body: { model: 'sandbox/echo', input: 'one' },
  });

  const delta = eventsOf(messages.body.toString()).find((event) => event.type === 'message_delta');
  assert.equal(delta.usage.cost.toFixed(9), (await fairlead.explain(generationOf(messages))).charge_usd);
  const { usage, model } = JSON.parse(responses.body.toString());
  assert.equal(usage.cost.toFixed(9), (await fairlead.explain(generationOf(responses))).charge_usd);
  assert.equal(model, 'sandbox/echo');
});
