// What an Anthropic upstream is asked, whoever asked: turns that it takes, ids and names that it takes.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationRequest, Message } from '#core/generation/request.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { address, askOf, at, bareRequest, encode, fixture, textPart } from './messages-under-test.ts';
import {
  answer,
  anthropicState,
  assistant,
  block,
  call,
  googleState,
  result,
  text,
  unanswered,
  unsaid,
  user,
} from './neutral-requests.ts';

function turnsOf(messages: readonly Message[], request: Partial<GenerationRequest> = {}) {
  const { sent, dropped } = encode({ ...request, messages });
  return { turns: at(sent, 'messages'), dropped };
}

test('a request of the same dialect goes up with its texts, names, arguments, ids, signatures and cache marks', () => {
  const body = fixture('every-kind-of-block.request.json');
  const request = anthropicMessages.decodeRequest(body, address);

  const encoded = anthropicMessages.encodeRequest(request, askOf('claude-sonnet-4-0', 900));

  const sent: unknown = JSON.parse(encoded.body);
  const original: unknown = JSON.parse(body.toString());
  for (const name of [
    'system',
    'messages',
    'tools',
    'tool_choice',
    'stop_sequences',
    'service_tier',
    'stream',
    'max_tokens',
  ]) {
    assert.deepEqual(at(sent, name), at(original, name), name);
  }
  assert.match(encoded.body, /"id":12345678901234567890/);
  assert.deepEqual([at(sent, 'metadata', 'user_id'), at(sent, 'model')], ['pseudonym-of-3', 'claude-sonnet-4-0']);
  assert.deepEqual([request.dropped, encoded.dropped, encoded.toolNames.size], [[], [], 0]);
});

test('the same request always gives the same bytes', () => {
  const request = anthropicMessages.decodeRequest(fixture('every-kind-of-block.request.json'), address);

  const first = anthropicMessages.encodeRequest(request, askOf('m'));

  assert.equal(anthropicMessages.encodeRequest(request, askOf('m')).body, first.body);
});

test('what only Anthropic knows is kept for Anthropic, and what nobody knows is reported', () => {
  const body = `{"model":"m","container":"c","speed":"fast","zeta":1,"metadata":{"user_id":"u","x":1},
    "tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"a","input_schema":{},"defer_loading":true}],
    "messages":[{"role":"user","content":[{"type":"container_upload","file_id":"f"}]}]}`;
  const request = anthropicMessages.decodeRequest(Buffer.from(body), address);

  const { sent, dropped } = encode(request);

  assert.deepEqual([at(sent, 'container'), at(sent, 'speed')], ['c', 'fast']);
  assert.deepEqual(at(sent, 'messages', 0, 'content', 0), { type: 'container_upload', file_id: 'f' });
  assert.deepEqual(at(sent, 'tools', 0), { type: 'web_search_20250305', name: 'web_search' });
  assert.deepEqual([[...request.dropped].sort(), dropped], [['metadata', 'unknown_field'], []]);
});

test('leading system messages are system blocks, later ones reminders in their place', () => {
  const { sent } = encode({
    messages: [
      { role: 'system', parts: [{ ...textPart('one'), cache: { ttl: '1h' } }, textPart('two')] },
      { role: 'developer', parts: [textPart('three')] },
      user('hi'),
      { role: 'system', parts: [textPart('late')] },
    ],
  });

  assert.deepEqual(at(sent, 'system'), [
    { ...block('one'), cache_control: { type: 'ephemeral', ttl: '1h' } },
    block('two'),
    block('three'),
  ]);
  assert.deepEqual(at(sent, 'messages'), [
    { role: 'user', content: [block('hi'), block('<system-reminder>\nlate\n</system-reminder>')] },
  ]);
});

test('results come first in one user turn, a missing one is said to be missing, a stray one becomes text', () => {
  const { turns, dropped } = turnsOf([
    user('q'),
    assistant(call('a'), call('b')),
    user('and'),
    { role: 'tool', results: [result('b', 'two', true), result('z', 'stray')] },
    assistant(call('c')),
  ]);

  assert.deepEqual(turns, [
    { role: 'user', content: [block('q')] },
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'a', name: 't', input: {} },
        { type: 'tool_use', id: 'b', name: 't', input: {} },
      ],
    },
    {
      role: 'user',
      content: [{ ...answer('b', 'two'), is_error: true }, unanswered('a'), block('stray'), block('and')],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 't', input: {} }] },
    { role: 'user', content: [unanswered('c')] },
  ]);
  assert.deepEqual(dropped, ['unknown_part']);
});

test('the user begins, and texts without a word in them are left out', () => {
  const { turns } = turnsOf([assistant(textPart('a'), textPart(' ')), user(''), assistant(textPart('b')), user('q')]);

  assert.deepEqual(turns, [
    { role: 'user', content: [block('(no message)')] },
    { role: 'assistant', content: [block('a'), block('b')] },
    { role: 'user', content: [block('q')] },
  ]);
});

test('the beginning of an answer loses its trailing white space, or goes where the model takes none', () => {
  const messages = [user('q'), assistant(textPart('Once upon \n'))];

  const older = encode({ messages });
  const newer = encode({ messages }, askOf('claude-opus-4-6'));
  const thinking = encode({ messages, reasoning: { ...unsaid, effort: 'low' } }, askOf('claude-sonnet-4-5', 8_000));

  assert.deepEqual(at(older.sent, 'messages', 1, 'content'), [block('Once upon')]);
  assert.deepEqual([at(newer.sent, 'messages', 'length'), newer.dropped], [1, ['assistant_prefill']]);
  assert.deepEqual(thinking.dropped, ['assistant_prefill']);
});

test('reasoning goes back with the signature of its own family, and not at all without it', () => {
  const thought = { kind: 'reasoning' as const, text: text('hm'), isSummary: false };
  const parts: readonly AssistantPart[] = [
    { ...thought, state: anthropicState },
    { ...thought, state: { ...anthropicState, kind: 'redacted' } },
    { ...thought, state: googleState },
    { ...thought, state: undefined },
    { ...textPart('so'), state: googleState },
  ];

  const { turns, dropped } = turnsOf([user('q'), assistant(...parts), user('r')]);

  assert.deepEqual(at(turns, 1, 'content'), [
    { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'c2ln' },
    block('so'),
  ]);
  assert.deepEqual(dropped, ['reasoning_state', 'reasoning']);
});

test('any conversation becomes turns that alternate, with every call answered once and at once', () => {
  const ids = fc.constantFrom('a', 'b', 'c');
  const message: fc.Arbitrary<Message> = fc.oneof(
    fc.array(fc.constantFrom('', ' ', 'x'), { maxLength: 2 }).map((words) => user(...words)),
    fc.uniqueArray(ids, { maxLength: 3 }).map((calls) => assistant(textPart('t'), ...calls.map((id) => call(id)))),
    fc
      .array(ids, { maxLength: 3 })
      .map((results): Message => ({ role: 'tool', results: results.map((id) => result(id, 'r')) })),
    fc.constant<Message>({ role: 'system', parts: [textPart('s')] }),
  );
  const property = fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
    const turns = at(encode({ messages }).sent, 'messages');

    assert.ok(Array.isArray(turns) && turns.length > 0);
    let open: readonly unknown[] = [];
    for (const [index, turn] of turns.entries()) {
      assert.equal(turn.role, index % 2 ? 'assistant' : 'user');
      const blocks: readonly { type: string; id?: string; tool_use_id?: string }[] = turn.content;
      assert.ok(blocks.length > 0);
      const results = blocks.filter(({ type }) => type === 'tool_result').map(({ tool_use_id }) => tool_use_id);
      assert.deepEqual([...results].sort(), [...open].sort());
      assert.ok(blocks.slice(0, results.length).every(({ type }) => type === 'tool_result'));
      open = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
    }
    assert.deepEqual(open, []);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('a body that nobody can read as turns is refused with a sentence', () => {
  const contents = [
    '7',
    '{"role":"bot"}',
    '{"role":"user","content":7}',
    '{"role":"user","content":["x"]}',
    '{"role":"assistant","content":[{"type":"tool_use"}]}',
    '{"role":"user","content":[{"type":"tool_result"}]}',
  ];

  for (const content of contents) {
    const body = Buffer.from(`{"model":"m","messages":[${content}]}`);
    assert.throws(
      () => anthropicMessages.decodeRequest(body, address),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
      content,
    );
  }
});

test('the limit is always said', () => {
  assert.equal(at(encode({}, askOf('m', 77)).sent, 'max_tokens'), 77);
  assert.equal(bareRequest.outputTokensMax, undefined);
});

test('an id that every turn uses anew stands once, and its results follow it', () => {
  const { turns } = turnsOf([
    user('q'),
    assistant(call('0'), call('0')),
    { role: 'tool', results: [result('0', 'first'), result('0', 'second')] },
    assistant(call('0')),
    { role: 'tool', results: [result('0', 'third')] },
  ]);

  const sent = [1, 3].flatMap((index) => [0, 1].map((place) => at(turns, index, 'content', place, 'id')));
  assert.deepEqual(sent, ['0', '0_2', '0_3', undefined]);
  assert.deepEqual(at(turns, 2, 'content'), [answer('0', 'first'), answer('0_2', 'second')]);
  assert.deepEqual(at(turns, 4, 'content'), [answer('0_3', 'third')]);
});
