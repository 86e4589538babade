// The simulator as Bedrock's Converse, read with a reader of its own. AWS's own SDK reads it as well (3.1163, by hand).
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { after, before, test } from 'node:test';
import { faultModes, type Simulator, startSimulator } from '#simulator/simulator.ts';
import { type Asking, converse, type Frame, isFrameMode, readFrames } from './converse-client.ts';

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ port: 0, timeScale: 1e6 });
});

after(() => simulator.close());

const claude = 'eu.anthropic.claude-sonnet-4-5-v1:0/sandbox/';
const user = (text: string) => ({ role: 'user', content: [{ text }] });
const schema = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] };
const toolConfig = { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: schema } } }] };

function ask(asking: Omit<Asking, 'url'>): Promise<Response> {
  return converse({ url: simulator.url, ...asking });
}

type Block = {
  readonly text?: string;
  readonly toolUse?: { readonly toolUseId: string };
  readonly reasoningContent?: { readonly reasoningText: { readonly text: string; readonly signature?: string } };
};

type Answer = {
  readonly output: { readonly message: { readonly role: string; readonly content: readonly Block[] } };
  readonly stopReason: string;
  readonly usage: Readonly<Record<string, number>>;
};

async function whole(asking: Omit<Asking, 'url'>): Promise<Answer> {
  const response = await ask(asking);
  assert.equal(response.status, 200);
  return (await response.json()) as Answer;
}

async function streamed(asking: Omit<Asking, 'url'>): Promise<Frame[]> {
  const response = await ask({ ...asking, stream: true });
  assert.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
  return readFrames(Buffer.from(await response.arrayBuffer()));
}

const namesOf = (frames: readonly Frame[]) => frames.map(({ headers }) => headers[':event-type']);

test('a whole answer has its message, its end and its usage', async () => {
  const { output, stopReason, usage } = await whole({ model: 'sandbox/echo', body: { messages: [user('one two')] } });

  assert.deepEqual(output, { message: { content: [{ text: 'one two' }], role: 'assistant' } });
  assert.equal(stopReason, 'end_turn');
  assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [5, 2, 7]);
});

test('a stream is frames in the order of recordings, each with its checksums', async () => {
  const frames = await streamed({ model: 'sandbox/echo', body: { messages: [user('one two')] } });

  const names = [
    'messageStart',
    'contentBlockDelta',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ];
  assert.deepEqual(namesOf(frames), names);
  assert.ok(frames.every(({ headers }) => headers[':message-type'] === 'event'));
  assert.ok(frames.every(({ headers }) => headers[':content-type'] === 'application/json'));
  assert.deepEqual(frames.at(-2)?.data.stopReason, 'end_turn');
});

test('a call is opened by an event, and its input comes in pieces', async () => {
  const frames = await streamed({ model: 'sandbox/tool', body: { messages: [user('rain?')], toolConfig } });

  const start = frames[1]?.data.start as { toolUse: { name: string; toolUseId: string } };
  assert.equal(start.toolUse.name, 'weather');
  assert.match(start.toolUse.toolUseId, /^tooluse_[a-zA-Z0-9]{22}$/);
  const pieces = frames.flatMap(({ data }) => (data.delta as { toolUse?: { input: string } })?.toolUse?.input ?? []);
  assert.ok(pieces.length > 2);
  assert.deepEqual(JSON.parse(pieces.join('')), { place: 'harbour' });
  assert.equal(frames.at(-2)?.data.stopReason, 'tool_use');
});

test('a thought is signed by Claude alone, and comes back with its signature or is refused', async () => {
  const body = { messages: [user('why')], toolConfig, additionalModelRequestFields: { thinking: thinking } };
  const { output } = await whole({ model: `${claude}think-tool`, body });
  const plain = await whole({ model: 'sandbox/think', body: { messages: [user('why')] } });
  const [thought, call] = output.message.content;
  const reasoningText = thought?.reasoningContent?.reasoningText;
  const result = { toolResult: { toolUseId: call?.toolUse?.toolUseId, content: [{ text: 'fog' }] } };
  const again = (content: unknown) =>
    ask({
      model: `${claude}think-tool`,
      body: { ...body, messages: [user('why'), { role: 'assistant', content }, { role: 'user', content: [result] }] },
    });

  assert.ok((reasoningText?.signature ?? '').length > 60);
  assert.deepEqual(Object.keys(plain.output.message.content[0]?.reasoningContent?.reasoningText ?? {}), ['text']);
  assert.equal((await again(output.message.content)).status, 200);
  const forged = { reasoningContent: { reasoningText: { ...reasoningText, text: 'something else' } } };
  const refused = await again([forged, call]);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /Invalid `signature`/);
  assert.match(await (await again([call])).text(), /must start with a thinking block/);
});

const thinking = { type: 'enabled', budget_tokens: 1024 };

test('what was cached is told apart from fresh input', async () => {
  const system = [{ text: `Keep to ${Math.random()} words` }, { cachePoint: { type: 'default' } }];
  const asking = { model: `${claude}echo`, body: { system, messages: [user('one')] } };
  const [first, second] = [await whole(asking), await whole(asking)];

  assert.equal(first.usage.cacheWriteInputTokens, 7);
  assert.equal(second.usage.cacheReadInputTokens, 7);
  assert.equal(second.usage.inputTokens, 4);
  assert.equal(second.usage.totalTokens, 12);
});

const refusals: readonly (readonly [name: string, model: string, body: object, message: RegExp])[] = [
  [
    'a field that it does not know',
    'sandbox/echo',
    { messages: [user('a')], max_tokens: 3 },
    /extraneous key \[max_tokens\]/,
  ],
  ['no message', 'sandbox/echo', { messages: [] }, /must start with a user message/],
  ['two users in a row', 'sandbox/echo', { messages: [user('a'), user('b')] }, /must alternate/],
  ['a blank text', 'sandbox/echo', { messages: [user(' ')] }, /is blank/],
  [
    'a forced tool elsewhere',
    'sandbox/tool',
    { messages: [user('a')], toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    /doesn't support the toolConfig.toolChoice.any/,
  ],
  [
    'a mark of the cache elsewhere',
    'sandbox/echo',
    { messages: [{ role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] }] },
    /prompt caching/,
  ],
  [
    'a tool with an odd name',
    'sandbox/tool',
    { messages: [user('a')], toolConfig: { tools: [{ toolSpec: { name: 'a b', inputSchema: { json: schema } } }] } },
    /regular expression pattern/,
  ],
  [
    'a call without its result',
    `${claude}tool`,
    {
      toolConfig,
      messages: [
        user('a'),
        { role: 'assistant', content: [{ toolUse: { toolUseId: 't1', name: 'weather', input: {} } }] },
        user('b'),
      ],
    },
    /Expected toolResult blocks at messages.2.content for the following Ids: t1/,
  ],
  [
    'a beginning of the answer',
    'sandbox/echo',
    { messages: [user('a'), { role: 'assistant', content: [{ text: 'b' }] }] },
    /assistant message prefill/,
  ],
  [
    'a document alone',
    'sandbox/echo',
    {
      messages: [
        { role: 'user', content: [{ document: { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0=' } } }] },
      ],
    },
    /text block must be included/,
  ],
  ['a model that nobody knows', 'sandbox/nothing', { messages: [user('a')] }, /model identifier is invalid/],
];

for (const [name, model, body, message] of refusals) {
  test(`refused as Bedrock does it: ${name}`, async () => {
    const response = await ask({ model, body });
    assert.deepEqual([response.status, response.headers.get('x-amzn-errortype')], [400, 'ValidationException']);
    assert.match(((await response.json()) as { message: string }).message, message);
  });
}

test('a request must be signed just now, for Bedrock, or carry a key', async () => {
  const at = (ms: number) => new Date(Date.now() - ms).toISOString().replace(/[:-]|\.\d{3}/g, '');
  const statusWith = async (authorization: string, date: string) => {
    const headers = { authorization, 'x-amz-date': date };
    return (await ask({ model: 'sandbox/echo', body: { messages: [user('a')] }, headers })).status;
  };
  const signed = (date: string, service = 'bedrock') =>
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${date.slice(0, 8)}/eu-central-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0f'.repeat(32)}`;
  const [fresh, old] = [at(0), at(3_600_000)];

  assert.equal(await statusWith(signed(fresh), fresh), 200);
  assert.equal(await statusWith(signed(old), old), 403);
  assert.equal(await statusWith(signed(fresh, 's3'), fresh), 403);
  assert.equal(await statusWith('Basic abc', fresh), 403);
});

test('faults: throttled before the head, an exception and a cut frame in the stream', async () => {
  const body = { messages: [user('a')] };
  const throttled = await ask({ model: 'sandbox/fault-http-429', body, stream: true });
  const excepting = await streamed({ model: 'sandbox/fault-error-event-5', body });
  const cut = await ask({ model: 'sandbox/fault-cut-mid-event', body, stream: true });
  const spoilt = await ask({ model: 'sandbox/fault-frame-checksum-5', body, stream: true });

  assert.deepEqual([throttled.status, throttled.headers.get('x-amzn-errortype')], [429, 'ThrottlingException']);
  assert.equal(excepting.length, 6);
  const { headers } = excepting.at(-1) ?? {};
  assert.deepEqual(
    [headers?.[':message-type'], headers?.[':exception-type']],
    ['exception', 'internalServerException'],
  );
  for (const [response, problem] of [
    [cut, /cut/],
    [spoilt, /checksum of the message/],
  ] as const) {
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.throws(() => readFrames(bytes), problem);
  }
});

const spoils: Readonly<Record<string, RegExp>> = {
  'frame-checksum-2': /checksum of the message/,
  'frame-prelude-2': /checksum of the prelude/,
  'frame-payload-2': /checksum of the message/,
  'frame-length-2': /a frame that is cut/,
  'exception-throttled-2': /^$/,
  'frame-headers': /a text/,
};

test('every fault of frames comes as promised in a stream of frames, and is counted there alone', async () => {
  const body = { messages: [user('a')] };
  const counted = async () => {
    const reply = await fetch(simulator.url.replace(/\/v1$/, '/simulator/stats'));
    return ((await reply.json()) as { faults: Record<string, number> }).faults;
  };
  for (const [mode, problem] of Object.entries(spoils)) {
    const model = `sandbox/fault-${mode}`;
    const before = (await counted())[mode] ?? 0;
    const bytes = Buffer.from(await (await ask({ model, body, stream: true })).arrayBuffer());
    const found = (() => {
      try {
        const { headers } = readFrames(bytes).at(-1) ?? {};
        return headers?.[':exception-type'] === 'throttlingException' ? '' : 'no fault';
      } catch (thrown) {
        return String((thrown as Error).message);
      }
    })();
    assert.match(found, problem, mode);
    assert.equal((await counted())[mode], before + 1, mode);
    assert.equal((await whole({ model, body })).stopReason, 'end_turn');
    assert.equal((await counted())[mode], before + 1, `${mode} in a body`);
  }
  const tried = new Set(Object.keys(spoils).map((mode) => mode.replace(/-\d+$/, '-<k>')));
  assert.deepEqual(
    faultModes.filter(({ mode }) => isFrameMode(mode) && !tried.has(mode)),
    [],
  );
});
