import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { ServedLine } from '#simulator/served-line.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { type Client, callResponses, textOf } from './openai-responses-client.ts';

const served: ServedLine[] = [];
let simulator: Simulator;
let client: Client;

before(async () => {
  simulator = await startSimulator({ port: 0, onServed: (line) => served.push(line), timeScale: 100 });
  client = callResponses(simulator.url);
});

after(() => simulator.close());

async function lastLine(): Promise<ServedLine | undefined> {
  const isOpen = async () => {
    const reply = await fetch(new URL('/simulator/stats', simulator.url));
    const stats: { open: number } = JSON.parse(await reply.text());
    return stats.open > 0;
  };
  for (let turn = 0; turn < 200 && (await isOpen()); turn += 1) await new Promise(setImmediate);
  return served.at(-1);
}

const weather = {
  type: 'function',
  name: 'weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
  },
};
const note = { type: 'custom', name: 'note' };
const harbour = { type: 'namespace', name: 'harbour', description: 'All of the harbour.', tools: [weather, note] };
const user = (content: string) => ({ role: 'user', content });
const sealed = { include: ['reasoning.encrypted_content'], store: false };

test('an answer repeats what was asked and counts its words', async () => {
  const answer = await client.ask({ instructions: 'Be brief.' });

  assert.match(answer.id, /^resp_[0-9a-f]{50}$/);
  assert.match(answer.output[0]?.id ?? '', /^msg_[0-9a-f]{50}$/);
  assert.deepEqual([answer.object, answer.status, textOf(answer)], ['response', 'completed', 'one two three']);
  assert.deepEqual(answer.usage, {
    input_tokens: 11,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 14,
  });
  assert.equal((await lastLine())?.protocol, 'openai-responses');
});

test('a stream opens, tells each item in full and ends with the answer itself, without an end mark', async () => {
  const events = await client.stream({});

  assert.deepEqual(
    events.map((event) => event.type),
    [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
  );
  for (const [index, event] of events.entries()) {
    assert.deepEqual([event.sequence_number, event.name], [index, event.type]);
  }
  const last = events.at(-1)?.response;
  assert.deepEqual(last?.output, [events.at(-2)?.item]);
  assert.equal(last?.usage.output_tokens, 3);
  assert.equal(events[0]?.response?.usage, null);
});

test('deltas hide their length, unless the caller does not want that', async () => {
  const padded = await client.stream({ input: 'one twentytwo x' });
  const bare = await client.stream({ stream_options: { include_obfuscation: false } });

  for (const { delta, obfuscation, logprobs } of padded.filter((event) => event.delta !== undefined)) {
    assert.equal(((delta?.length ?? 0) + (obfuscation?.length ?? 0)) % 16, 0);
    assert.deepEqual(logprobs, []);
  }
  assert.ok(bare.every((event) => event.obfuscation === undefined));
});

test('an answer that fills its limit is incomplete, and so is its last item', async () => {
  const answer = await client.ask({ model: 'sandbox/fill', max_output_tokens: 16 });
  const events = await client.stream({ model: 'sandbox/story', max_output_tokens: 20 });

  assert.deepEqual([answer.status, answer.incomplete_details], ['incomplete', { reason: 'max_output_tokens' }]);
  assert.deepEqual([answer.output[0]?.status, answer.usage.output_tokens], ['incomplete', 16]);
  assert.equal(events.at(-1)?.type, 'response.incomplete');
  assert.equal(events.filter((event) => event.delta !== undefined).length, 20);
});

test('reasoning is counted always, summed up when asked, sealed when included', async () => {
  const hidden = await client.ask({ model: 'sandbox/think' });
  const shown = await client.ask({ model: 'sandbox/think', reasoning: { summary: 'auto' }, ...sealed });
  const none = await client.ask({ model: 'sandbox/think', reasoning: { effort: 'none' } });

  assert.deepEqual(hidden.output[0]?.summary, []);
  assert.equal(hidden.output[0]?.encrypted_content, undefined);
  assert.equal(hidden.usage.output_tokens_details.reasoning_tokens, 19);
  assert.deepEqual(
    shown.output[0]?.summary?.map((part) => part.text),
    ['The caller asks something and waits.', 'I read it twice, weigh it, and say it back in plain words.'],
  );
  assert.match(shown.output[0]?.encrypted_content ?? '', /^gAAAAA[\w-]{200,}$/);
  assert.deepEqual([none.output.length, none.usage.output_tokens_details.reasoning_tokens], [1, 0]);
});

test('each part of a summary is told from its beginning to its end', async () => {
  const events = await client.stream({ model: 'sandbox/think', reasoning: { summary: 'detailed' }, ...sealed });

  const told = events.filter((event) => event.type.includes('summary') && event.delta === undefined);
  assert.deepEqual(
    told.map((event) => event.type.slice('response.reasoning_summary_'.length)),
    ['part.added', 'text.done', 'part.done', 'part.added', 'text.done', 'part.done'],
  );
  const [opened, done] = events.filter((event) => event.item?.type === 'reasoning');
  assert.notEqual(opened?.item?.encrypted_content, done?.item?.encrypted_content);
  assert.equal(done?.item?.encrypted_content, events.at(-1)?.response?.output[0]?.encrypted_content);
});

test('sealed reasoning comes back only as it went out', async () => {
  const { output } = await client.ask({ model: 'sandbox/think', ...sealed });
  const back = (content: string) => {
    const [reasoning, ...others] = output;
    return { input: [user('hello'), { ...reasoning, encrypted_content: content }, ...others, user('more')], ...sealed };
  };
  const content = output[0]?.encrypted_content ?? '';

  const answer = await client.ask(back(content));
  assert.equal(textOf(answer), 'more');

  const foreign = [`${content}=`, content.slice(0, -1), 'gAAAAABforeign', ''];
  for (const other of foreign) {
    const refused = await client.refused(back(other));
    assert.deepEqual([refused.status, refused.code], [400, 'invalid_encrypted_content']);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(content.length - 1), fc.constantFrom('A', 'b', '7', '-', '+'), async (at, letter) => {
      fc.pre(content[at] !== letter);
      const refused = await client.refused(back(content.slice(0, at) + letter + content.slice(at + 1)));
      assert.equal(refused.code, 'invalid_encrypted_content');
    }),
    { numRuns: 40 },
  );
});

test('whatever is said, the deltas of a stream add up to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (input) => {
      const events = await client.stream({ input });
      const whole = events.at(-1)?.response;

      const said = events.map((event) => event.delta ?? '').join('');
      assert.deepEqual([said, said.trimEnd()], [whole && textOf(whole), input.trimEnd()]);
      assert.equal(whole?.usage.output_tokens, events.filter((event) => event.delta !== undefined).length);
    }),
    { numRuns: 60 },
  );
});

test('a tool is called by its own id, and its result is answered', async () => {
  const events = await client.stream({ model: 'sandbox/tool', tools: [weather] });
  const call = events.at(-1)?.response?.output[0];

  assert.match(call?.id ?? '', /^fc_[0-9a-f]{50}$/);
  assert.match(call?.call_id ?? '', /^call_\w{24}$/);
  assert.equal(
    events
      .filter((event) => event.delta !== undefined)
      .map((event) => event.delta)
      .join(''),
    call?.arguments,
  );
  assert.deepEqual(JSON.parse(call?.arguments ?? ''), { city: 'Lorn', days: 7 });

  const output = { type: 'function_call_output', call_id: call?.call_id, output: 'fog' };
  const answer = await client.ask({ model: 'sandbox/tool', tools: [weather], input: [user('hello'), call, output] });
  assert.equal(textOf(answer), 'The tool answered: fog');
});

test('a caller that says both gets two calls, one after the other', async () => {
  const asked = { model: 'sandbox/tool', input: 'ask both', tools: [weather, note] };
  const events = await client.stream(asked);
  const single = await client.ask({ ...asked, parallel_tool_calls: false });

  const items = events.filter((event) => event.item !== undefined);
  assert.deepEqual(
    items.map((event) => [event.type.split('.').at(-1), event.output_index]),
    [
      ['added', 0],
      ['done', 0],
      ['added', 1],
      ['done', 1],
    ],
  );
  assert.notEqual(items[0]?.item?.call_id, items[2]?.item?.call_id);
  assert.equal(single.output.length, 1);
});

test('a custom tool is given free text', async () => {
  const choice = { type: 'custom', name: 'note' };
  const events = await client.stream({ model: 'sandbox/tool', tools: [weather, note], tool_choice: choice });
  const call = events.at(-1)?.response?.output[0];

  assert.deepEqual([call?.type, call?.input], ['custom_tool_call', 'note "as free text"\none two three\n']);
  const deltas = events.filter((event) => event.type === 'response.custom_tool_call_input.delta');
  assert.equal(deltas.map((event) => event.delta).join(''), call?.input);
  // The name is a token too.
  assert.equal(events.at(-1)?.response?.usage.output_tokens, deltas.length + 1);

  const output = {
    type: 'custom_tool_call_output',
    call_id: call?.call_id,
    output: [{ type: 'input_text', text: 'kept' }],
  };
  const answer = await client.ask({ model: 'sandbox/tool', tools: [note], input: [user('hello'), call, output] });
  assert.equal(textOf(answer), 'The tool answered: kept');
});

test('a tool inside a namespace is called with it', async () => {
  const answer = await client.ask({ model: 'sandbox/tool', tools: [harbour], input: 'ask both' });

  assert.deepEqual(
    answer.output.map(({ type, namespace, name }) => [type, namespace, name]),
    [
      ['function_call', 'harbour', 'weather'],
      ['custom_tool_call', 'harbour', 'note'],
    ],
  );
});

test('hosted tools are taken and not used', async () => {
  const tools = [{ type: 'web_search' }, { type: 'code_interpreter', container: { type: 'auto' } }];
  const answer = await client.ask({ model: 'sandbox/tool', tools });

  assert.equal(textOf(answer), 'There is no tool that I may call here.');
  assert.deepEqual(answer.tools, tools);
});

test('only allowed tools are called, and none when none may be', async () => {
  const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'note' }] };
  const asked = { model: 'sandbox/tool', tools: [weather, note] };
  const one = await client.ask({ ...asked, tool_choice: allowed });
  const none = await client.ask({ ...asked, tool_choice: 'none' });

  assert.equal(one.output[0]?.name, 'note');
  assert.equal(none.output[0]?.type, 'message');
});

test('a schema becomes strict unless the caller says otherwise', async () => {
  const loose = { ...weather, strict: false };
  const open = { ...weather, parameters: { ...weather.parameters, additionalProperties: true } };
  const { tools } = await client.ask({ tools: [weather, loose, open] });

  assert.deepEqual(
    tools.map((tool) => tool.strict),
    [true, false, false],
  );
  const tightened = { ...weather.parameters, required: ['city', 'days'], additionalProperties: false };
  assert.deepEqual(tools[0]?.parameters, tightened);
  assert.deepEqual(tools[1]?.parameters, weather.parameters);
});

test('an answer has the form that was asked for', async () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, depths: { type: 'array', items: { type: 'number' } } },
    required: ['city', 'depths'],
    additionalProperties: false,
  };
  const strict = await client.ask({ text: { format: { type: 'json_schema', name: 'harbour', schema, strict: true } } });
  const loose = await client.ask({ text: { format: { type: 'json_object' } } });

  assert.deepEqual(JSON.parse(textOf(strict)), { city: 'Lorn', depths: [7] });
  assert.deepEqual(JSON.parse(textOf(loose)), { text: 'one two three' });
});

test('a question seen before is read from the cache', async () => {
  const input = [{ role: 'developer', content: 'a long rule that stays' }, user('hello')];
  await client.ask({ input, instructions: 'seen before' });
  const { usage } = await client.ask({ input, instructions: 'seen before' });

  assert.equal(usage.input_tokens_details.cached_tokens, 13);
});

test('the log tells what left the socket', async () => {
  await client.stream({ model: 'sandbox/think' });
  const line = await lastLine();

  assert.deepEqual([line?.output, line?.reasoning, line?.sent, line?.ended], [24, 19, 24, 'completed']);
});
