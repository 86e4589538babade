import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { judgeGrammar } from '../../properties/event-grammar.ts';
import { type FoldedChoice, foldEvents } from '../../properties/fold-events.ts';
import { plain } from './plain.ts';

const about = { generation: 'gen-0123456789abcdefghijklmnop', toolNames: new Map([['second', 'the/second']]) };

function read(fixture: string): readonly GenerationEvent[] {
  const bytes = readFileSync(new URL(`../../fixtures/openai-chat/${fixture}`, import.meta.url));
  const decoder = openaiChat.openDecoder(about);
  const events = new SseSplitter().push(bytes).events.flatMap((event) => decoder.decode(event));
  judgeGrammar(events);
  return events;
}

const empty: FoldedChoice = {
  text: '',
  refusal: '',
  reasoning: '',
  calls: [],
  states: [],
  urls: [],
  images: [],
  audio: '',
  tokens: [],
  finish: 'stop',
};

test('thinking in parts and a call in one piece are both there', () => {
  const { choices, usage } = foldEvents(read('replies/thinking-parts-then-whole-call.sse'));

  const call = { id: 'Ab3dE6gH9', name: 'get_weather', form: 'function', input: '{"city":"Oslo"}', state: undefined };
  assert.deepEqual(choices[0], {
    ...empty,
    reasoning: 'Which city?',
    text: 'One moment.',
    calls: [call],
    finish: 'tool-calls',
  });
  assert.equal(usage?.output, 12);
});

test('calls that come mixed and without ids are told apart, get ids, and end the answer for tools', () => {
  const events = read('replies/calls-interleaved-without-ids.sse');

  const call = { form: 'function', state: undefined };
  assert.deepEqual(foldEvents(events).choices[0], {
    ...empty,
    calls: [
      { ...call, id: 'call_0123456789abcdefghijklmnop_0', name: 'first', input: '{"a":1}' },
      { ...call, id: 'call_0123456789abcdefghijklmnop_1', name: 'the/second', input: '{"b"  :2}' },
    ],
    finish: 'tool-calls',
  });
  const finish = events.findIndex(({ kind }) => kind === 'finish');
  assert.equal(
    events.findIndex(({ kind }) => kind === 'tool-call-end'),
    finish - 2,
  );
});

test('several calls under one index, or under none, are several calls', () => {
  const { choices } = foldEvents(read('replies/several-calls-under-one-index.sse'));

  assert.deepEqual(
    choices[0]?.calls.map(({ id, input, state }) => [id, input, state]),
    [
      ['one', '{"at":1}', 'google:c2lnMQ=='],
      ['two', '{"at":2}', undefined],
      ['three', '{"at":3}', undefined],
    ],
  );
});

test('reasoning that is told in two fields counts once, and its proof stands behind it', () => {
  const events = read('replies/reasoning-with-proof.sse');

  const kinds = events.map((event) => ('text' in event ? `${event.kind} ${plain(event.text)}` : event.kind));
  assert.deepEqual(kinds, [
    'start',
    'reasoning-delta Let me',
    'reasoning-delta  see.',
    'state',
    'part-end',
    'state',
    'part-end',
    'text-delta Yes.',
    'finish',
    'usage',
    'end',
  ]);
  const states = events.flatMap((event) => (event.kind === 'state' ? [plain(event.state)] : []));
  assert.deepEqual(states, [
    { family: 'anthropic', kind: 'signature', value: 'c2lnbmVk' },
    { family: 'anthropic', kind: 'redacted', value: 'cmVkYWN0ZWQ=' },
  ]);
  assert.deepEqual(foldEvents(events).usage, {
    input: 5,
    cachedInput: 4,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 8,
    reasoning: 5,
  });
});

test('citations, images, audio, refusals, token probabilities and the older form of a call are read', () => {
  const events = read('replies/all-that-is-not-text.sse');

  assert.deepEqual(foldEvents(events).choices[0], {
    ...empty,
    text: 'See the map here',
    refusal: 'No more.',
    urls: ['https://example.org/map'],
    images: ['UklGRg=='],
    audio: 'T2dn',
    tokens: ['x'],
    calls: [
      { id: 'call_0123456789abcdefghijklmnop_0', name: 'older', form: 'function', input: '{}', state: undefined },
    ],
    finish: 'tool-calls',
  });
});

test('an error in the stream is told as an error, after what came before it', () => {
  assert.deepEqual(
    read('error-after-content.sse').map(({ kind }) => kind),
    ['start', 'text-delta', 'error'],
  );
});

test('two choices are kept apart', () => {
  const { choices } = foldEvents(read('two-choices.sse'));

  assert.deepEqual(
    Object.values(choices)
      .map(({ finish }) => finish)
      .sort(),
    ['length', 'stop'],
  );
});

test('a whole reply says the same as its stream', () => {
  const message = {
    role: 'assistant',
    content: 'Yes.',
    reasoning: 'Let me see.',
    reasoning_details: [
      { type: 'reasoning.text', text: 'Let me see.', signature: 'c2lnbmVk', format: 'anthropic-claude-v1', index: 0 },
    ],
    tool_calls: [{ type: 'function', function: { name: 'second', arguments: { at: 1 } } }],
  };
  const body = { model: 'some-model', choices: [{ index: 0, message, finish_reason: 'stop' }] };

  const reply = openaiChat.decodeReply(Buffer.from(JSON.stringify(body)), about);

  assert.deepEqual(plain(reply), {
    model: 'some-model',
    choices: [
      {
        index: 0,
        parts: [
          {
            kind: 'reasoning',
            text: 'Let me see.',
            isSummary: false,
            state: { family: 'anthropic', kind: 'signature', value: 'c2lnbmVk' },
          },
          { kind: 'text', text: 'Yes.' },
          {
            kind: 'tool-call',
            id: 'call_0123456789abcdefghijklmnop_0',
            name: 'the/second',
            form: 'function',
            input: '{"at":1}',
          },
        ],
        finish: 'tool-calls',
      },
    ],
  });
});

test('reasoning that an upstream counts beside the output is part of the output all the same', () => {
  const usage = {
    prompt_tokens: 12,
    completion_tokens: 1,
    total_tokens: 241,
    completion_tokens_details: { reasoning_tokens: 228 },
  };
  const body = { choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }], usage };

  const reply = openaiChat.decodeReply(Buffer.from(JSON.stringify(body)), about);

  assert.equal(reply.usage?.output, 229);
  assert.equal(reply.usage?.reasoning, 228);
});
