import assert from 'node:assert/strict';
import test from 'node:test';
import { Content } from '#core/generation/content.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { sealState } from '#core/protocol/sealed-state.ts';
import { address, bodyOf, fixture, plain } from './fixtures.ts';

const decode = (fields: object) =>
  openaiResponses.decodeRequest(bodyOf({ model: 'm', input: 'x', ...fields }), address);

test('a request of Codex is read whole, and nothing of it is lost', () => {
  const request = openaiResponses.decodeRequest(fixture('codex-request.json'), address);

  assert.deepEqual(request.dropped, []);
  assert.deepEqual(request.foreign, []);
  assert.deepEqual(
    request.messages.map(({ role }) => role),
    ['system', 'developer', 'user', 'user', 'assistant', 'tool'],
  );
  const [, , , , assistant, results] = request.messages;
  assert.deepEqual(plain(assistant), {
    role: 'assistant',
    parts: [
      {
        kind: 'reasoning',
        text: '**Looking around**',
        isSummary: true,
        state: { family: 'openai', kind: 'encrypted', value: 'gAAAAABsealed==' },
      },
      { kind: 'text', text: 'I will look.' },
      { kind: 'tool-call', id: 'call_1', name: 'exec_command', form: 'function', input: '{"cmd":"ls"}' },
      { kind: 'tool-call', id: 'call_2', name: 'mcp__files__read', form: 'function', input: '{"path":"a"}' },
      { kind: 'tool-call', id: 'call_3', name: 'apply_patch', form: 'custom', input: '*** Begin Patch\n*** End Patch' },
    ],
  });
  assert.deepEqual(plain(results), {
    role: 'tool',
    results: [
      { id: 'call_1', form: 'function', parts: [{ kind: 'text', text: 'a.txt\nb.txt' }], isError: false },
      {
        id: 'call_2',
        form: 'function',
        parts: [
          { kind: 'text', text: 'text of a' },
          {
            kind: 'media',
            medium: 'image',
            source: { kind: 'inline', data: 'AAAA' },
            mediaType: 'image/png',
          },
        ],
        isError: false,
      },
      { id: 'call_3', form: 'custom', parts: [{ kind: 'text', text: 'Done!' }], isError: false },
    ],
  });
  assert.deepEqual(
    request.tools.map((tool) => (tool.kind === 'hosted' ? 'hosted' : tool.name.revealText('translate'))),
    ['exec_command', 'apply_patch', 'mcp__files__read', 'mcp__files__write', 'hosted', 'hosted'],
  );
  assert.deepEqual(request.reasoning, { effort: 'medium', budget: undefined, isShown: true, summary: 'auto' });
  assert.equal(request.verbosity, 'low');
  assert.equal(request.parallelToolCalls, true);
});

test('the words about a namespace stay with its first tool', () => {
  const request = openaiResponses.decodeRequest(fixture('codex-request.json'), address);
  const descriptions = request.tools.map((tool) =>
    tool.kind === 'hosted' ? '' : tool.description?.revealText('translate'),
  );
  assert.deepEqual(descriptions.slice(2, 4), ['Files of the project.\n\nReads.', 'Writes.']);
});

test('an unsaid strict is true where the schema can be strict, as this API reads it', () => {
  const strictOf = (parameters: unknown, strict?: boolean | null) => {
    const [tool] = decode({ tools: [{ type: 'function', name: 'f', parameters, strict }] }).tools;
    return tool?.kind === 'function' ? [tool.strict, plain(tool.parameters)] : [];
  };
  const a = { type: 'string' };

  assert.deepEqual(strictOf({ type: 'object', properties: { a }, required: ['a'] }), [
    true,
    { type: 'object', properties: { a }, required: ['a'], additionalProperties: false },
  ]);
  assert.deepEqual(strictOf({ type: 'object', properties: { a } }), [false, { type: 'object', properties: { a } }]);
  assert.deepEqual(strictOf({ type: 'object', properties: { a } }, true)[0], true);
  assert.deepEqual(strictOf({ type: 'object', properties: {} }, false)[0], false);
  assert.equal(strictOf(null)[0], true);
  const deep = { type: 'array', items: { type: 'object', properties: { a }, additionalProperties: true } };
  assert.equal(strictOf({ type: 'object', properties: { deep }, required: ['deep'] })[0], false);
});

test('choices of tools are read, a hosted one is a loss', () => {
  const choice = (tool_choice: unknown) => plain(decode({ tool_choice }).toolChoice);

  assert.deepEqual(choice('required'), { kind: 'required' });
  assert.deepEqual(choice({ type: 'function', name: 'f' }), { kind: 'tool', name: 'f' });
  assert.deepEqual(choice({ type: 'function', name: 'f', namespace: 'n' }), { kind: 'tool', name: 'n__f' });
  assert.deepEqual(choice({ type: 'custom', name: 'c' }), { kind: 'tool', name: 'c' });
  assert.deepEqual(
    choice({
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
    }),
    { kind: 'allowed', mode: 'required', names: ['f'] },
  );
  assert.deepEqual(decode({ tool_choice: { type: 'web_search' } }).dropped, ['hosted_tool']);
});

test('each field has its place, what only this API says is kept for it', () => {
  const request = decode({
    temperature: 0.5,
    top_p: 0.9,
    max_output_tokens: 77,
    metadata: { a: 'b' },
    safety_identifier: 'ann',
    user: 'older',
    service_tier: 'flex',
    top_logprobs: 3,
    include: ['message.output_text.logprobs', 'reasoning.encrypted_content', 'web_search_call.results'],
    truncation: 'auto',
    max_tool_calls: 4,
    reasoning: { effort: 'xhigh', context: 'all_turns' },
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
  });

  assert.deepEqual(request.sampling, { temperature: 0.5, topP: 0.9 });
  assert.equal(request.outputTokensMax, 77);
  assert.equal(plain(request.user), 'ann');
  assert.equal(request.serviceTier, 'flex');
  assert.deepEqual(request.logprobs, { top: 3 });
  assert.deepEqual(plain(request.outputFormat), {
    kind: 'schema',
    name: 'n',
    schema: { type: 'object' },
    strict: true,
  });
  assert.deepEqual(
    request.foreign.map(({ field, loss, value }) => [field, loss, plain(value)]),
    [
      ['reasoning.context', 'reasoning', 'all_turns'],
      ['truncation', 'truncation', 'auto'],
      ['max_tool_calls', 'max_tool_calls', 4],
      ['include', 'include', ['web_search_call.results']],
    ],
  );
  assert.deepEqual(request.dropped, []);
});

test('a value that says nothing is no loss, one that nobody knows is', () => {
  const quiet = decode({
    truncation: 'disabled',
    store: false,
    background: false,
    tool_choice: 'auto',
    text: { format: { type: 'text' } },
    stream_options: { include_obfuscation: false },
    client_metadata: { 'x-codex-turn': '1' },
    reasoning: { effort: null, summary: 'none' },
    moderation: null,
    of_our_own: null,
  });
  assert.deepEqual([quiet.dropped, quiet.foreign], [[], []]);

  const loud = decode({ store: true, of_our_own: 1, service_tier: 'ultrafast', reasoning: { effort: 'huge' } });
  assert.deepEqual([...loud.dropped].sort(), ['reasoning_effort', 'service_tier', 'store', 'unknown_field']);
});

test('media and files have their places', () => {
  const parts = (content: unknown) => {
    const [message] = decode({ input: [{ role: 'user', content }] }).messages;
    return message?.role === 'user' ? plain(message.parts) : undefined;
  };

  assert.deepEqual(
    parts([
      { type: 'input_image', image_url: 'https://example.org/a.png', detail: 'high' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      { type: 'input_file', file_id: 'file_1' },
      { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
    ]),
    [
      { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'high' },
      {
        kind: 'media',
        medium: 'document',
        source: { kind: 'inline', data: 'AAAA' },
        mediaType: 'application/pdf',
        name: 'a.pdf',
      },
      { kind: 'media', medium: 'document', source: { kind: 'file', id: 'file_1', family: 'openai' } },
      { kind: 'media', medium: 'audio', source: { kind: 'inline', data: 'BBBB' }, mediaType: 'audio/mpeg' },
    ],
  );
  assert.deepEqual(decode({ input: [{ role: 'user', content: [{ type: 'some_day' }] }] }).dropped, ['unknown_part']);
});

test('what only this family reads stays whole', () => {
  const item = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const output = { type: 'shell_call_output', call_id: 'c', output: [] };
  const { messages } = decode({ input: [item, output] });

  assert.deepEqual(plain(messages), [
    { role: 'assistant', parts: [{ kind: 'foreign', family: 'openai', item }] },
    { role: 'user', parts: [{ kind: 'foreign', family: 'openai', item: output }] },
  ]);
});

test('a signature that has no place here is returned to the call or the text that it proves', () => {
  const sealed = (text: string) =>
    sealState({ family: 'google', kind: 'signature', value: Content.ofText(text) }, 'openai');
  const loose = (text: string) => ({ type: 'reasoning', summary: [], encrypted_content: sealed(text) });
  const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
  const { messages } = decode({
    input: [
      { role: 'assistant', content: 'text' },
      loose('of-text'),
      loose('of-call'),
      call,
      { ...call, call_id: 'c2' },
    ],
  });

  const state = (value: string) => ({ family: 'google', kind: 'signature', value });
  const part = { kind: 'tool-call', id: 'c1', name: 'f', form: 'function', input: '{}' };
  assert.deepEqual(plain(messages), [
    {
      role: 'assistant',
      parts: [
        { kind: 'text', text: 'text', state: state('of-text') },
        { ...part, state: state('of-call') },
        { ...part, id: 'c2' },
      ],
    },
  ]);
});
