import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { type Answer, type Client, callResponses, type Item, textOf } from './openai-responses-client.ts';

let simulator: Simulator;
let client: Client;

before(async () => {
  simulator = await startSimulator({ port: 0, timeScale: 100 });
  client = callResponses(simulator.url);
});

after(() => simulator.close());

async function read<T>(
  path: string,
  init?: RequestInit,
): Promise<T & { readonly error?: { readonly message: string } }> {
  const reply = await client.send(path, init);
  return JSON.parse(await reply.text());
}

type List = {
  readonly data: readonly Item[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
};

test('a kept answer goes on where it ended, streamed or not', async () => {
  for (const stream of [false, true]) {
    const first = stream ? (await client.stream({})).at(-1)?.response : await client.ask({});
    const next = await client.ask({ input: 'four', previous_response_id: first?.id });

    // Three words in, three out, one more, and three for the frame of each of the three items.
    assert.deepEqual([textOf(next), next.usage.input_tokens], ['four', 16]);
    assert.deepEqual((await read<Answer>(`/${first?.id}`)).output, first?.output);
  }
});

test('instructions are not carried over', async () => {
  const first = await client.ask({ instructions: 'a rule of five words' });
  const next = await client.ask({ input: 'four', previous_response_id: first.id });

  assert.equal(next.usage.input_tokens, 16);
});

test('a tool result finds its call in the answer before', async () => {
  const tools = [{ type: 'function', name: 'weather', parameters: { type: 'object', properties: {} } }];
  const first = await client.ask({ model: 'sandbox/tool', tools });
  const result = { type: 'function_call_output', call_id: first.output[0]?.call_id, output: 'fog' };
  const next = await client.ask({ model: 'sandbox/tool', tools, previous_response_id: first.id, input: [result] });
  const without = await client.refused({ model: 'sandbox/tool', previous_response_id: first.id, input: 'well?' });

  assert.equal(textOf(next), 'The tool answered: fog');
  assert.match(without.message, /^No tool output found/);
});

test('what shall not be stored is gone', async () => {
  const { id, output } = await client.ask({ store: false });
  const next = await client.refused({ previous_response_id: id });
  const reference = await client.refused({ input: [{ type: 'item_reference', id: output[0]?.id }] });
  const reply = await client.send(`/${id}`);

  assert.deepEqual([next.status, next.code], [400, 'previous_response_not_found']);
  assert.deepEqual([reference.status, reply.status], [404, 404]);
});

test('an answer that failed is not kept', async () => {
  const events = await client.stream({ model: 'sandbox/fault-cut-6' });
  const reply = await client.send(`/${events[0]?.response?.id}`);

  assert.equal(reply.status, 404);
});

test('a kept item can be named instead of repeated', async () => {
  const { output } = await client.ask({ model: 'sandbox/think' });
  const references = output.map(({ id }) => ({ type: 'item_reference', id }));
  const answer = await client.ask({ input: [...references, { role: 'user', content: 'more' }] });

  assert.equal(textOf(answer), 'more');
});

test('the input of an answer is listed, page by page', async () => {
  const first = await client.ask({});
  const { id } = await client.ask({ input: [{ role: 'user', content: 'four' }], previous_response_id: first.id });
  const all = await read<List>(`/${id}/input_items`);
  const page = await read<List>(`/${id}/input_items?order=asc&limit=2`);
  const rest = await read<List>(`/${id}/input_items?order=asc&limit=2&after=${page.last_id}`);

  assert.deepEqual(
    all.data.map((item) => item.content?.[0]?.text),
    ['four', 'one two three', 'one two three'],
  );
  assert.deepEqual([page.data.length, page.has_more, rest.data.length, rest.has_more], [2, true, 1, false]);
  assert.equal(rest.first_id, all.first_id);
  assert.ok(all.data.every((item) => item.id.startsWith('msg_')));
});

test('a deleted answer is gone', async () => {
  const { id } = await client.ask({});
  const deleted = await read<{ deleted: boolean }>(`/${id}`, { method: 'DELETE' });
  const again = await client.send(`/${id}`, { method: 'DELETE' });

  assert.deepEqual(deleted, { id, object: 'response', deleted: true });
  assert.equal(again.status, 404);
});

test('an answer in the background is queued, shown as it stands, and can be cancelled', async () => {
  const slow = await client.ask({ model: 'sandbox/pace-10000-50', background: true });
  const quick = await client.ask({ background: true });
  const seen = await read<Answer>(`/${slow.id}`);
  const cancelled = await read<Answer>(`/${slow.id}/cancel`, { method: 'POST' });
  const later = await read<Answer>(`/${slow.id}`);
  const done = await read<Answer>(`/${quick.id}`);

  assert.deepEqual(
    [slow.status, seen.status, cancelled.status, later.status],
    ['queued', 'in_progress', 'cancelled', 'cancelled'],
  );
  assert.deepEqual([quick.status, done.status, textOf(done)], ['queued', 'completed', 'one two three']);
});

test('an answer that was waited for cannot be cancelled', async () => {
  const { id } = await client.ask({});
  const reply = await client.send(`/${id}/cancel`, { method: 'POST' });

  assert.equal(reply.status, 400);
});

test('tokens are counted without an answer', async () => {
  const json = { model: 'sandbox/echo', input: 'one two three', instructions: 'Be brief.' };
  const counted = await client.send('/input_tokens', { json });
  const refused = await client.send('/input_tokens', { json: { ...json, seed: 1 } });

  assert.deepEqual(JSON.parse(await counted.text()), { object: 'response.input_tokens', input_tokens: 11 });
  assert.equal(refused.status, 400);
});

test('a thousand answers are kept, and the oldest goes first', async () => {
  const oldest = await client.ask({});
  const second = await client.ask({});
  for (let count = 0; count < 999; count += 1) await client.ask({ input: 'x' });

  const replies = await Promise.all([oldest, second].map(({ id }) => client.send(`/${id}`)));
  assert.deepEqual(
    replies.map((reply) => reply.status),
    [404, 200],
  );
});
