import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { AssistantPart, ToolResult } from '#core/generation/parts.ts';
import type { GenerationRequest, Message } from '#core/generation/request.ts';
import { decode, encode } from './gemini.ts';

const text = Content.ofText;
const blank = decode({ contents: [] });

function user(words: string): Message {
  return { role: 'user', parts: [{ kind: 'text', text: text(words) }] };
}

function assistant(...parts: readonly AssistantPart[]): Message {
  return { role: 'assistant', parts };
}

function call(
  id: string,
  input: string,
  rest: Partial<Extract<AssistantPart, { kind: 'tool-call' }>> = {},
): AssistantPart {
  return { kind: 'tool-call', id: text(id), name: text(`tool-${id}`), form: 'function', input: text(input), ...rest };
}

function result(id: string, words: string, rest: Partial<ToolResult> = {}): ToolResult {
  return { id: text(id), form: 'function', parts: [{ kind: 'text', text: text(words) }], isError: false, ...rest };
}

function encodeMessages(messages: readonly Message[], model?: string) {
  return encode({ ...blank, messages }, model);
}

test('turns alternate, and the words of the system stand apart or in a reminder', () => {
  const { body, dropped } = encodeMessages([
    { role: 'system', parts: [{ kind: 'text', text: text('one'), cache: { ttl: '5m' } }] },
    { role: 'developer', parts: [{ kind: 'text', text: text('two') }] },
    user('a'),
    user('b'),
    { role: 'system', parts: [{ kind: 'text', text: text('late') }] },
    assistant({ kind: 'text', text: text('c') }),
  ]);

  assert.deepEqual(body.systemInstruction, { parts: [{ text: 'one' }, { text: 'two' }] });
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'a' }, { text: 'b' }, { text: '<system-reminder>\nlate\n</system-reminder>' }] },
    { role: 'model', parts: [{ text: 'c' }] },
  ]);
  assert.deepEqual(dropped, ['cache_control']);
});

test('each call gets exactly one result, in order, and media follow them', () => {
  const image = {
    kind: 'media',
    medium: 'image',
    source: { kind: 'inline', data: text('/9j/') },
    mediaType: undefined,
  } as const;
  const { body, dropped } = encodeMessages(
    [
      user('a'),
      assistant(call('1', '{"one":1}'), call('2', ''), call('3', 'no JSON')),
      {
        role: 'tool',
        results: [
          result('9', 'of no call'),
          result('3', '{"$defs":{}}'),
          { ...result('1', '{"a":1}'), parts: [{ kind: 'text', text: text('{"a":1}') }, image] },
        ],
      },
    ],
    'gemini-2.5-flash',
  );

  assert.deepEqual(
    body.contents[1].parts.map(({ functionCall }: { functionCall: { args: unknown } }) => functionCall.args),
    [{ one: 1 }, {}, { input: 'no JSON' }],
  );
  assert.deepEqual(body.contents[2], {
    role: 'user',
    parts: [
      { functionResponse: { id: '1', name: 'tool-1', response: { a: 1 } } },
      { functionResponse: { id: '2', name: 'tool-2', response: { error: 'no result was given' } } },
      { functionResponse: { id: '3', name: 'tool-3', response: { result: '{"$defs":{}}' } } },
      { inlineData: { mimeType: 'image/jpeg', data: '/9j/' } },
      { text: 'of no call' },
    ],
  });
  assert.deepEqual(dropped, ['unknown_part']);
});

test('a number that JavaScript would round goes up as it was written', () => {
  assert.match(
    encodeMessages([user('a'), assistant(call('1', '{"big":12345678901234567890}'))]).text,
    /:12345678901234567890\}/,
  );
});

test('a failed result stands under "error"', () => {
  const { body } = encodeMessages([
    user('a'),
    assistant(call('1', '{}')),
    { role: 'tool', results: [result('1', '{"a":1}', { isError: true })] },
  ]);

  assert.deepEqual(body.contents[2].parts[0].functionResponse.response, { error: '{"a":1}' });
});

const google = { family: 'google', kind: 'signature', value: text('c2ln') } as const;
const claude = { family: 'anthropic', kind: 'signature', value: text('eHh4') } as const;

test("Google's signatures go back to the parts that they came on, others stay away", () => {
  const { body, dropped } = encodeMessages([
    user('a'),
    assistant(
      { kind: 'reasoning', text: text('hm'), isSummary: true, state: claude },
      { kind: 'reasoning', text: text(''), isSummary: false, state: { ...claude, kind: 'redacted' } },
      { kind: 'text', text: text('b'), state: google },
      { kind: 'text', text: text(''), state: google },
      call('1', '{}', { state: google }),
    ),
  ]);

  assert.deepEqual(body.contents[1].parts.slice(0, 3), [
    { text: 'hm', thought: true },
    { text: 'b', thoughtSignature: 'c2ln' },
    { text: '', thoughtSignature: 'c2ln' },
  ]);
  assert.equal(body.contents[1].parts[3].thoughtSignature, 'c2ln');
  assert.deepEqual(dropped, ['reasoning_state']);
});

test('an unsigned call of the current turn gets the placeholder: the first of a set, at models that need it', () => {
  const messages = [
    user('a'),
    assistant(call('1', '{}')),
    { role: 'tool', results: [result('1', 'r')] } as const,
    assistant({ kind: 'text', text: text('done') }),
    user('b'),
    assistant(call('2', '{}', { state: claude }), call('3', '{}')),
    { role: 'tool', results: [result('2', 'r'), result('3', 'r')] } as const,
    assistant(call('4', '{}', { state: google })),
  ];
  const signatures = (model: string) => {
    const parts = encodeMessages(messages, model).body.contents.flatMap(
      (content: { parts: unknown[] }) => content.parts,
    );
    return parts.flatMap((part: { functionCall?: unknown; thoughtSignature?: string }) =>
      part.functionCall ? [part.thoughtSignature] : [],
    );
  };

  assert.deepEqual(signatures('gemini-3-pro-preview'), [
    undefined,
    'skip_thought_signature_validator',
    undefined,
    'c2ln',
  ]);
  assert.deepEqual(signatures('gemini-2.5-pro'), [undefined, undefined, undefined, 'c2ln']);
});

function configOf(change: Partial<GenerationRequest>, model?: string) {
  const { body, dropped } = encode({ ...blank, messages: [user('a')], ...change }, model);
  return { config: body.generationConfig, body, dropped };
}

const ask = { effort: undefined, budget: undefined, isShown: undefined, summary: undefined } as const;
const thoughts: readonly (readonly [
  model: string,
  reasoning: GenerationRequest['reasoning'],
  goesUp: unknown,
  dropped: readonly string[],
])[] = [
  ['gemini-3-flash', { ...ask, effort: 'medium' }, { thinkingLevel: 'MEDIUM', includeThoughts: true }, []],
  ['gemini-3-pro-preview', { ...ask, effort: 'medium' }, { thinkingLevel: 'HIGH', includeThoughts: true }, []],
  ['gemini-3.1-pro', { ...ask, effort: 'minimal' }, { thinkingLevel: 'LOW', includeThoughts: true }, []],
  ['gemini-3-pro', { ...ask, effort: 'none' }, { thinkingLevel: 'LOW', includeThoughts: false }, ['reasoning_effort']],
  ['gemini-3-pro', { ...ask, budget: 900 }, { thinkingLevel: 'HIGH', includeThoughts: true }, []],
  ['gemini-2.5-flash', { ...ask, budget: 900, isShown: false }, { thinkingBudget: 900, includeThoughts: false }, []],
  ['gemini-2.5-flash', { ...ask, effort: 'none' }, { thinkingBudget: 0, includeThoughts: false }, []],
  ['gemini-2.5-pro', { ...ask, budget: 0 }, { thinkingBudget: 128, includeThoughts: false }, ['reasoning_effort']],
  ['gemini-2.5-pro', { ...ask, budget: 'dynamic' }, { thinkingBudget: -1, includeThoughts: true }, []],
  ['gemini-2.0-flash', { ...ask, effort: 'high' }, undefined, ['reasoning']],
  ['gemini-2.0-flash', { ...ask, effort: 'none' }, undefined, []],
  ['gemini-2.5-flash', { ...ask, effort: 'none', isShown: true }, { thinkingBudget: 0, includeThoughts: false }, []],
  ['gemini-3-flash', { ...ask, effort: 'low' }, { thinkingLevel: 'LOW', includeThoughts: true }, []],
  ['gemini-3-flash', { ...ask, isShown: true }, { includeThoughts: true }, []],
  // A name that tells nothing may think.
  ['my-alias', { ...ask, budget: 100_000 }, { thinkingBudget: 24_576, includeThoughts: true }, []],
  ['my-alias', { ...ask, effort: 'high', isShown: false }, { thinkingBudget: 512, includeThoughts: false }, []],
  ['my-alias', { ...ask, effort: 'none' }, undefined, ['reasoning_effort']],
];

test('thinking is asked for as each model takes it', () => {
  for (const [model, reasoning, goesUp, dropped] of thoughts) {
    const made = configOf({ reasoning }, model);
    assert.deepEqual(made.config.thinkingConfig, goesUp, model);
    assert.deepEqual(made.dropped, dropped, model);
  }
});

test('the limit is the smaller one, and each field without a place is named once', () => {
  const { config, body, dropped } = configOf({
    outputTokensMax: 5_000,
    choices: 2,
    stop: ['1', '2', '3', '4', '5', '6', ''].map(text),
    sampling: {
      temperature: 1,
      topK: 3,
      frequencyPenalty: 0,
      presencePenalty: 0.5,
      seed: 2 ** 40,
      minP: 0.1,
      repetitionPenalty: 1,
    },
    user: text('u'),
    metadata: Content.ofJson({}),
    parallelToolCalls: false,
    promptCacheKey: text('k'),
    cache: { ttl: undefined },
    verbosity: 'low',
    serviceTier: 'priority',
    logprobs: { top: 2 },
    outputMedia: ['text', 'image'],
    outputFormat: {
      kind: 'schema',
      name: text('n'),
      description: undefined,
      schema: Content.ofJson({ type: 'object' }),
      strict: true,
    },
  });

  assert.deepEqual(config, {
    maxOutputTokens: 1_000,
    candidateCount: 2,
    temperature: 1,
    topK: 3,
    presencePenalty: 0.5,
    stopSequences: ['1', '2', '3', '4', '5'],
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object' },
    responseModalities: ['TEXT', 'IMAGE'],
    responseLogprobs: true,
    logprobs: 2,
  });
  assert.equal(body.serviceTier, 'priority');
  assert.deepEqual(dropped.toSorted(), [
    'cache_control',
    'metadata',
    'min_p',
    'parallel_tool_calls',
    'prompt_cache_key',
    'seed',
    'stop',
    'user',
    'verbosity',
  ]);
});

test('an older model that takes no schema beside tools gets the tools', () => {
  const tools = [
    { kind: 'function', name: text('f'), description: undefined, parameters: undefined, strict: undefined },
  ] as const;
  const old = configOf({ tools, outputFormat: { kind: 'json' } }, 'gemini-2.5-flash');
  const recent = configOf({ tools, outputFormat: { kind: 'json' } }, 'gemini-3-flash');

  assert.equal(old.config.responseMimeType, undefined);
  assert.deepEqual(old.dropped, ['response_format']);
  assert.equal(recent.config.responseMimeType, 'application/json');
});

test('tools keep their real schemas, free text is wrapped, and a name that Google refuses is changed everywhere', () => {
  const odd = 'my tool/ä';
  const { body, dropped, toolNames } = encode({
    ...blank,
    messages: [user('a'), assistant(call('1', 'x', { name: text(odd), form: 'custom' }))],
    tools: [
      {
        kind: 'function',
        name: text(odd),
        description: text('d'),
        parameters: Content.ofJson({ $ref: '#/x' }),
        strict: true,
      },
      { kind: 'custom', name: text('free'), description: undefined, format: Content.ofJson({ type: 'text' }) },
      { kind: 'hosted', family: 'openai', definition: Content.ofJson({ type: 'web_search' }) },
    ],
    toolChoice: { kind: 'tool', name: text(odd) },
  });

  const [{ functionDeclarations }] = body.tools;
  const { name } = functionDeclarations[0];
  assert.match(name, /^my_tool___[a-z0-9]+$/);
  assert.deepEqual(functionDeclarations, [
    { name, description: 'd', parametersJsonSchema: { $ref: '#/x' } },
    {
      name: 'free',
      parametersJsonSchema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    },
  ]);
  assert.deepEqual([...toolNames], [[name, odd]]);
  assert.deepEqual(body.toolConfig, { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [name] } });
  assert.equal(body.contents[1].parts[0].functionCall.name, name);
  assert.deepEqual(body.contents[1].parts[0].functionCall.args, { input: 'x' });
  assert.equal(body.contents[2].parts[0].functionResponse.name, name);
  assert.deepEqual(dropped, ['strict', 'hosted_tool']);
});

test('a grammar of a free text is a loss, a free text is none', () => {
  const droppedFor = (format: object | undefined) => {
    const tool = { kind: 'custom', name: text('free'), description: undefined } as const;
    return encode({ ...blank, tools: [{ ...tool, format: format && Content.ofJson(format) }] }).dropped;
  };

  assert.deepEqual(droppedFor(undefined), []);
  assert.deepEqual(droppedFor({ type: 'text' }), []);
  assert.deepEqual(droppedFor({ type: 'grammar', syntax: 'regex', definition: 'a+' }), ['custom_tool_format']);
});

test('media go by bytes or by address, and a file of another family is refused', () => {
  const media = (source: Extract<AssistantPart, { kind: 'media' }>['source']) =>
    encodeMessages([{ role: 'user', parts: [{ kind: 'media', medium: 'document', source, mediaType: undefined }] }])
      .body.contents[0].parts[0];

  assert.deepEqual(media({ kind: 'url', url: text('https://a.example/b.PDF?x=1') }), {
    fileData: { fileUri: 'https://a.example/b.PDF?x=1', mimeType: 'application/pdf' },
  });
  assert.deepEqual(media({ kind: 'text', text: text('é') }), { inlineData: { mimeType: 'text/plain', data: 'w6k=' } });
  assert.deepEqual(media({ kind: 'file', id: text('gs://b/c'), family: 'google' }), {
    fileData: { fileUri: 'gs://b/c' },
  });
  assert.throws(() => media({ kind: 'file', id: text('file-1'), family: 'openai' }), Fault);
});

test('what was decoded from Google goes back to where it stood', () => {
  const sent = {
    systemInstruction: { parts: [{ text: 's' }] },
    contents: [
      { role: 'user', parts: [{ text: 'a' }, { fileData: { fileUri: 'gs://b/c', mimeType: 'video/mp4' } }] },
      {
        role: 'model',
        parts: [
          { text: 't', thought: true },
          { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'i', name: 'f', args: { a: [1, { b: null }] } }, thoughtSignature: 'c2ln' },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { id: 'i', name: 'f', response: { x: 1 } } }] },
    ],
    tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }, { googleSearch: {} }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' }, retrievalConfig: { languageCode: 'de' } },
    generationConfig: { maxOutputTokens: 9, topP: 0.5, speechConfig: { languageCode: 'de' } },
    safetySettings: [{ category: 'c', threshold: 't' }],
    labels: { a: 'b' },
  };

  const { body, dropped } = encode(decode(sent));

  assert.deepEqual(body, sent);
  assert.deepEqual(dropped, []);
});
