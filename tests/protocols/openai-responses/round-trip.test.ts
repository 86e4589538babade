import assert from 'node:assert/strict';
import test from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { address, bodyOf, dataOf, fixture, generation, plain } from './fixtures.ts';

const text = (value: string) => Content.ofText(value);
const codex = openaiResponses.decodeRequest(fixture('codex-request.json'), address);
const about = { request: codex, generation, createdAt: 1_700_000_000, wantsUsage: true };

function answer(parts: readonly AssistantPart[]) {
  const choices = [{ index: 0, parts, finish: 'tool-calls' as const }];
  return JSON.parse(openaiResponses.encodeReply({ model: text('up'), choices, usage: undefined }, about));
}

/** As programs do: the output of one turn is input of the next. */
function returned(output: readonly unknown[]): unknown {
  const { messages } = openaiResponses.decodeRequest(bodyOf({ model: 'm', input: output }), address);
  const [message] = messages;
  return message?.role === 'assistant' ? plain(message.parts) : undefined;
}

test('state of every family survives a turn through a caller of this dialect', () => {
  const signature = (family: 'anthropic' | 'google', value: string) =>
    ({ family, kind: 'signature', value: text(value) }) as const;
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: text('thinking\n\nhard'), isSummary: false, state: signature('anthropic', 'sig+/=') },
    {
      kind: 'reasoning',
      text: text(''),
      isSummary: false,
      state: { family: 'anthropic', kind: 'redacted', value: text('blob') },
    },
    { kind: 'text', text: text('Hello.'), state: signature('google', 'of-text') },
    {
      kind: 'tool-call',
      id: text('call_1'),
      name: text('exec_command'),
      form: 'function',
      input: text('{"cmd":"ls"}'),
      state: signature('google', 'of-call'),
    },
    {
      kind: 'reasoning',
      text: text('own'),
      isSummary: true,
      state: { family: 'openai', kind: 'encrypted', value: text('gAAAA') },
    },
  ];

  assert.deepEqual(returned(answer(parts).output), plain(parts));
});

test('a program that keeps only summaries and state of reasoning loses no signature', () => {
  const parts: readonly AssistantPart[] = [
    {
      kind: 'reasoning',
      text: text('thinking'),
      isSummary: false,
      state: { family: 'anthropic', kind: 'signature', value: text('sig') },
    },
  ];
  const [item] = answer(parts).output;
  const { summary, encrypted_content } = item;
  assert.deepEqual(returned([{ type: 'reasoning', summary, encrypted_content }]), plain(parts));
});

const functionCall = (name: string, input: string): AssistantPart => ({
  kind: 'tool-call',
  id: text('call_9'),
  name: text(name),
  form: 'function',
  input: text(input),
});

test('a tool of a namespace is called by its two names', () => {
  const [item] = answer([functionCall('mcp__files__read', '{"path":"a"}')]).output;

  assert.equal(item.name, 'read');
  assert.equal(item.namespace, 'mcp__files');
  assert.equal(item.arguments, '{"path":"a"}');
});

test('a free-text tool that its upstream knew as a function is called with free text', () => {
  const wrapped = functionCall('apply_patch', JSON.stringify({ input: '*** Begin\n"x"' }));
  const [item] = answer([wrapped]).output;
  assert.deepEqual([item.type, item.name, item.input], ['custom_tool_call', 'apply_patch', '*** Begin\n"x"']);

  const [plainText] = answer([functionCall('apply_patch', '*** no JSON')]).output;
  assert.equal(plainText.input, '*** no JSON');
});

test('free text is told in one piece when it is unwrapped', () => {
  const encoder = openaiResponses.openEncoder(about);
  const choice = 0;
  const written = [
    encoder.encode({
      kind: 'tool-call-start',
      choice,
      call: 0,
      id: text('call_9'),
      name: text('apply_patch'),
      form: 'function',
      state: undefined,
    }),
    encoder.encode({ kind: 'tool-call-delta', choice, call: 0, input: text('{"inp') }),
    encoder.encode({ kind: 'tool-call-delta', choice, call: 0, input: text('ut":"a\\nb"}') }),
    encoder.encode({ kind: 'tool-call-end', choice, call: 0 }),
  ].join('');

  const told = dataOf(written).filter(({ type }) => type.startsWith('response.custom_tool_call_input'));
  assert.deepEqual(
    told.map(({ type, delta, input }) => [type, delta ?? input]),
    [
      ['response.custom_tool_call_input.delta', 'a\nb'],
      ['response.custom_tool_call_input.done', 'a\nb'],
    ],
  );
});

test('a response repeats what was asked', () => {
  const response = answer([{ kind: 'text', text: text('Hello.') }]);

  assert.equal(response.id, 'resp_01jd2z8h5k0123456789abcdef');
  assert.equal(response.object, 'response');
  assert.equal(response.model, 'up');
  assert.equal(response.status, 'completed');
  assert.equal(response.output_text, 'Hello.');
  assert.equal(response.instructions, 'You are a coding agent.\nBe exact.');
  assert.equal(response.output[0].id, 'msg_01jd2z8h5k0123456789abcdef_0');
  assert.deepEqual(
    response.tools.map(({ type }: { type: string }) => type),
    ['function', 'custom', 'namespace', 'web_search', 'image_generation'],
  );
  assert.deepEqual(response.reasoning, { effort: 'medium', summary: 'auto' });
  assert.equal(response.store, false);
});
