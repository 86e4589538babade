import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#core/generation/fault.ts';
import { decode, shown } from './gemini.ts';

function messagesOf(contents: unknown) {
  return shown(decode({ contents }).messages);
}

test('a conversation keeps its words, and results find their calls by name and order', () => {
  const messages = messagesOf([
    { role: 'user', parts: [{ text: 'weather?' }, { inlineData: { mimeType: 'image/PNG', data: 'aWI-_w' } }] },
    {
      role: 'model',
      parts: [
        { text: 'Both.', thought: true },
        { functionCall: { name: 'weather', args: { city: 'a' } }, thoughtSignature: 'c2ln' },
        { function_call: { name: 'weather' } },
      ],
    },
    {
      role: 'function',
      parts: [
        { functionResponse: { name: 'weather', response: { result: 'sun' } } },
        { function_response: { name: 'weather', response: { error: 'gone' } } },
        { text: 'and?' },
      ],
    },
  ]);

  assert.deepEqual(messages, [
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'weather?' },
        { kind: 'media', medium: 'image', source: { kind: 'inline', data: 'aWI+/w' }, mediaType: 'image/png' },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'Both.', isSummary: true },
        {
          kind: 'tool-call',
          id: 'call_1_1',
          name: 'weather',
          form: 'function',
          input: '{"city":"a"}',
          state: { family: 'google', kind: 'signature', value: 'c2ln' },
        },
        { kind: 'tool-call', id: 'call_1_2', name: 'weather', form: 'function', input: '{}' },
      ],
    },
    {
      role: 'tool',
      results: [
        { id: 'call_1_1', name: 'weather', form: 'function', parts: [{ kind: 'text', text: 'sun' }], isError: false },
        { id: 'call_1_2', name: 'weather', form: 'function', parts: [{ kind: 'text', text: 'gone' }], isError: true },
      ],
    },
    { role: 'user', parts: [{ kind: 'text', text: 'and?' }] },
  ]);
});

test('ids that a caller gives link results to calls in any order', () => {
  const { messages } = decode({
    contents: [
      { role: 'model', parts: [{ functionCall: { id: 'x', name: 'f' } }, { functionCall: { id: 'y', name: 'f' } }] },
      { parts: [{ functionResponse: { id: 'y', name: 'f' } }, { functionResponse: { id: 'x', name: 'f' } }] },
    ],
  });

  const last = messages.at(-1);
  assert.deepEqual(last?.role === 'tool' && shown(last.results.map(({ id }) => id)), ['y', 'x']);
});

test('chunks that an SDK kept as turns of their own are one answer again', () => {
  const messages = messagesOf([
    { role: 'user', parts: [{ text: 'hi' }] },
    { role: 'model', parts: [{ text: 'Hm, ', thought: true }] },
    { role: 'model', parts: [{ text: 'yes.', thought: true }] },
    { role: 'model', parts: [{ text: 'Hel' }] },
    { role: 'model', parts: [{ text: 'lo' }] },
    { role: 'model', parts: [{ text: '', thoughtSignature: 'c2ln' }] },
    { role: 'model', parts: [{ text: '' }] },
  ]);

  assert.deepEqual(messages, [
    { role: 'user', parts: [{ kind: 'text', text: 'hi' }] },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'Hm, yes.', isSummary: true },
        { kind: 'text', text: 'Hello' },
        { kind: 'text', text: '', state: { family: 'google', kind: 'signature', value: 'c2ln' } },
      ],
    },
  ]);
});

test('the configuration is read in either spelling', () => {
  const request = decode({
    contents: [],
    system_instruction: { parts: [{ text: 'one' }, { text: 'two' }] },
    generation_config: {
      temperature: 0.5,
      top_p: 0.9,
      topK: 40,
      seed: 7,
      presence_penalty: 0.1,
      frequencyPenalty: 0.2,
      max_output_tokens: '99',
      candidateCount: 2,
      stop_sequences: ['x'],
      responseModalities: ['TEXT', 'IMAGE'],
      thinking_config: { include_thoughts: true, thinking_budget: -1, thinking_level: 'high' },
      responseLogprobs: true,
      logprobs: 3,
    },
    serviceTier: 'flex',
  });

  assert.deepEqual(shown(request.messages), [
    {
      role: 'system',
      parts: [
        { kind: 'text', text: 'one' },
        { kind: 'text', text: 'two' },
      ],
    },
  ]);
  assert.deepEqual(shown(request.sampling), {
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    seed: 7,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
  });
  assert.equal(request.outputTokensMax, 99);
  assert.equal(request.choices, 2);
  assert.deepEqual(shown(request.stop), ['x']);
  assert.deepEqual(request.outputMedia, ['text', 'image']);
  assert.deepEqual(shown(request.reasoning), { effort: 'high', budget: 'dynamic', isShown: true });
  assert.deepEqual(request.logprobs, { top: 3 });
  assert.equal(request.serviceTier, 'flex');
  assert.deepEqual(request.dropped, []);
});

test("schemas in Google's own dialect become JSON Schema, real ones stay as they are", () => {
  const parameters = {
    type: 'OBJECT',
    properties: {
      type: { type: 'STRING', nullable: true, enum: ['a'], format: 'enum' },
      rows: { type: 'ARRAY', min_items: '2', items: { anyOf: [{ type: 'INTEGER' }, { type: 'NUMBER' }] } },
    },
    propertyOrdering: ['rows', 'type'],
    required: ['rows'],
  };
  const real = { type: ['object', 'null'], $defs: { a: {} }, additionalProperties: false };
  const { tools, outputFormat } = decode({
    contents: [],
    tools: [
      {
        functionDeclarations: [
          { name: 'f', parameters },
          { name: 'g', parametersJsonSchema: real },
        ],
      },
    ],
    generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'STRING' } },
  });

  assert.deepEqual(shown(tools), [
    {
      kind: 'function',
      name: 'f',
      parameters: {
        type: 'object',
        properties: {
          type: { type: ['string', 'null'], enum: ['a', null] },
          rows: { type: 'array', minItems: 2, items: { anyOf: [{ type: 'integer' }, { type: 'number' }] } },
        },
        required: ['rows'],
      },
    },
    { kind: 'function', name: 'g', parameters: real },
  ]);
  assert.deepEqual(shown(outputFormat), { kind: 'schema', schema: { type: 'string' } });
});

const choices: readonly (readonly [config: unknown, choice: unknown])[] = [
  [{ mode: 'AUTO' }, { kind: 'auto' }],
  [{ mode: 'NONE' }, { kind: 'none' }],
  [{ mode: 'ANY' }, { kind: 'required' }],
  [
    { mode: 'any', allowed_function_names: ['f'] },
    { kind: 'tool', name: 'f' },
  ],
  [
    { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
    { kind: 'allowed', mode: 'required', names: ['f', 'g'] },
  ],
  [{ mode: 'VALIDATED' }, { kind: 'auto' }],
  [
    { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    { kind: 'allowed', mode: 'auto', names: ['f'] },
  ],
];

test('each way to choose a tool has its word', () => {
  for (const [functionCallingConfig, choice] of choices) {
    const { toolChoice } = decode({ contents: [], tool_config: { functionCallingConfig } });
    assert.deepEqual(shown(toolChoice), choice);
  }
});

test('what only Google can read is kept for it, and what nobody knows is named', () => {
  const request = decode({
    contents: [
      { parts: [{ text: 'a', madeUp: 1 }, { fileData: { fileUri: 'gs://b/c', mimeType: 'image/png' } }] },
      { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'c2ln' }] },
    ],
    safetySettings: [{ category: 'c', threshold: 't' }],
    labels: { a: 'b' },
    cached_content: 'cachedContents/x',
    generationConfig: { speech_config: { languageCode: 'de' }, madeUp: 1 },
    tools: [{ googleSearch: {} }],
    somethingOfMine: 1,
  });

  assert.deepEqual(
    request.foreign.map(({ field, loss }) => [field, loss]),
    [
      ['generationConfig.speechConfig', 'audio_output'],
      ['safetySettings', 'safety_settings'],
      ['labels', 'metadata'],
      ['cachedContent', 'cached_content'],
    ],
  );
  assert.deepEqual(request.dropped, ['unknown_field']);
  assert.deepEqual(shown(request.tools), [{ kind: 'hosted', family: 'google', definition: { googleSearch: {} } }]);
  assert.deepEqual(shown(request.messages.at(-1)), {
    role: 'assistant',
    parts: [
      {
        kind: 'foreign',
        family: 'google',
        item: { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'c2ln' },
      },
    ],
  });
});

test("Google's placeholders for a proof are none, plain or in base64", () => {
  const call = { functionCall: { name: 'look', args: {} } };
  const marks = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];
  for (const mark of marks.flatMap((each) => [each, Buffer.from(each).toString('base64')])) {
    const parts = [{ ...call, thoughtSignature: mark }];
    const { messages, dropped } = decode({ contents: [{ role: 'model', parts }] });

    const [message] = messages;
    const [part] = message?.role === 'assistant' ? message.parts : [];
    assert.equal(part?.kind === 'tool-call' && part.state, undefined);
    assert.deepEqual(dropped, []);
  }
});

test('a role that Google does not know is refused', () => {
  assert.throws(() => decode({ contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] }), Fault);
});
