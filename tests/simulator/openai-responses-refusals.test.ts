import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { type Client, callResponses } from './openai-responses-client.ts';

let simulator: Simulator;
let client: Client;

before(async () => {
  simulator = await startSimulator({ port: 0 });
  client = callResponses(simulator.url);
});

after(() => simulator.close());

const user = (content: unknown) => ({ role: 'user', content });
const call = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'fog' };
const object = (more: object) => ({ type: 'object', properties: { city: { type: 'string' } }, ...more });
const tool = (more: object) => ({ tools: [{ type: 'function', name: 'weather', parameters: object({}), ...more }] });
const format = (more: object) => ({ text: { format: { type: 'json_schema', name: 'harbour', ...more } } });

type Row = readonly [what: string, body: object, code: string | null, message: RegExp];

const rows: readonly Row[] = [
  ['an unknown parameter', { seed: 7 }, 'unknown_parameter', /^Unknown parameter: 'seed'\.$/],
  ['messages', { messages: [] }, 'unsupported_parameter', /'messages'.*has moved to 'input'/],
  ['max_tokens', { max_tokens: 20 }, 'unsupported_parameter', /has moved to 'max_output_tokens'/],
  ['response_format', { response_format: {} }, 'unsupported_parameter', /has moved to 'text\.format'/],
  ['no model', { model: undefined }, 'missing_required_parameter', /'model'/],
  ['a model that is none', { model: 'gpt-none' }, 'model_not_found', /'gpt-none' does not exist/],
  ['no input', { input: undefined }, 'missing_required_parameter', /must be provided/],
  [
    'a limit under 16',
    { max_output_tokens: 15 },
    'integer_below_min_value',
    /^Invalid 'max_output_tokens': integer below minimum value\. Expected a value >= 16, but got 15 instead\.$/,
  ],
  ['a wrong temperature', { temperature: 3 }, 'decimal_above_max_value', /<= 2/],
  ['a wrong type', { store: 'yes' }, 'invalid_type', /expected a boolean, but got a string/],
  ['an unknown include', { include: ['everything'] }, 'invalid_value', /'everything'/],
  ['an unknown effort', { reasoning: { effort: 'huge' } }, 'invalid_value', /'none', 'minimal'/],
  ['metadata with a number', { metadata: { a: 1 } }, 'invalid_type', /metadata\.a/],
  ['stream options without a stream', { stream_options: {} }, null, /stream_options/],
  [
    'a tool in the form of the Chat API',
    { tools: [{ type: 'function', function: {} }] },
    'missing_required_parameter',
    /'tools\[0\]\.name'/,
  ],
  ['an unknown tool', { tools: [{ type: 'magic' }] }, 'invalid_value', /'magic'/],
  ['a tool name with a dot', tool({ name: 'a.b' }), 'invalid_value', /\^\[a-zA-Z0-9_-\]\+\$/],
  ['a tool name of 65 letters', tool({ name: 'a'.repeat(65) }), 'string_above_max_length', /maximum length 64/],
  [
    'a strict tool that takes more',
    tool({ strict: true, parameters: object({ required: ['city'] }) }),
    'invalid_function_parameters',
    /In context=\(\), 'additionalProperties' is required to be supplied and to be false/,
  ],
  [
    'a strict tool with an optional property',
    tool({ strict: true, parameters: object({ additionalProperties: false }) }),
    'invalid_function_parameters',
    /including every key in properties\. Missing 'city'\./,
  ],
  [
    'a strict tool that is loose inside',
    tool({
      strict: true,
      parameters: { type: 'object', properties: { at: object({}) }, required: ['at'], additionalProperties: false },
    }),
    'invalid_function_parameters',
    /In context=\('properties', 'at'\)/,
  ],
  ['a format without a name', format({ name: undefined }), 'missing_required_parameter', /'text\.format\.name'/],
  [
    'a loose strict format',
    format({ strict: true, schema: object({}) }),
    'invalid_json_schema',
    /response_format 'harbour'/,
  ],
  ['a choice that is no tool', { tool_choice: { type: 'function', name: 'none' } }, null, /not found in 'tools'/],
  [
    'an unknown role',
    { input: [{ role: 'tool', content: 'x' }] },
    'invalid_value',
    /'assistant', 'system', 'developer', and 'user'/,
  ],
  [
    'a part of the Chat API',
    { input: [user([{ type: 'text', text: 'x' }])] },
    'invalid_value',
    /'input_text', 'input_image', and 'input_file'/,
  ],
  [
    'what a user says in the mouth of the model',
    { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
    'invalid_value',
    /'output_text' and 'refusal'/,
  ],
  ['an unknown item', { input: [{ type: 'tool_call' }] }, 'invalid_value', /'tool_call'/],
  ['an unknown field of an item', { input: [{ ...user('x'), name: 'a' }] }, 'unknown_parameter', /'input\[0\]\.name'/],
  ['a foreign item id', { input: [{ ...call, id: 'toolu_1' }, output] }, 'invalid_value', /begins with 'fc'/],
  ['a long call id', { input: [{ ...call, call_id: 'a'.repeat(65) }] }, 'string_above_max_length', /call_id/],
  ['an item twice', { input: [{ ...call, id: 'fc_1' }, { ...call, id: 'fc_1' }, output] }, null, /Duplicate item/],
  [
    'an output without its call',
    { input: [output, user('x')] },
    null,
    /^No tool call found for function call output with call_id call_1\.$/,
  ],
  ['an output before its call', { input: [output, call] }, null, /^No tool call found/],
  [
    'a call without its output',
    { input: [user('x'), call] },
    null,
    /^No tool output found for function call call_1\.$/,
  ],
  [
    'an output of the wrong kind',
    { input: [call, { ...output, type: 'custom_tool_call_output' }] },
    null,
    /^No tool output found for function call|^No tool call found for custom/,
  ],
  [
    'an unknown previous response',
    { previous_response_id: 'resp_1' },
    'previous_response_not_found',
    /'resp_1' not found/,
  ],
];

for (const [what, body, code, message] of rows) {
  test(`${what} is refused`, async () => {
    const refused = await client.refused(body);

    assert.equal(refused.status, 400);
    assert.equal(refused.code, code);
    assert.match(refused.message, message);
  });
}

test('reasoning that was never kept is not found', async () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
  const said = { role: 'assistant', content: 'x' };
  const lost = await client.refused({ input: [reasoning, said] });
  const nameless = await client.send('', {
    json: { model: 'sandbox/echo', input: [{ type: 'reasoning', summary: [] }, said, user('x')] },
  });
  const lone = await client.refused({ input: [user('x'), { type: 'reasoning', summary: [] }] });

  assert.deepEqual([lost.status, nameless.status], [404, 200]);
  assert.match(lost.message, /Items are not persisted/);
  assert.match(lone.message, /without its required following item/);
});

test('a caller without a key is told so', async () => {
  const reply = await client.send('', { json: {}, headers: { authorization: '' } });

  assert.equal(reply.status, 401);
});

test('what is no JSON is refused', async () => {
  const reply = await client.send('', { method: 'POST', body: '{"model":' });

  assert.equal(reply.status, 400);
});

test('names of the language itself are nothing special', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const body = `{"model":"sandbox/echo","input":[{"type":"${name}"}]}`;
    const item = await client.send('', { method: 'POST', body });
    const field = await client.send('', { method: 'POST', body: `{"model":"sandbox/echo","input":"x","${name}":1}` });

    assert.deepEqual([item.status, field.status], [400, 400]);
  }
});
