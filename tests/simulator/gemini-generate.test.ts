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

type Part = {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: unknown };
};

type Answer = {
  readonly candidates?: readonly {
    readonly content: { readonly parts: readonly Part[]; readonly role: string };
    readonly finishReason?: string;
    readonly index: number;
  }[];
  readonly usageMetadata: Readonly<Record<string, number>>;
  readonly totalTokens: number;
};

const key = { 'x-goog-api-key': 'any' };
const user = (...parts: readonly object[]) => ({ role: 'user', parts });
const model = (...parts: readonly object[]) => ({ role: 'model', parts });
const say = (text: string) => user({ text });
const question = { contents: [say('one two three')] };

function post(path: string, body: unknown, headers: Record<string, string> = key): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`http://127.0.0.1:${simulator.port}/${path}`, { method: 'POST', body: text, headers });
}

async function ask(name: string, body: object = {}): Promise<Answer> {
  const reply = await post(`v1beta/models/sandbox/${name}:generateContent`, { ...question, ...body });
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Answer;
}

async function stream(name: string, body: object = {}): Promise<Answer[]> {
  const reply = await post(`v1/models/sandbox%2F${name}:streamGenerateContent?alt=sse`, { ...question, ...body });
  const events = (await reply.text()).split('\r\n\r\n').slice(0, -1);
  return events.map((event): Answer => JSON.parse(event.slice('data: '.length)));
}

async function complaint(body: object, name = 'echo'): Promise<string> {
  const reply = await post(`v1beta/models/sandbox/${name}:generateContent`, { ...question, ...body });
  const { error } = (await reply.json()) as { error: { code: number; message: string; status: string } };
  assert.deepEqual([reply.status, error?.code, error?.status], [400, 400, 'INVALID_ARGUMENT'], JSON.stringify(body));
  return error.message;
}

const partsOf = (...answers: readonly Answer[]) =>
  answers.flatMap(({ candidates }) => candidates?.[0]?.content.parts ?? []);
const textOf = (answer: Answer) =>
  partsOf(answer)
    .map(({ text }) => text ?? '')
    .join('');
const callsOf = (...answers: readonly Answer[]) =>
  partsOf(...answers).flatMap((part) => (part.functionCall ? [part] : []));

const weather = {
  name: 'weather',
  parameters: {
    type: 'OBJECT',
    properties: { city: { type: 'STRING' }, days: { type: 'INTEGER' } },
    required: ['city', 'days'],
  },
};
const clock = { name: 'clock', parametersJsonSchema: { type: 'object', additionalProperties: false } };
const tools = [{ functionDeclarations: [weather, clock] }];
const answersOf = (calls: readonly Part[], response: object = { result: 'fog' }) =>
  user(...calls.map(({ functionCall }) => ({ functionResponse: { name: functionCall?.name, response } })));

test('a whole answer has every field that Google sends', async () => {
  const answer = await ask('echo', { systemInstruction: { parts: [{ text: 'be brief' }] } });

  assert.deepEqual(answer, {
    candidates: [{ content: { parts: [{ text: 'one two three' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 2 + 3 + 2 * 3,
      candidatesTokenCount: 3,
      totalTokenCount: 14,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 11 }],
    },
    modelVersion: 'sandbox/echo',
    responseId: (answer as unknown as { responseId: string }).responseId,
  });
});

test('a stream counts as it speaks, and its last chunk says a word, too', async () => {
  const chunks = await stream('echo');

  assert.deepEqual(chunks.map(textOf), ['one', ' two', ' three']);
  assert.deepEqual(
    chunks.map(({ candidates }) => candidates?.[0]?.finishReason),
    [undefined, undefined, 'STOP'],
  );
  assert.deepEqual(
    chunks.map(({ usageMetadata }) => [usageMetadata.promptTokenCount, usageMetadata.candidatesTokenCount]),
    [
      [6, 1],
      [6, 2],
      [6, 3],
    ],
  );
});

test('without alt=sse a stream is a JSON array, and so is its refusal', async () => {
  const path = 'v1beta/models/sandbox/echo:streamGenerateContent';
  const reply = await post(path, question);
  const chunks = (await reply.json()) as Answer[];
  const refused = (await (await post(path, { contents: [] })).json()) as { error: { code: number } }[];

  assert.equal(reply.headers.get('content-type'), 'application/json; charset=UTF-8');
  assert.equal(chunks.map(textOf).join(''), 'one two three');
  assert.equal(refused[0]?.error.code, 400);
});

test('think bills its thoughts apart, shows them to who asks, and signs its text', async () => {
  const shown = await ask('think', { generationConfig: { thinkingConfig: { includeThoughts: true } } });
  const hidden = await stream('think');
  const none = await ask('think', { generation_config: { thinking_config: { thinking_budget: 0 } } });

  assert.deepEqual(
    partsOf(shown).map(({ thought, thoughtSignature }) => [thought, thoughtSignature !== undefined]),
    [
      [true, false],
      [undefined, true],
    ],
  );
  assert.equal(
    partsOf(...hidden).some(({ thought }) => thought),
    false,
  );
  assert.equal(partsOf(...hidden).filter(({ thoughtSignature }) => thoughtSignature).length, 1);
  for (const { usageMetadata } of [shown, ...hidden.slice(-1)]) {
    assert.deepEqual([usageMetadata.candidatesTokenCount, usageMetadata.thoughtsTokenCount], [5, 19]);
    assert.equal(usageMetadata.totalTokenCount, 6 + 5 + 19);
  }
  assert.equal(none.usageMetadata.thoughtsTokenCount, undefined);
});

test('a call has no id, ends with STOP, and only the first of two is signed', async () => {
  const one = await ask('tool', { tools });
  const chunks = await stream('tool', { tools, contents: [say('try both')] });
  const calls = callsOf(...chunks);
  const contents = [say('try both'), model(...calls), answersOf(calls)];
  const answer = await ask('tool', { tools, contents });

  assert.equal(one.candidates?.[0]?.finishReason, 'STOP');
  assert.deepEqual(callsOf(one)[0]?.functionCall, { name: 'weather', args: { city: 'Lorn', days: 7 } });
  assert.deepEqual(
    calls.map(({ functionCall, thoughtSignature }) => [functionCall?.name, thoughtSignature !== undefined]),
    [
      ['weather', true],
      ['clock', false],
    ],
  );
  assert.equal(chunks.at(-1)?.candidates?.[0]?.finishReason, 'STOP');
  assert.equal(textOf(answer), 'The tool answered: fog fog');
});

test('a thinking model wants the signature of its call back, byte for byte, until the next question', async () => {
  const [signed] = callsOf(await ask('think-tool', { tools }));
  const history = (changed: object, ...more: readonly object[]) => {
    const call = { ...signed, ...changed };
    return { tools, contents: [say('a'), model(call), answersOf([call as Part]), ...more] };
  };
  const unsigned = { thoughtSignature: undefined };
  const kept = await ask('think-tool', history({}));
  const foreign = await ask('think', history({ thoughtSignature: 'skip_thought_signature_validator' }));
  const old = await ask('think', history(unsigned, model({ text: 'b' }), say('c')));

  assert.equal(textOf(kept), 'The tool answered: fog');
  assert.match(textOf(foreign), /^You asked/);
  assert.match(textOf(old), /^You asked: c/);
  assert.match(await complaint(history(unsigned), 'think'), /missing a thought_signature .* `default_api:weather`/);
  const changed = { thoughtSignature: signed?.thoughtSignature?.toLowerCase() };
  assert.equal(await complaint(history(changed), 'think'), 'Corrupted thought signature.');
});

test('both spellings of names are read, and limits and stop words are kept', async () => {
  const camel = await ask('echo', { generationConfig: { maxOutputTokens: 2 } });
  const snake = await ask('echo', { generation_config: { max_output_tokens: 2 } });
  const stopped = await ask('echo', { generationConfig: { stopSequences: [' three'] } });
  const two = await ask('echo', { generationConfig: { candidateCount: 2 } });

  for (const { candidates } of [camel, snake]) assert.equal(candidates?.[0]?.finishReason, 'MAX_TOKENS');
  assert.deepEqual([textOf(stopped), stopped.candidates?.[0]?.finishReason], ['one two', 'STOP']);
  assert.deepEqual([two.candidates?.length, two.usageMetadata.candidatesTokenCount], [2, 6]);
});

test('JSON fits either kind of schema, and functions are forced and forbidden', async () => {
  const asked = { responseMimeType: 'application/json', responseSchema: weather.parameters };
  const json = await ask('story', { generationConfig: asked });
  const choose = (config: object) => ({ tools, toolConfig: { functionCallingConfig: config } });
  const forced = await ask('echo', choose({ mode: 'ANY', allowedFunctionNames: ['clock'] }));
  const forbidden = await ask('tool', choose({ mode: 'NONE' }));

  assert.deepEqual(JSON.parse(textOf(json)), { city: 'Lorn', days: 7 });
  assert.deepEqual(callsOf(forced)[0]?.functionCall, { name: 'clock', args: {} });
  assert.equal(callsOf(forbidden).length, 0);
});

test('what was cached is a part of the input', async () => {
  const body = { systemInstruction: { parts: [{ text: `never seen ${Math.random()}` }] } };
  const first = await ask('echo', body);
  const second = await ask('echo', body);

  assert.equal(first.usageMetadata.cachedContentTokenCount, undefined);
  assert.deepEqual([second.usageMetadata.promptTokenCount, second.usageMetadata.cachedContentTokenCount], [12, 6]);
});

test('a count takes contents or a whole request, and a picture is 258 tokens', async () => {
  const path = 'v1beta/models/sandbox/echo:countTokens';
  const plain = (await (await post(path, question)).json()) as Answer;
  const picture = user({ inlineData: { mimeType: 'image/png', data: 'AAAA' } });
  const whole = { generateContentRequest: { model: 'models/sandbox/echo', contents: [picture] } };
  const seen = (await (await post(path, whole)).json()) as Answer;

  assert.deepEqual([plain.totalTokens, seen.totalTokens], [6, 258 + 3]);
});

const call = { functionCall: { name: 'weather', args: {} } };
const response = (name: string, value: unknown = { result: 'fog' }) => ({
  functionResponse: { name, response: value },
});
const declare = (declaration: object) => ({ tools: [{ functionDeclarations: [{ name: 'a', ...declaration }] }] });

/** What is wrong, and what Google says of it. */
const wrongs: readonly (readonly [body: object, message: RegExp])[] = [
  [{ messages: [] }, /^Invalid JSON payload received. Unknown name "messages": Cannot find field.$/],
  [{ generationConfig: { maxTokens: 5 } }, /Unknown name "maxTokens" at 'generation_config': Cannot find field.$/],
  [
    { generationConfig: { thinkingConfig: { effort: 'low' } } },
    /Unknown name "effort" at 'generation_config.thinking_config'/,
  ],
  [
    { contents: [{ role: 'user', parts: [{ type: 'text', text: 'a' }] }] },
    /Unknown name "type" at 'contents\[0\].parts\[0\]'/,
  ],
  [{ contents: [] }, /contents is not specified/],
  [{ contents: [user()] }, /contents.parts must not be empty/],
  [{ contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] }, /^Please use a valid role: user, model.$/],
  [{ contents: [user({ thought: true })] }, /required oneof field 'data' must have one initialized field/],
  [{ contents: [user({ text: 'a', functionCall: { name: 'b' } })] }, /oneof field 'data' is already set/],
  [{ contents: [user({ inlineData: { mimeType: 'image/png', data: '?' } })] }, /Base64 decoding failed for "\?"$/],
  [{ contents: [say('a'), model(call), say('b')] }, /number of function response parts is equal to the number/],
  [{ contents: [say('a'), model(call), user(response('clock'))] }, /function response names/],
  [{ contents: [user(response('weather'))] }, /comes immediately after a function call turn/],
  [{ contents: [say('a'), model(call), user(response(''))] }, /Name cannot be empty/],
  [
    { contents: [say('a'), model(call), user(response('weather', 'fog'))] },
    /\(type.googleapis.com\/google.protobuf.Struct\), "fog"/,
  ],
  [{ contents: [say('a'), model(call), user(response('weather', { $ref: 'a' }))] }, /"\$ref" must name a part/],
  [declare({ name: '1a' }), /Invalid function name/],
  [
    declare({ parameters: { type: 'OBJECT', additionalProperties: false } }),
    /Unknown name "additionalProperties" at 'tools\[0\]/,
  ],
  [
    declare({ parameters: { type: 'OBJECT', properties: { a: { $ref: '#' } } } }),
    /Unknown name "\$ref" at .*parameters.properties\[a\]'/,
  ],
  [declare({ parameters: { type: ['object', 'null'] } }), /Proto field is not repeating, cannot start list/],
  [declare({ parameters: {}, parametersJsonSchema: {} }), /may not both be set/],
  [
    { toolConfig: { functionCallingConfig: { mode: 'required' } } },
    /^Invalid value at 'tool_config.function_calling_config.mode'/,
  ],
  [
    { tools, toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['clock'] } } },
    /only be set when/,
  ],
  [{ generationConfig: { temperature: 3 } }, /must be in the range \[0, 2\]/],
  [{ generationConfig: { maxOutputTokens: '5' } }, /TYPE_INT32/],
  [
    { generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'LOW' } } },
    /only one of thinking budget and thinking level/,
  ],
];

for (const [body, message] of wrongs) {
  test(`a request is refused with ${message}`, async () => {
    assert.match(await complaint(body), message);
  });
}

test('who brings no key or an unknown model is turned away, and a key may stand in the address', async () => {
  const noKey = await post('v1beta/models/sandbox/echo:generateContent', question, {});
  const inAddress = await post('v1beta/models/sandbox/echo:generateContent?key=any', question, {});
  const lost = await post('v1beta/models/sandbox/nothing:generateContent', question);
  const broken = await post('v1beta/models/sandbox/echo:generateContent', '{"contents":');

  assert.deepEqual([noKey.status, inAddress.status, lost.status, broken.status], [403, 200, 404, 400]);
  assert.match(await noKey.text(), /"PERMISSION_DENIED"/);
  assert.match(await lost.text(), /models\/sandbox\/nothing is not found for API version v1beta/);
});

test('the log names the dialect', async () => {
  await stream('echo');
  await untilIdle(simulator);

  const { at, ...line } = served.at(-1) ?? { at: '' };
  assert.ok(at !== '');
  const counts = { input: 6, cached: 0, output: 3, reasoning: 0, sent: 3 };
  const asked = { model: 'sandbox/echo', protocol: 'gemini-generate', stream: true };
  assert.deepEqual(line, { ...asked, status: 200, ...counts, ended: 'completed' });
});
