// What a caller of Messages gets, whoever answered: whole messages, and streams that keep the dialect's grammar.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { sealState } from '#core/protocol/sealed-state.ts';
import {
  at,
  decodeAbout,
  decodeStream,
  fixture,
  generation,
  replyAbout,
  splitEvents,
  textPart,
} from './messages-under-test.ts';
import { neutralStreams } from './neutral-streams.ts';
import { readMessages } from './read-messages.ts';

const text = Content.ofText;
const choice = 0;

function encodeStream(events: readonly GenerationEvent[]): string {
  const encoder = anthropicMessages.openEncoder(replyAbout);
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

function callStart(call: number, state?: OpaqueState): GenerationEvent {
  const id = text(`call_${call}`);
  return { kind: 'tool-call-start', choice, call, id, name: text(`tool_${call}`), form: 'function', state };
}

function callDelta(call: number, input: string): GenerationEvent {
  return { kind: 'tool-call-delta', choice, call, input: text(input) };
}

test('any stream keeps the grammar, and loses no text, no argument and no order of its calls', () => {
  const property = fc.property(neutralStreams, (events) => {
    const { blocks } = readMessages(encodeStream(events));

    const said = events.flatMap((event) =>
      event.kind === 'text-delta' || event.kind === 'refusal-delta' ? [event.text.revealText('translate')] : [],
    );
    const thought = events.flatMap((event) =>
      event.kind === 'reasoning-delta' ? [event.text.revealText('translate')] : [],
    );
    const ofType = (type: string) => blocks.filter(({ start }) => at(start, 'type') === type);
    const shownText = ofType('text').filter(({ text: words }) => !words.startsWith('![image]'));
    assert.equal(shownText.map((block) => block.text).join(''), said.join(''));
    assert.equal(
      ofType('thinking')
        .map((block) => block.text)
        .join(''),
      thought.join(''),
    );
    const calls = events.flatMap((event) => (event.kind === 'tool-call-start' ? [event.call] : []));
    const inputs = calls.map((call) =>
      events
        .map((event) =>
          event.kind === 'tool-call-delta' && event.call === call ? event.input.revealText('translate') : '',
        )
        .join(''),
    );
    assert.deepEqual(
      ofType('tool_use').map(({ json }) => json),
      inputs,
    );
    assert.deepEqual(
      ofType('tool_use').map(({ start }) => at(start, 'id')),
      calls.map((call) => `call_${call}`),
    );
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('every thinking block is signed, and every state of the stream stands in one block', () => {
  const property = fc.property(neutralStreams, (events) => {
    const { blocks } = readMessages(encodeStream(events));

    const signatures = blocks.flatMap(({ start, signature }) => {
      if (at(start, 'type') === 'redacted_thinking') return [String(at(start, 'data'))];
      return at(start, 'type') === 'thinking' ? [signature || String(at(start, 'signature'))] : [];
    });
    assert.equal(signatures.includes(''), false);
    const states = events.flatMap((event) => {
      if (event.kind === 'state') return [event.state];
      return event.kind === 'tool-call-start' && event.state ? [event.state] : [];
    });
    const sealed = states.map((state) => sealState(state, 'anthropic'));
    for (const state of sealed) assert.ok(signatures.includes(state));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('a fault at any place closes what is open and ends with an error', () => {
  const property = fc.property(neutralStreams, fc.nat(30), (events, count) => {
    const encoder = anthropicMessages.openEncoder(replyAbout);
    const before = events.slice(0, Math.min(count, events.length - 1));

    const stream = before.map((event) => encoder.encode(event)).join('') + encoder.fault(new Fault('stream-cut'));

    const types = splitEvents([Buffer.from(stream)]).map(({ name }) => name);
    const starts = types.filter((type) => type === 'content_block_start').length;
    assert.equal(types.filter((type) => type === 'content_block_stop').length, starts);
    assert.deepEqual([types.indexOf('error'), types.includes('message_stop')], [types.length - 1, false]);
    assert.deepEqual([encoder.end(), encoder.encode({ kind: 'end' })], ['', '']);
  });
  fc.assert(property, { numRuns: 500 });
});

test('parallel calls that come interleaved go out one after the other, the first of them at once', () => {
  const encoder = anthropicMessages.openEncoder(replyAbout);
  const early = [callStart(0), callDelta(0, '{"a":'), callStart(1), callDelta(1, '{}'), callDelta(0, '1}')];

  const live = early.map((event) => encoder.encode(event)).join('');
  const rest = encoder.encode({ kind: 'finish', choice, reason: 'tool-calls' }) + encoder.end();

  assert.match(live, /"partial_json":"1}"/);
  assert.equal(live.includes('tool_1'), false);
  const { blocks, end } = readMessages(live + rest);
  assert.deepEqual(
    blocks.map(({ json }) => json),
    ['{"a":1}', '{}'],
  );
  assert.equal(at(end, 'delta', 'stop_reason'), 'tool_use');
});

test('the first event goes out at once, and the last but one tells all usage', () => {
  const usage = { input: 10, cachedInput: 3, cacheWrite5m: 2, cacheWrite1h: 4, output: 50, reasoning: 20 };

  const { message, end } = readMessages(
    encodeStream([
      { kind: 'start', model: text('up/model') },
      { kind: 'text-delta', choice, text: text('x') },
      { kind: 'finish', choice, reason: 'stop-sequence', stopSequence: text('END') },
      { kind: 'usage', usage },
    ]),
  );

  const { usage: first, ...rest } = message as Readonly<Record<string, unknown>>;
  assert.deepEqual(rest, {
    id: 'msg_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    type: 'message',
    role: 'assistant',
    model: 'up/model',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
  });
  assert.deepEqual([at(first, 'input_tokens'), at(first, 'output_tokens')], [0, 0]);
  assert.deepEqual(at(end, 'delta'), {
    stop_reason: 'stop_sequence',
    stop_sequence: 'END',
    stop_details: null,
    container: null,
  });
  assert.deepEqual(at(end, 'usage'), {
    input_tokens: 10,
    cache_creation_input_tokens: 6,
    cache_read_input_tokens: 3,
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 20 },
    server_tool_use: null,
  });
});

test('a stream of the same dialect comes out as it went in', () => {
  const { blocks, end } = readMessages(encodeStream(decodeStream(fixture('thinking-then-two-calls.sse'))));

  assert.deepEqual(
    blocks.map(({ start, text: words, json, signature }) => [at(start, 'type'), words, json, signature]),
    [
      ['thinking', 'Zwei Städte – two calls 🌧', '', 'c2lnbmVk'],
      ['redacted_thinking', '', '', ''],
      ['text', 'Let me look.', '', ''],
      ['tool_use', '', '{"city":"Köln","id":12345678901234567890}', ''],
      ['tool_use', '', '{}', ''],
    ],
  );
  assert.equal(at(blocks[1]?.start, 'data'), 'aGlkZGVu');
  assert.equal(at(end, 'usage', 'input_tokens'), 41);
});

test('a whole message of the same dialect comes out as it went in', () => {
  const body = fixture('thinking-citation-and-call.json');

  const back: unknown = JSON.parse(
    anthropicMessages.encodeReply(anthropicMessages.decodeReply(body, decodeAbout), replyAbout),
  );

  const original: unknown = JSON.parse(body.toString());
  const [thinking, redacted, said, call] = [0, 1, 2, 3].map((index) => at(original, 'content', index));
  assert.deepEqual(at(back, 'content'), [thinking, redacted, said, { ...Object(call), caller: { type: 'direct' } }]);
  for (const name of ['model', 'stop_reason', 'stop_sequence']) assert.deepEqual(at(back, name), at(original, name));
  assert.deepEqual(at(back, 'usage', 'cache_creation'), at(original, 'usage', 'cache_creation'));
});

const ends: readonly (readonly [FinishReason, string])[] = [
  ['stop', 'end_turn'],
  ['stop-sequence', 'stop_sequence'],
  ['length', 'max_tokens'],
  ['tool-calls', 'tool_use'],
  ['filtered', 'refusal'],
  ['paused', 'pause_turn'],
  ['other', 'max_tokens'],
];

for (const [finish, reason] of ends) {
  test(`an answer that ended as "${finish}" ends as "${reason}", whole and streamed`, () => {
    const whole: unknown = JSON.parse(
      anthropicMessages.encodeReply(
        { model: undefined, choices: [{ index: 0, parts: [], finish }], usage: undefined },
        replyAbout,
      ),
    );
    const { end } = readMessages(encodeStream([{ kind: 'finish', choice, reason: finish }]));

    assert.deepEqual([at(whole, 'stop_reason'), at(end, 'delta', 'stop_reason')], [reason, reason]);
    assert.equal(at(whole, 'stop_details', 'type'), reason === 'refusal' ? 'refusal' : undefined);
  });
}

const google = { family: 'google', kind: 'signature', value: text('AbC+/=') } as const;
const openai = { family: 'openai', kind: 'encrypted', value: text('gAAAA==') } as const;

test('state of other families survives a turn through this dialect, whole and streamed, beside what it proves', () => {
  const parts: readonly AssistantPart[] = [
    { kind: 'reasoning', text: text('in short'), isSummary: true, state: openai },
    { kind: 'reasoning', text: text(''), isSummary: true, state: { ...openai, value: text('hidden') } },
    { kind: 'reasoning', text: text('unsigned'), isSummary: false, state: undefined },
    { ...textPart('words'), state: google },
    toolCall('a', google),
    toolCall('b', undefined),
  ];
  const reply = { model: undefined, choices: [{ index: 0, parts, finish: 'tool-calls' as const }], usage: undefined };

  const whole = at(JSON.parse(anthropicMessages.encodeReply(reply, replyAbout)), 'content');
  const body = { model: 'm', messages: [{ role: 'assistant', content: whole }] };
  const [message] = anthropicMessages.decodeRequest(Buffer.from(JSON.stringify(body)), {
    model: undefined,
    stream: undefined,
  }).messages;

  assert.deepEqual(message?.role === 'assistant' ? message.parts.map(told) : [], parts.map(told));
});

function toolCall(id: string, state: OpaqueState | undefined): AssistantPart {
  return { kind: 'tool-call', id: text(id), name: text('t'), form: 'function', input: text('{"a":1}'), state };
}

function told(part: AssistantPart): unknown {
  const state = 'state' in part ? part.state : undefined;
  const words = 'text' in part ? part.text.revealText('translate') : undefined;
  const summary = part.kind === 'reasoning' ? part.isSummary : undefined;
  return [part.kind, words, summary, state && [state.family, state.kind, state.value.revealText('translate')]];
}

test('arguments that are no object are wrapped, none are an empty one, large numbers stay', () => {
  const inputs = ['', 'plain', '[1]', '{"id":12345678901234567890,"f":1.0}'];
  const parts = inputs.map((input) => ({ ...toolCall('a', undefined), input: text(input) }));
  const reply = {
    model: undefined,
    choices: [{ index: 0, parts: parts as readonly AssistantPart[], finish: undefined }],
    usage: undefined,
  };

  const body = anthropicMessages.encodeReply(reply, replyAbout);

  const written = [...body.matchAll(/"input":(\{[^}]*\})/g)].map(([, input]) => input);
  assert.deepEqual(written, ['{}', '{"input":"plain"}', '{"input":"[1]"}', '{"id":12345678901234567890,"f":1.0}']);
});

test('a citation of another family becomes a place on the web', () => {
  const citation = {
    url: text('https://rain.example'),
    title: text('Rain'),
    family: 'openai' as const,
    item: Content.ofJson({}),
  };

  const { blocks } = readMessages(
    encodeStream([
      { kind: 'text-delta', choice, text: text('It rains') },
      { kind: 'citation', choice, citation },
    ]),
  );

  assert.deepEqual([blocks.length, blocks[0]?.text, blocks[0]?.citations], [1, 'It rains', 1]);
});

const statuses: readonly (readonly [Fault, number, string])[] = [
  [new Fault('key-refused'), 401, 'authentication_error'],
  [new Fault('wallet-empty'), 402, 'billing_error'],
  [new Fault('not-allowed'), 403, 'permission_error'],
  [new Fault('model-unknown'), 404, 'not_found_error'],
  [new Fault('method-not-allowed'), 405, 'invalid_request_error'],
  [new Fault('request-malformed', { reason: 'so' }), 400, 'invalid_request_error'],
  [new Fault('body-too-large', { limit: 5 }), 413, 'request_too_large'],
  [new Fault('request-limit-reached'), 429, 'rate_limit_error'],
  [new Fault('internal'), 500, 'api_error'],
  [new Fault('upstream-unavailable'), 502, 'api_error'],
  [new Fault('upstream-overloaded'), 529, 'overloaded_error'],
  [new Fault('draining'), 503, 'api_error'],
  [new Fault('upstream-timeout'), 504, 'timeout_error'],
];

for (const [fault, status, type] of statuses) {
  test(`the fault ${fault.fault} is ${status} ${type}, with our code in its message`, () => {
    const encoded = anthropicMessages.encodeFault(fault, generation);

    const body: unknown = JSON.parse(encoded.body);
    assert.deepEqual(
      [encoded.status, at(body, 'type'), at(body, 'error', 'type'), at(body, 'request_id')],
      [status, 'error', type, generation],
    );
    assert.equal(at(body, 'error', 'message'), `${fault.sentence} (${fault.row.code})`);
  });
}

test('a context that is too long is told in the words that agents wait for, and read from them', () => {
  const upstream =
    '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 5 maximum"}}';
  const code = anthropicMessages.readErrorCode(Buffer.from(upstream));

  const { body } = anthropicMessages.encodeFault(new Fault('upstream-rejected', { status: 400, code }), generation);

  assert.equal(code, 'context_length_exceeded');
  assert.match(String(at(JSON.parse(body), 'error', 'message')), /^prompt is too long: /);
});

test('only a closed-looking word passes as the code of an error', () => {
  const codes = [
    '{"error":{"type":"rate_limit_error"}}',
    '{"error":{"type":"Ada said"}}',
    '{"error":"x"}',
    'x',
    '',
  ].map((body) => anthropicMessages.readErrorCode(Buffer.from(body)));

  assert.deepEqual(codes, ['rate_limit_error', 'unknown', 'unknown', 'unknown', 'unknown']);
});

test('a whole reply is an answer, an error, or nothing that can be read', () => {
  const answer = anthropicMessages.readReply(fixture('thinking-citation-and-call.json'));
  const error = anthropicMessages.readReply(Buffer.from('{"type":"error","error":{"type":"api_error","message":"m"}}'));
  const others = ['', 'x', '[]', '{}', '{"content":1}'].map(
    (body) => anthropicMessages.readReply(Buffer.from(body)).kind,
  );
  const lie = anthropicMessages.readReply(Buffer.from('{"content":[],"usage":{"input_tokens":"9","output_tokens":1}}'));

  const usage = { input: 10, cachedInput: 3, cacheWrite5m: 1, cacheWrite1h: 4, output: 60, reasoning: 0 };
  const outputBytes = Buffer.byteLength('Look it up.c2lnbmVkaGlkZGVuRain – 雨weather{"city":"Köln"}');
  assert.deepEqual(answer, { kind: 'answer', hasContent: true, outputBytes, finish: 'tool-calls', usage });
  assert.deepEqual(error, { kind: 'error', code: 'api_error' });
  assert.deepEqual(new Set(others), new Set(['not-json']));
  assert.equal(lie.kind === 'answer' && lie.usage?.input, Number.NaN);
});
