import assert from 'node:assert/strict';
import test from 'node:test';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationRequest, Message } from '#core/generation/request.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { address, askFor, bodyOf, fixture, plain } from './fixtures.ts';

const text = (value: string) => Content.ofText(value);
const plainRequest = openaiResponses.decodeRequest(bodyOf({ model: 'm', input: 'x' }), address);

function encode(given: Partial<GenerationRequest>, ask = askFor()) {
  const { body, dropped, toolNames } = openaiResponses.encodeRequest({ ...plainRequest, ...given }, ask);
  return { body: JSON.parse(body), dropped: [...dropped].sort(), toolNames };
}

const itemsOf = (messages: readonly Message[]) => encode({ messages }).body.input;
const call = (id: string, input = '{}'): AssistantPart => ({
  kind: 'tool-call',
  id: text(id),
  name: text('f'),
  form: 'function',
  input: text(input),
});
const result = (id: string) => ({
  id: text(id),
  form: 'function' as const,
  parts: [{ kind: 'text' as const, text: text('r') }],
  isError: false,
});

test('a plain request names its limit and stores nothing', () => {
  assert.deepEqual(encode({}).body, {
    model: 'up-model',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'x' }] }],
    stream: false,
    store: false,
    max_output_tokens: 1000,
  });
  // The API takes no lower one.
  assert.equal(encode({ outputTokensMax: 5 }).body.max_output_tokens, 16);
  assert.equal(encode({ outputTokensMax: 50 }).body.max_output_tokens, 50);
  assert.equal(encode({ outputTokensMax: 5000 }).body.max_output_tokens, 1000);
});

test('a request of Codex says the same after there and back', () => {
  const request = openaiResponses.decodeRequest(fixture('codex-request.json'), address);
  const { body, dropped } = openaiResponses.encodeRequest(request, askFor({ model: request.model }));
  const again = openaiResponses.decodeRequest(Buffer.from(body), address);

  assert.deepEqual(dropped, []);
  assert.deepEqual(plain(again.messages), withDetail(plain(request.messages)));
  assert.deepEqual(plain(again.reasoning), plain(request.reasoning));
  assert.deepEqual(JSON.parse(body).include, ['reasoning.encrypted_content']);
  assert.deepEqual(JSON.parse(body).tools[2].name, 'mcp__files__read');
});

test('reasoning goes back sealed and without an id, that of others stays away', () => {
  const reasoning = (family: 'openai' | 'anthropic'): AssistantPart => ({
    kind: 'reasoning',
    text: text('thought'),
    isSummary: true,
    state: { family, kind: 'encrypted', value: text('sealed') },
  });
  const { body, dropped } = encode({
    messages: [{ role: 'assistant', parts: [reasoning('openai'), reasoning('anthropic'), call('a')] }],
  });

  assert.deepEqual(body.input.slice(0, -1), [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'thought' }], encrypted_content: 'sealed' },
    { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
  ]);
  assert.deepEqual(body.include, ['reasoning.encrypted_content']);
  assert.deepEqual(dropped, ['reasoning', 'reasoning_state']);
});

test('each call has its result, and each result its call', () => {
  const items = itemsOf([
    { role: 'assistant', parts: [call('a', ''), call('b')] },
    { role: 'user', parts: [{ kind: 'text', text: text('between') }] },
    { role: 'tool', results: [result('a'), result('orphan')] },
  ]);

  assert.deepEqual(
    items.map(({ type, call_id, output, role }: Record<string, unknown>) => [type, call_id ?? role, output]),
    [
      ['function_call', 'a', undefined],
      ['function_call', 'b', undefined],
      ['function_call_output', 'b', 'no result was given'],
      ['message', 'user', undefined],
      ['function_call_output', 'a', 'r'],
      ['message', 'user', undefined],
    ],
  );
  assert.equal(items[0].arguments, '{}', 'no arguments are an empty object');
});

test('ids and names that this API refuses are changed alike everywhere', () => {
  const long = 'toolu_'.repeat(20);
  const name = text('mcp.files/read:all');
  const { body, toolNames } = encode({
    messages: [
      { role: 'assistant', parts: [{ ...call(long), name } as AssistantPart] },
      { role: 'tool', results: [result(long)] },
    ],
    tools: [{ kind: 'function', name, description: undefined, parameters: undefined, strict: undefined }],
    toolChoice: { kind: 'tool', name },
  });

  const [made, answer] = body.input;
  assert.ok(made.call_id.length <= 64);
  assert.equal(answer.call_id, made.call_id);
  assert.match(made.name, /^[a-zA-Z0-9_-]{1,64}$/);
  assert.equal(body.tools[0].name, made.name);
  assert.equal(body.tool_choice.name, made.name);
  assert.equal(toolNames.get(made.name), 'mcp.files/read:all');
});

test('strict is always said, since unsaid it would be true', () => {
  const tool = { kind: 'function', name: text('f'), description: undefined, parameters: undefined } as const;
  assert.equal(encode({ tools: [{ ...tool, strict: undefined }] }).body.tools[0].strict, false);
  assert.equal(encode({ tools: [{ ...tool, strict: true }] }).body.tools[0].strict, true);
});

test('an end user leaves as a pseudonym, by the name that the provider knows', () => {
  assert.equal(encode({ user: text('ann') }).body.safety_identifier, 'pseudonym-of-3');
  assert.equal(encode({ user: text('ann') }, askFor({ provider: 'other' })).body.user, 'pseudonym-of-3');
});

test('a budget of thinking becomes a word', () => {
  const effort = (budget: number | 'dynamic') =>
    encode({ reasoning: { effort: undefined, budget, isShown: true, summary: undefined } }).body.reasoning;

  assert.deepEqual(effort(0), { effort: 'none' });
  assert.deepEqual(effort(500), { effort: 'medium', summary: 'auto' });
  assert.deepEqual(effort('dynamic'), { effort: 'medium', summary: 'auto' });
});

test('whoever is to see the reasoning gets a summary of it, and its sealed form comes along', () => {
  const reasoning = { effort: undefined, budget: undefined, isShown: true, summary: undefined };
  const { body } = encode({ reasoning });

  assert.deepEqual(body.reasoning, { summary: 'auto' });
  assert.deepEqual(body.include, ['reasoning.encrypted_content']);
  const { body: unseen } = encode({ reasoning: { ...reasoning, effort: 'low', isShown: undefined } });
  assert.deepEqual(unseen.reasoning, { effort: 'low' });
});

test('audio has no place here, and something stands for a message that held nothing else', () => {
  const source = { kind: 'inline', data: text('UklGRg==') } as const;
  const audio = { kind: 'media', medium: 'audio', source, mediaType: 'audio/wav' } as const;
  const heard = encode({ messages: [{ role: 'user', parts: [{ kind: 'text', text: text('Hear:') }, audio] }] });
  const alone = encode({ messages: [{ role: 'user', parts: [audio] }] });

  const said = (words: string) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] }];
  assert.deepEqual(heard.body.input, said('Hear:'));
  assert.deepEqual(alone.body.input, said('(no message)'));
  assert.deepEqual([heard.dropped, alone.dropped], [['input_audio'], ['input_audio']]);
});

test('what has no field here is named, what says nothing is not', () => {
  const { dropped } = encode({
    choices: 2,
    stop: [text('END')],
    cache: { ttl: undefined },
    sampling: {
      topK: 4,
      minP: 0,
      seed: 1,
      frequencyPenalty: 0,
      presencePenalty: 1,
      logitBias: Content.ofJson({ 1: 2 }),
    },
    tools: [{ kind: 'hosted', family: 'anthropic', definition: Content.ofJson({ type: 'web_search_20250305' }) }],
    outputMedia: ['text', 'audio'],
    foreign: [{ family: 'google', loss: 'safety_settings', field: 'safetySettings', value: Content.ofJson([]) }],
  });
  assert.deepEqual(dropped, [
    'audio_output',
    'cache_control',
    'hosted_tool',
    'logit_bias',
    'n',
    'presence_penalty',
    'safety_settings',
    'seed',
    'stop',
    'top_k',
  ]);
});

test('what only this API can say goes back to where it stood', () => {
  const fields = {
    truncation: 'auto',
    max_tool_calls: 4,
    include: ['web_search_call.results'],
    reasoning: { effort: 'low', context: 'all_turns' },
  };
  const request = openaiResponses.decodeRequest(bodyOf({ model: 'm', input: 'x', ...fields }), address);
  const { body, dropped } = encode(request);

  assert.equal(body.truncation, 'auto');
  assert.equal(body.max_tool_calls, 4);
  assert.deepEqual(body.include, ['web_search_call.results', 'reasoning.encrypted_content']);
  assert.deepEqual(body.reasoning, { effort: 'low', context: 'all_turns' });
  assert.deepEqual(dropped, []);
});

test('reasoning that leads to no answer is left out and named: the API refuses it', () => {
  const state = { family: 'openai', kind: 'encrypted', value: text('sealed') } as const;
  const thought: AssistantPart = { kind: 'reasoning', text: text('Hm.'), isSummary: true, state };
  const typesOf = (parts: readonly AssistantPart[], last = 'Go on.') => {
    const messages: Message[] = [
      { role: 'user', parts: [{ kind: 'text', text: text('x') }] },
      { role: 'assistant', parts },
      { role: 'user', parts: [{ kind: 'text', text: text(last) }] },
    ];
    const { body, dropped } = encode({ messages });
    return { types: body.input.map(({ type }: { type: string }) => type), dropped };
  };

  assert.deepEqual(typesOf([thought, thought]), {
    types: ['message', 'message'],
    dropped: ['reasoning', 'reasoning_state'],
  });
  assert.deepEqual(typesOf([thought, thought, { kind: 'text', text: text('Yes.') }]), {
    types: ['message', 'reasoning', 'reasoning', 'message', 'message'],
    dropped: [],
  });
  assert.deepEqual(typesOf([thought, call('call_1')]).types, [
    'message',
    'reasoning',
    'function_call',
    'function_call_output',
    'message',
  ]);
});

test('a stored file of another upstream is refused', () => {
  const source = { kind: 'file', id: text('files/1'), family: 'google' } as const;
  assert.throws(
    () => itemsOf([{ role: 'user', parts: [{ kind: 'media', medium: 'image', source, mediaType: undefined }] }]),
    (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
  );
});

/** A detail that was not said is said as what it is anyway. */
function withDetail(messages: unknown): unknown {
  const text = JSON.stringify(messages);
  return JSON.parse(text.replaceAll('"mediaType":"image/png"', '"mediaType":"image/png","detail":"auto"'));
}
