import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ServedLine } from '#simulator/served-line.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { untilIdle } from './until-idle.ts';

let simulator: Simulator;
const served: ServedLine[] = [];

before(async () => {
  simulator = await startSimulator({ port: 0, onServed: (line) => served.push(line), timeScale: 100 });
});

after(() => simulator.close());

type Block = {
  readonly type: string;
  readonly id: string;
  readonly text: string;
  readonly thinking: string;
  readonly signature: string;
  readonly data: string;
  readonly input: unknown;
};

type Answer = {
  readonly content: readonly Block[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly usage: Readonly<Record<string, number>>;
};

type StreamEvent = {
  readonly type: string;
  readonly index: number;
  readonly message: Answer;
  readonly content_block: Block;
  readonly delta: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, number>>;
};

const key = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' };
const user = (content: unknown) => ({ role: 'user', content });
const model = (content: unknown) => ({ role: 'assistant', content });
const question = { max_tokens: 2000, messages: [user('one two three')] };

function post(body: unknown, headers: Record<string, string> = key, path = 'messages'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${simulator.url}/${path}`, { method: 'POST', body: text, headers });
}

async function ask(body: object): Promise<Answer> {
  const reply = await post({ ...question, ...body });
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Answer;
}

async function stream(body: object): Promise<{ names: string[]; events: StreamEvent[] }> {
  const text = await (await post({ ...question, ...body, stream: true })).text();
  const pairs = text
    .split('\n\n')
    .slice(0, -1)
    .map((event) => /^event: (.+)\ndata: (.+)$/.exec(event) ?? []);
  return { names: pairs.map(([, name = '']) => name), events: pairs.map(([, , data = '']) => JSON.parse(data)) };
}

async function complaint(body: object): Promise<string> {
  const reply = await post({ model: 'echo', ...question, ...body });
  const {
    type,
    error,
    request_id: id,
  } = (await reply.json()) as {
    type: string;
    error: { type: string; message: string };
    request_id: string;
  };
  assert.deepEqual([reply.status, type, error?.type], [400, 'error', 'invalid_request_error'], JSON.stringify(body));
  assert.equal(id, reply.headers.get('request-id'));
  return error.message;
}

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [
  { name: 'weather', input_schema: schema },
  { name: 'clock', input_schema: { type: 'object' } },
];

test('a whole answer has every field that Anthropic sends', async () => {
  const reply = await post({ model: 'sandbox/echo', ...question, system: 'be brief' });
  const answer = (await reply.json()) as Answer & { id: string };

  assert.match(reply.headers.get('request-id') ?? '', /^req_011C/);
  assert.match(answer.id, /^msg_01[A-Za-z0-9]{22}$/);
  assert.deepEqual(answer, {
    model: 'sandbox/echo',
    id: answer.id,
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'one two three' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    usage: {
      input_tokens: 2 + 3 + 2 * 3,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: 3,
      service_tier: 'standard',
      inference_geo: 'not_available',
    },
  });
});

test('a stream opens, pings after the first block began, says a word a delta, and stops', async () => {
  const { names, events } = await stream({ model: 'echo' });

  assert.deepEqual(names, [
    'message_start',
    'content_block_start',
    'ping',
    ...Array.from({ length: 3 }, () => 'content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  assert.deepEqual(
    events.map(({ type }) => type),
    names,
  );
  assert.deepEqual([events[0]?.message.usage.input_tokens, events[0]?.message.usage.output_tokens], [6, 1]);
  assert.deepEqual(events.at(-2)?.delta, { stop_reason: 'end_turn', stop_sequence: null, stop_details: null });
  assert.deepEqual([events.at(-2)?.usage.input_tokens, events.at(-2)?.usage.output_tokens], [6, 3]);
});

test('think signs its thought, and takes it back only as it was', async () => {
  const { content } = await ask({ model: 'think', thinking: { type: 'enabled', budget_tokens: 1024 } });
  const [thought, ...others] = content;
  const back = (changed: object) => ({
    model: 'think',
    messages: [user('a'), model([{ ...thought, ...changed }, ...others]), user('b')],
  });
  const again = await ask(back({}));

  assert.deepEqual(
    content.map(({ type }) => type),
    ['thinking', 'text'],
  );
  assert.deepEqual(
    again.content.map(({ type }) => type),
    ['thinking', 'text'],
  );
  const wrong = 'messages.1.content.0: Invalid `signature` in `thinking` block';
  assert.equal(await complaint(back({ signature: '' })), wrong);
  assert.equal(await complaint(back({ signature: 'AAAA' })), wrong);
  assert.equal(await complaint(back({ signature: `${thought?.signature}=` })), wrong);
  assert.equal(await complaint(back({ thinking: `${thought?.thinking} ` })), wrong);
  assert.equal(
    await complaint(back({ signature: undefined })),
    'messages.1.content.0.thinking.signature: Field required',
  );
});

test('a thought may be hidden or redacted, and is paid for all the same', async () => {
  const hidden = await stream({ model: 'think', thinking: { type: 'adaptive', display: 'omitted' } });
  const redacted = await ask({ model: 'think', messages: [user('a redacted thought')] });
  const data = redacted.content[0]?.data;
  const history = (part: string | undefined) => [
    user('a'),
    model([{ type: 'redacted_thinking', data: part }]),
    user('b'),
  ];
  const again = await ask({ model: 'echo', messages: history(data) });

  const kinds = hidden.events.map(({ delta }) => delta?.type).filter(Boolean);
  assert.deepEqual(kinds.slice(0, 2), ['signature_delta', 'text_delta']);
  assert.ok((hidden.events.at(-2)?.usage.output_tokens ?? 0) > 19);
  assert.equal(redacted.content[0]?.type, 'redacted_thinking');
  assert.equal(again.stop_reason, 'end_turn');
  assert.match(await complaint({ messages: history('made up') }), /Invalid `data` in `redacted_thinking` block/);
});

test('tool calls the first tool, or two for who says both, then quotes the results', async () => {
  const one = await ask({ model: 'tool', tools });
  const messages = [user('try both')];
  const two = await stream({ model: 'tool', tools, messages });
  const single = await ask({
    model: 'tool',
    tools,
    messages,
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  });
  const calls = two.events.flatMap(({ content_block: block }) => (block?.type === 'tool_use' ? [block] : []));
  const results = calls.map(({ id }, index) => ({ type: 'tool_result', tool_use_id: id, content: `result ${index}` }));
  const answer = await ask({ model: 'tool', tools, messages: [...messages, model(calls), user(results)] });

  assert.deepEqual([one.stop_reason, one.content.length, one.content[0]?.input], ['tool_use', 1, { city: 'Lorn' }]);
  assert.match(one.content[0]?.id ?? '', /^toolu_01/);
  assert.deepEqual([calls.length, single.content.length], [2, 1]);
  const pieces = two.events.filter(({ index, delta }) => index === 0 && delta?.type === 'input_json_delta');
  assert.equal(pieces[0]?.delta.partial_json, '');
  assert.deepEqual(JSON.parse(pieces.map(({ delta }) => delta.partial_json).join('')), { city: 'Lorn' });
  assert.equal(answer.content[0]?.text, 'The tool answered: result 0 result 1');
});

test('limits, stop words and forced tools end as Anthropic says it', async () => {
  const cut = await ask({ model: 'echo', max_tokens: 2 });
  const stopped = await ask({ model: 'echo', stop_sequences: [' three', 'four'] });
  const forced = await ask({ model: 'echo', tools, tool_choice: { type: 'tool', name: 'clock' } });

  assert.equal(cut.stop_reason, 'max_tokens');
  assert.deepEqual([stopped.stop_reason, stopped.stop_sequence], ['stop_sequence', ' three']);
  assert.deepEqual([forced.stop_reason, forced.content[0]?.input], ['tool_use', {}]);
});

test('what is marked for the cache is written first and read afterwards', async () => {
  const system = [{ type: 'text', text: `never seen ${Math.random()}`, cache_control: { type: 'ephemeral' } }];
  const first = await ask({ model: 'echo', system });
  const second = await ask({ model: 'echo', system });
  const unmarked = await ask({ model: 'echo', system: system[0]?.text });
  const split = ({ usage }: Answer) => [
    usage.input_tokens,
    usage.cache_creation_input_tokens,
    usage.cache_read_input_tokens,
  ];

  assert.deepEqual(
    [split(first), split(second), split(unmarked)],
    [
      [6, 6, 0],
      [6, 0, 6],
      [12, 0, 0],
    ],
  );
  await untilIdle(simulator);
  assert.deepEqual([served.at(-2)?.input, served.at(-2)?.cached], [12, 6]);
});

test('a count says what a question would cost to read, without a limit or an answer', async () => {
  const reply = await post({ model: 'echo', messages: question.messages }, key, 'messages/count_tokens');
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
  const seen = await post({ model: 'echo', messages: [user([picture])] }, key, 'messages/count_tokens');
  const refused = await post({ model: 'echo', messages: [] }, key, 'messages/count_tokens');

  assert.deepEqual(await reply.json(), { input_tokens: 6 });
  assert.deepEqual(await seen.json(), { input_tokens: 258 + 3 });
  assert.equal(refused.status, 400);
});

const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'fog' };
const marked = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
const thinking = { type: 'enabled', budget_tokens: 1024 };

/** What is wrong, and what Anthropic says of it. */
const wrongs: readonly (readonly [body: object, message: RegExp])[] = [
  [{ max_tokens: undefined }, /^max_tokens: Field required$/],
  [{ max_tokens: 0 }, /^max_tokens: Input should be greater than or equal to 1$/],
  [{ model: undefined }, /^model: Field required$/],
  [{ reasoning_effort: 'low' }, /^reasoning_effort: Extra inputs are not permitted$/],
  [{ temperature: 1.5 }, /^temperature: range: 0..1$/],
  [{ stop_sequences: [' '] }, /must contain non-whitespace$/],
  [{ messages: [] }, /at least one message is required$/],
  [{ messages: [model('a')] }, /first message must use the "user" role$/],
  [{ messages: [{ role: 'tool', content: 'a' }] }, /^messages.0.role: /],
  [{ messages: [user('')] }, /must have non-empty content/],
  [{ messages: [user([{ type: 'text', text: '' }])] }, /text content blocks must be non-empty$/],
  [{ messages: [user(' ')] }, /must contain non-whitespace text$/],
  [{ messages: [user([{ type: 'input_text', text: 'a' }])] }, /does not match any of the expected tags/],
  [{ messages: [user('a'), model('b ')] }, /cannot end with trailing whitespace$/],
  [{ system: [{ type: 'text', text: '' }] }, /^system: text content blocks must be non-empty$/],
  [{ messages: [user('a'), model([call])] }, /^messages.1: `tool_use` ids were found without `tool_result` blocks/],
  [
    { messages: [user('a'), model([call]), user('b')] },
    /ids were found without `tool_result` blocks immediately after/,
  ],
  [{ messages: [user('a'), model([call]), user([{ type: 'text', text: 'b' }, result])] }, /immediately after: toolu_1/],
  [{ messages: [user('a'), model([call, call]), user([result])] }, /`tool_use` ids must be unique$/],
  [{ messages: [user('a'), model([call]), user([result, result])] }, /each tool_use must have a single result/],
  [{ messages: [user([result])] }, /unexpected `tool_use_id` found in `tool_result` blocks: toolu_1/],
  [
    { messages: [user('a'), model([{ ...call, id: 'a.b' }]), user([result])] },
    /tool_use.id: String should match pattern/,
  ],
  [
    { messages: [user('a'), model([{ ...call, input: '{}' }]), user([result])] },
    /input: Input should be a valid dictionary/,
  ],
  [{ messages: [user([call])] }, /can only be in `assistant` messages$/],
  [{ tools: [{ name: 'a b', input_schema: { type: 'object' } }] }, /^tools.0.custom.name: String should match pattern/],
  [{ tools: [{ name: 'a' }] }, /^tools.0.custom.input_schema: Field required$/],
  [{ tools: [...tools, ...tools] }, /Tool names must be unique/],
  [{ tool_choice: { type: 'required' }, tools }, /^tool_choice: Input tag 'required'/],
  [{ tool_choice: { type: 'any' } }, /only be specified while providing tools/],
  [{ thinking: { type: 'enabled', budget_tokens: 1023 } }, /greater than or equal to 1024$/],
  [
    { thinking: { type: 'enabled', budget_tokens: 2000 } },
    /^`max_tokens` must be greater than `thinking.budget_tokens`/,
  ],
  [{ thinking, temperature: 0.5 }, /^`temperature` may only be set to 1 when thinking is enabled/],
  [
    { model: 'think', thinking, messages: [user('a'), model([call]), user([result])] },
    /^messages.1.content.0.type: Expected `thinking`/,
  ],
  [{ thinking, top_k: 5 }, /^`top_k` must be unset/],
  [{ thinking, tools, tool_choice: { type: 'any' } }, /^Thinking may not be enabled when tool_choice forces tool use/],
  [{ thinking, messages: [user('a'), model('b')] }, /prefilled/],
  [{ messages: [user([marked, marked, marked]), user([marked, marked])] }, /maximum of 4 blocks .* Found 5/],
  [
    { output_config: { format: { type: 'json_schema', schema } } },
    /'additionalProperties' must be explicitly set to false$/,
  ],
];

for (const [body, message] of wrongs) {
  test(`a request is refused with ${message}`, async () => {
    assert.match(await complaint(body), message);
  });
}

test('turns of one side may follow each other, and their system may stand in the middle', async () => {
  const messages = [user('a'), user('b'), model('c'), { role: 'system', content: 'd' }, user('e f')];
  const answer = await ask({ model: 'echo', messages });

  assert.equal(answer.content[0]?.text, 'e f');
});

test('who brings no key, no version or an unknown model is turned away', async () => {
  const body = { model: 'sandbox/nothing', ...question };
  const noKey = await post(body, { 'anthropic-version': '2023-06-01' });
  const noVersion = await post(body, { 'x-api-key': 'any' });
  const bearer = await post(
    { ...body, model: 'echo' },
    { authorization: 'Bearer any', 'anthropic-version': '2026-10-21' },
  );
  const lost = await post(body);
  const huge = await post({ ...body, model: 'echo', messages: [user('a '.repeat(128_000))] });
  const broken = await post('{"model":');

  assert.deepEqual([noKey.status, noVersion.status, bearer.status], [401, 400, 200]);
  assert.deepEqual([lost.status, huge.status, broken.status], [404, 400, 400]);
  assert.match(await noKey.text(), /"authentication_error"/);
  assert.match(await noVersion.text(), /anthropic-version: header is required/);
  assert.match(await lost.text(), /"not_found_error","message":"model: sandbox\/nothing"/);
  assert.match(await huge.text(), /prompt is too long: 128003 tokens > 128000 maximum/);
});

test('the log names the dialect', async () => {
  await ask({ model: 'sandbox/echo' });
  await untilIdle(simulator);

  const { at, ...line } = served.at(-1) ?? { at: '' };
  assert.ok(at !== '');
  const counts = { input: 6, cached: 0, output: 3, reasoning: 0, sent: 3 };
  const asked = { model: 'sandbox/echo', protocol: 'anthropic-messages', stream: false };
  assert.deepEqual(line, { ...asked, status: 200, ...counts, ended: 'completed' });
});
