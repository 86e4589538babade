import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import type { Answer } from './answer.ts';

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ port: 0 });
});

after(() => simulator.close());

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = ['weather', 'clock', 'tide'].map((name) => ({ type: 'function', function: { name, parameters } }));
const both = { role: 'user', content: 'Ask both of them.' };

function post(body: object): Promise<Response> {
  const headers = { authorization: 'Bearer any' };
  const text = JSON.stringify({ model: 'tool', tools, messages: [both], ...body });
  return fetch(`${simulator.url}/chat/completions`, { method: 'POST', body: text, headers });
}

const ask = async (body: object) => (await (await post(body)).json()) as Answer;

test('a caller of chat that says both gets the first two tools called, unless it wants one at a time', async () => {
  const two = await ask({});
  const one = await ask({ parallel_tool_calls: false });
  const names = ({ choices }: Answer) => choices[0].message.tool_calls.map((call) => call.function.name);

  assert.deepEqual([names(two), names(one)], [['weather', 'clock'], ['weather']]);
  assert.equal(two.usage.completion_tokens, 2 * 6);
});

test('two streamed calls come one after the other, each with an index of its own', async () => {
  const reply = await post({ stream: true });
  const data = (await reply.text()).split('\n\n').slice(0, -2);
  const chunks = data.map((event): Answer => JSON.parse(event.slice('data: '.length)));
  const deltas = chunks.flatMap(({ choices }) => choices[0].delta.tool_calls ?? []) as unknown as {
    index: number;
    id?: string;
    function: { arguments: string };
  }[];

  for (const index of [0, 1]) {
    const own = deltas.filter((delta) => delta.index === index);
    assert.equal(own.filter(({ id }) => id !== undefined).length, 1);
    assert.deepEqual(JSON.parse(own.map((delta) => delta.function.arguments).join('')), { city: 'Lorn' });
  }
  const indexes = deltas.map(({ index }) => index);
  assert.deepEqual(indexes, [...indexes].sort());
});

test('the results of both are quoted, and a thinking model may call as well', async () => {
  const thought = await ask({ model: 'think-tool' });
  const [{ message }] = thought.choices;
  const results = message.tool_calls.map(({ id }, index) => ({
    role: 'tool',
    tool_call_id: id,
    content: `${index} feet`,
  }));
  const answer = await ask({ messages: [both, message, ...results] });

  assert.ok(message.reasoning_content.length > 0);
  assert.equal(answer.choices[0].message.content, 'The tool answered: 0 feet 1 feet');
});
