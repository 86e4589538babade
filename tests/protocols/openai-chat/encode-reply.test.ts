import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { FinishReason, GenerationReply } from '#core/generation/reply.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { asked, decoded } from './ask.ts';

const text = (words: string) => Content.ofText(words);
const custom = { type: 'custom', custom: { name: 'patch' } };
const about = {
  request: decoded({ model: 'own/m', messages: [asked], tools: [custom] }),
  generation: 'gen-0123456789abcdefghijklmnop',
  createdAt: 1_700_000_000,
  wantsUsage: true,
};

function replyOf(parts: readonly AssistantPart[], finish: FinishReason | undefined): GenerationReply {
  return { model: undefined, choices: [{ index: 0, parts, finish }], usage: undefined };
}

function written(reply: GenerationReply) {
  return JSON.parse(openaiChat.encodeReply(reply, about));
}

test('a whole answer has all that OpenAI’s has', () => {
  const usage = { input: 10, cachedInput: 4, cacheWrite5m: 2, cacheWrite1h: 1, output: 7, reasoning: 3 };
  const reply = { ...replyOf([{ kind: 'text', text: text('Hi') }], 'stop'), model: text('claude'), usage };

  assert.deepEqual(written(reply), {
    id: 'chatcmpl-0123456789abcdefghijklmnop',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'claude',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: {
      prompt_tokens: 17,
      completion_tokens: 7,
      total_tokens: 24,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
  });
});

test('an end that OpenAI has no word for is never a natural stop', () => {
  const finishOf = (finish: FinishReason | undefined) => written(replyOf([], finish)).choices[0].finish_reason;

  const finishes = ['paused', 'other', undefined, 'filtered', 'stop-sequence'] as const;
  assert.deepEqual(finishes.map(finishOf), ['length', 'length', 'length', 'content_filter', 'stop']);
});

test('a call of a custom tool looks as the caller declared it, also when the upstream knew it as a function', () => {
  const call = { kind: 'tool-call', id: text('c1'), name: text('patch'), form: 'function' } as const;
  const wrapped = [{ ...call, input: text('{"input":"*** Begin"}') }];

  const { message } = written(replyOf(wrapped, 'tool-calls')).choices[0];
  const encoder = openaiChat.openEncoder(about);
  const stream = [
    encoder.encode({ ...call, kind: 'tool-call-start', choice: 0, call: 0, state: undefined }),
    encoder.encode({ kind: 'tool-call-delta', choice: 0, call: 0, input: text('{"input":"*** ') }),
    encoder.encode({ kind: 'tool-call-delta', choice: 0, call: 0, input: text('Begin"}') }),
    encoder.encode({ kind: 'finish', choice: 0, reason: 'tool-calls' }),
  ].join('');

  assert.deepEqual(message.tool_calls, [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** Begin' } }]);
  assert.ok(
    stream.includes('"tool_calls":[{"index":0,"id":"c1","type":"custom","custom":{"name":"patch","input":""}}]'),
  );
  assert.ok(stream.includes('"tool_calls":[{"index":0,"custom":{"input":"*** Begin"}}]'));
});

test('citations stand where their words stand in the whole content', () => {
  const citation = { url: text('https://example.org'), family: 'anthropic', item: Content.ofJson({}) } as const;
  const parts: AssistantPart[] = [
    { kind: 'text', text: text('Well, ') },
    { kind: 'text', text: text('it rains.'), citations: [citation] },
  ];

  const { message } = written(replyOf(parts, 'stop')).choices[0];

  assert.equal(message.content.slice(6, 15), 'it rains.');
  assert.deepEqual(message.annotations, [
    { type: 'url_citation', url_citation: { url: 'https://example.org', title: '', start_index: 6, end_index: 15 } },
  ]);
});

test('reasoning that the caller asked not to see is not shown, nor its proof', () => {
  const request = decoded({ model: 'own/m', messages: [asked], reasoning: { effort: 'high', exclude: true } });
  const state = { family: 'anthropic', kind: 'signature', value: text('c2ln') } as const;
  const parts: AssistantPart[] = [
    { kind: 'reasoning', text: text('Hm.'), isSummary: false, state },
    { kind: 'text', text: text('Hi') },
  ];

  const { message } = JSON.parse(openaiChat.encodeReply(replyOf(parts, 'stop'), { ...about, request })).choices[0];
  const encoder = openaiChat.openEncoder({ ...about, request });
  encoder.encode({ kind: 'start', model: undefined });
  const shown = [
    encoder.encode({ kind: 'reasoning-delta', choice: 0, text: text('Hm.'), isSummary: false }),
    encoder.encode({ kind: 'state', choice: 0, state }),
    encoder.encode({ kind: 'part-end', choice: 0 }),
  ];

  assert.deepEqual(message, { role: 'assistant', content: 'Hi', refusal: null });
  assert.deepEqual(shown, ['', '', '']);
});

test('the words of an audio that another dialect gave are told once', () => {
  const source = { kind: 'inline', data: text('UklGRg==') } as const;
  const parts: AssistantPart[] = [
    { kind: 'text', text: text('beep') },
    { kind: 'media', medium: 'audio', source, mediaType: 'audio/wav' },
  ];

  const { message } = written(replyOf(parts, 'stop')).choices[0];

  assert.equal(message.content, 'beep');
  assert.equal(message.audio.data, 'UklGRg==');
  assert.equal(message.audio.transcript, '');
});

test('a stream that fails ends with an error and no [DONE]', () => {
  const encoder = openaiChat.openEncoder(about);
  encoder.encode({ kind: 'start', model: undefined });

  const last = encoder.fault(new Fault('stream-cut'));

  assert.ok(last.startsWith('\n\ndata: {"error":{'));
  assert.ok(!last.includes('[DONE]'));
});
