import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, decoded, encoded } from './ask.ts';
import { plain } from './plain.ts';

function messagesOf(...messages: readonly object[]): unknown {
  return plain(decoded({ model: 'm', messages }).messages);
}

test('a text is one text part, and parts keep their order and their cache marks', () => {
  const messages = messagesOf(
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'Look', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
        { type: 'input_audio', input_audio: { data: 'UklG', format: 'mp3' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' } },
      ],
    },
  );

  assert.deepEqual(messages, [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      name: 'ann',
      parts: [
        { kind: 'text', text: 'Look', cache: { ttl: '1h' } },
        {
          kind: 'media',
          medium: 'image',
          source: { kind: 'inline', data: 'iVBO' },
          mediaType: 'image/png',
          detail: 'low',
        },
        { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } },
        { kind: 'media', medium: 'audio', source: { kind: 'inline', data: 'UklG' }, mediaType: 'audio/mpeg' },
        {
          kind: 'media',
          medium: 'document',
          source: { kind: 'inline', data: 'JVBE' },
          mediaType: 'application/pdf',
          name: 'a.pdf',
        },
      ],
    },
  ]);
});

test('the results of one turn are one message, and each has the form of its call', () => {
  const messages = messagesOf(
    asked,
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'look', arguments: '{"id":12345678901234567890}' } },
        { id: 'b', type: 'custom', custom: { name: 'patch', input: '*** Begin' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: 'found' },
    { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'done' }] },
  );

  assert.deepEqual((messages as unknown[]).slice(1), [
    {
      role: 'assistant',
      parts: [
        { kind: 'tool-call', id: 'a', name: 'look', form: 'function', input: '{"id":12345678901234567890}' },
        { kind: 'tool-call', id: 'b', name: 'patch', form: 'custom', input: '*** Begin' },
      ],
    },
    {
      role: 'tool',
      results: [
        { id: 'a', form: 'function', parts: [{ kind: 'text', text: 'found' }], isError: false },
        { id: 'b', form: 'custom', parts: [{ kind: 'text', text: 'done' }], isError: false },
      ],
    },
  ]);
});

test('functions of the older form become tools, and a result finds its call by the name', () => {
  const request = decoded({
    model: 'm',
    functions: [{ name: 'look', description: 'Looks', parameters: { type: 'object' } }],
    function_call: { name: 'look' },
    messages: [
      asked,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'found' },
    ],
  });

  assert.deepEqual(plain(request.tools), [
    { kind: 'function', name: 'look', description: 'Looks', parameters: { type: 'object' } },
  ]);
  assert.deepEqual(plain(request.toolChoice), { kind: 'tool', name: 'look' });
  assert.deepEqual(plain(request.messages.slice(1)), [
    {
      role: 'assistant',
      parts: [{ kind: 'tool-call', id: 'call_1_0', name: 'look', form: 'function', input: '{}' }],
    },
    {
      role: 'tool',
      results: [
        { id: 'call_1_0', name: 'look', form: 'function', parts: [{ kind: 'text', text: 'found' }], isError: false },
      ],
    },
  ]);
});

test('what a caller asks of thinking is read from each of the forms that are in use', () => {
  const askOf = (fields: object) => plain(decoded({ model: 'm', messages: [asked], ...fields }).reasoning);

  assert.deepEqual(askOf({ reasoning_effort: 'high' }), { effort: 'high' });
  assert.deepEqual(askOf({ reasoning: { max_tokens: 2000, exclude: true } }), { budget: 2000, isShown: false });
  assert.deepEqual(askOf({ reasoning: { enabled: true } }), { effort: 'medium', isShown: true });
  assert.deepEqual(askOf({ reasoning: { enabled: false, effort: 'high' } }), { effort: 'none' });
  const told = { effort: 'low', isShown: true, summary: 'auto' };
  assert.deepEqual(askOf({ reasoning: { effort: 'low', summary: 'auto' } }), told);
  assert.deepEqual(askOf({ thinking: { type: 'enabled', budget_tokens: 1024 } }), { budget: 1024, isShown: true });
  assert.deepEqual(askOf({ thinking: { type: 'disabled' } }), { effort: 'none' });
  assert.equal(askOf({ reasoning_effort: null }), undefined);
});

test('who asks OpenRouter’s way wants to see the thinking, who names an effort alone has not said so', () => {
  const isShown = (fields: object) => decoded({ model: 'm', messages: [asked], ...fields }).reasoning?.isShown;

  assert.equal(isShown({ reasoning: { effort: 'low' } }), true);
  assert.equal(isShown({ reasoning: {} }), true);
  assert.equal(isShown({ reasoning: { effort: 'low', exclude: true } }), false);
  assert.equal(isShown({ reasoning: { effort: 'none' } }), undefined);
  assert.equal(isShown({ include_reasoning: true }), true);
  assert.equal(isShown({ reasoning_effort: 'low', include_reasoning: true }), true);
  assert.equal(isShown({ reasoning_effort: 'low', include_reasoning: false }), false);
  assert.equal(isShown({ reasoning_effort: 'low' }), undefined);
  assert.deepEqual(decoded({ model: 'm', messages: [asked], include_reasoning: true }).dropped, []);
});

test('a grammar is flat in the neutral form, and wrapped again on its way to chat', () => {
  const format = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
  const custom = { type: 'custom', custom: { name: 'patch', format } };

  const request = decoded({ model: 'm', messages: [asked], tools: [custom] });

  assert.deepEqual(plain(request.tools), [
    { kind: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
  ]);
  assert.deepEqual(encoded(request, 'openai').body.tools, [custom]);
  assert.deepEqual(encoded(request, 'groq').dropped, ['custom_tool_format']);
});

test('what only OpenAI has is kept for it, and what nobody knows is named', () => {
  const request = decoded({
    model: 'm',
    messages: [asked, { role: 'nobody', content: 'x' }],
    prediction: { type: 'content', content: 'x' },
    web_search_options: {},
    store: false,
    reasoning_effort: 'tremendous',
    my_own_field: 1,
    transforms: null,
  });

  assert.deepEqual(plain(request.foreign), [
    { family: 'openai', loss: 'prediction', field: 'prediction', value: { type: 'content', content: 'x' } },
    { family: 'openai', loss: 'web_search_options', field: 'web_search_options', value: {} },
  ]);
  assert.deepEqual([...request.dropped].sort(), ['reasoning_effort', 'unknown_field', 'unknown_part']);
});

test('fields of the whole request are read, and null is nothing', () => {
  const request = decoded({
    model: 'own/m',
    messages: [asked],
    stream: true,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    min_p: 0.1,
    top_a: 0.2,
    frequency_penalty: 1,
    presence_penalty: -1,
    repetition_penalty: 1.1,
    seed: 7,
    logit_bias: { 50256: -100 },
    max_tokens: 100,
    max_completion_tokens: 50,
    n: 2,
    stop: 'END',
    logprobs: true,
    top_logprobs: 3,
    user: 'ann',
    safety_identifier: null,
    metadata: { a: 'b' },
    service_tier: 'flex',
    prompt_cache_key: 'k',
    verbosity: 'low',
    modalities: ['text', 'audio'],
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
    parallel_tool_calls: false,
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'a' } }] },
    },
  });

  const { messages: _messages, ...rest } = request;
  assert.deepEqual(plain(rest), {
    model: 'own/m',
    stream: true,
    tools: [],
    toolChoice: { kind: 'allowed', mode: 'required', names: ['a'] },
    parallelToolCalls: false,
    outputFormat: { kind: 'schema', name: 'n', schema: { type: 'object' }, strict: true },
    sampling: {
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      minP: 0.1,
      topA: 0.2,
      frequencyPenalty: 1,
      presencePenalty: -1,
      repetitionPenalty: 1.1,
      seed: 7,
      logitBias: { 50256: -100 },
    },
    outputTokensMax: 50,
    choices: 2,
    stop: ['END'],
    promptCacheKey: 'k',
    user: 'ann',
    metadata: { a: 'b' },
    serviceTier: 'flex',
    verbosity: 'low',
    outputMedia: ['text', 'audio'],
    logprobs: { top: 3 },
    foreign: [],
    dropped: [],
  });
});
