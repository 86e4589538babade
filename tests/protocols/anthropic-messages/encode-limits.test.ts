// Thinking and sampling by what each model takes, and each loss by its name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { GenerationRequest, Message } from '#core/generation/request.ts';
import { askOf, at, encode, textPart } from './messages-under-test.ts';
import { assistant, call, result, text, unsaid, user } from './neutral-requests.ts';

const thinkingCases: readonly (readonly [
  what: string,
  model: string,
  ask: object,
  limit: number,
  thinking: unknown,
  effort: unknown,
])[] = [
  [
    'an effort as a budget',
    'claude-sonnet-4-5',
    { effort: 'medium' },
    10_000,
    { type: 'enabled', budget_tokens: 5_000 },
    undefined,
  ],
  [
    'a budget as it is',
    'claude-3-7-sonnet-20250219',
    { budget: 2_000 },
    10_000,
    { type: 'enabled', budget_tokens: 2_000 },
    undefined,
  ],
  [
    'a budget below the limit',
    'claude-opus-4-1',
    { budget: 9_999 },
    5_000,
    { type: 'enabled', budget_tokens: 4_999 },
    undefined,
  ],
  [
    'a budget that is not too small',
    'claude-opus-4-1',
    { budget: 5 },
    5_000,
    { type: 'enabled', budget_tokens: 1_024 },
    undefined,
  ],
  ['no thinking where there is no room', 'claude-opus-4-1', { effort: 'high' }, 1_024, undefined, undefined],
  ['an effort as a word', 'claude-opus-4-6', { effort: 'medium' }, 10_000, { type: 'adaptive' }, 'medium'],
  [
    'an effort that the model does not know',
    'claude-opus-4-6',
    { effort: 'xhigh' },
    10_000,
    { type: 'adaptive' },
    'high',
  ],
  ['a budget as a word', 'claude-opus-4-7', { budget: 8_000 }, 10_000, { type: 'adaptive' }, 'high'],
  ['a small effort', 'claude-fable-5', { effort: 'minimal' }, 10_000, { type: 'adaptive' }, 'low'],
  [
    'thinking as the model likes',
    'whoever-made-this',
    { budget: 'dynamic', isShown: true },
    9_999,
    { type: 'adaptive', display: 'summarized' },
    undefined,
  ],
  [
    'hidden thinking',
    'claude-opus-5',
    { effort: 'xhigh', isShown: false },
    9_999,
    { type: 'adaptive', display: 'omitted' },
    'xhigh',
  ],
  ['none, where the model would think', 'claude-opus-5', { effort: 'none' }, 9_999, { type: 'disabled' }, undefined],
  ['none, where it would not', 'claude-sonnet-4-5', { budget: 0 }, 9_999, undefined, undefined],
  ['none at a model that cannot', 'claude-3-5-haiku-20241022', { effort: 'high' }, 9_999, undefined, undefined],
];

for (const [what, model, ask, limit, thinking, effort] of thinkingCases) {
  test(`reasoning is asked for: ${what} (${model})`, () => {
    const { sent, dropped } = encode({ reasoning: { ...unsaid, ...ask } }, askOf(model, limit));

    assert.deepEqual([at(sent, 'thinking'), at(sent, 'output_config', 'effort')], [thinking, effort]);
    const isRefused = thinking === undefined && !JSON.stringify(ask).match(/none|0}/);
    assert.deepEqual(dropped, isRefused ? ['reasoning'] : []);
  });
}

test('a wish to see thinking makes no model think that would not', () => {
  const reasoning = { ...unsaid, summary: 'auto' as const };

  const older = encode({ reasoning }, askOf('claude-sonnet-4-5', 9_000));
  const newer = encode({ reasoning }, askOf('claude-opus-5', 9_000));

  assert.deepEqual([at(older.sent, 'thinking'), older.dropped], [undefined, ['reasoning_summary']]);
  assert.deepEqual(at(newer.sent, 'thinking'), { type: 'adaptive', display: 'summarized' });
});

test('a budget of thinking is not asked for in the middle of calls that another model made', () => {
  const messages = [user('q'), assistant(call('a')), { role: 'tool' as const, results: [result('a', 'r')] }];
  const reasoning = { ...unsaid, effort: 'high' as const };

  const budget = encode({ messages, reasoning }, askOf('claude-sonnet-4-5', 9_000));
  const adaptive = encode({ messages, reasoning }, askOf('claude-opus-4-7', 9_000));

  assert.deepEqual([at(budget.sent, 'thinking'), budget.dropped], [undefined, ['reasoning']]);
  assert.deepEqual([at(adaptive.sent, 'thinking', 'type'), adaptive.dropped], ['adaptive', []]);
});

type SamplingCase = readonly [
  model: string,
  sampling: object,
  isThinking: boolean,
  sent: object,
  dropped: readonly DroppableField[],
];

const samplingCases: readonly SamplingCase[] = [
  [
    'claude-sonnet-4-0',
    { temperature: 0.5, topP: 0.9, topK: 5 },
    false,
    { temperature: 0.5, top_p: 0.9, top_k: 5 },
    [],
  ],
  ['claude-sonnet-4-5', { temperature: 0.5, topP: 0.9 }, false, { temperature: 0.5 }, ['top_p']],
  ['claude-sonnet-4-5', { topP: 0.9 }, false, { top_p: 0.9 }, []],
  ['claude-opus-4-7', { temperature: 0.5, topP: 0.9, topK: 5 }, false, {}, ['temperature', 'top_p', 'top_k']],
  ['claude-sonnet-4-0', { temperature: 1.5 }, false, {}, ['temperature']],
  ['claude-sonnet-4-0', { temperature: 0, topP: 0.5, topK: 5 }, true, {}, ['temperature', 'top_p', 'top_k']],
  ['claude-sonnet-4-0', { topP: 0.97 }, true, { top_p: 0.97 }, []],
  [
    'claude-opus-5',
    { temperature: 1, topP: 1, frequencyPenalty: 0, presencePenalty: 0, repetitionPenalty: 1, minP: 0 },
    false,
    {},
    [],
  ],
  [
    'm',
    { seed: 0, frequencyPenalty: 1, minP: 0.1, logitBias: Content.ofJson({}) },
    false,
    {},
    ['min_p', 'frequency_penalty', 'seed', 'logit_bias'],
  ],
];

for (const [model, sampling, isThinking, expected, losses] of samplingCases) {
  test(`${model}${isThinking ? ', thinking,' : ''} is asked with ${JSON.stringify(expected)}, without ${losses.join(', ') || 'loss'}`, () => {
    const reasoning = isThinking ? { ...unsaid, effort: 'low' as const } : undefined;

    const { sent, dropped } = encode({ sampling, reasoning }, askOf(model, 9_000));

    const told = Object.fromEntries(
      ['temperature', 'top_p', 'top_k'].flatMap((name) => {
        const value = at(sent, name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    assert.deepEqual([told, dropped], [expected, losses]);
  });
}

test('what the dialect has no place for is reported, each word once, and a default is no loss', () => {
  const said: Partial<GenerationRequest> = {
    choices: 2,
    promptCacheKey: text('k'),
    metadata: Content.ofJson({ a: 'b' }),
    verbosity: 'low',
    logprobs: { top: 2 },
    outputMedia: ['text', 'audio'],
    serviceTier: 'flex',
    outputFormat: { kind: 'json' },
    stop: [text(' \n'), text('END')],
    messages: [
      { ...user('a'), name: text('ada') } as Message,
      { role: 'user', parts: [textPart('b')], name: text('bob') },
    ],
  };
  const idle: Partial<GenerationRequest> = {
    choices: 1,
    serviceTier: 'auto',
    parallelToolCalls: true,
    outputFormat: { kind: 'text' },
    outputMedia: ['text'],
  };

  const { dropped, sent } = encode(said);

  const losses = [
    'message_name',
    'n',
    'prompt_cache_key',
    'metadata',
    'verbosity',
    'logprobs',
    'audio_output',
    'response_format',
    'stop',
    'service_tier',
  ];
  assert.deepEqual([...dropped].sort(), [...losses].sort());
  assert.deepEqual(at(sent, 'stop_sequences'), ['END']);
  assert.deepEqual(encode(idle).dropped, []);
});

test('a mark of the cache goes with what it stood on, and is named as lost too', () => {
  const sound = { kind: 'media', medium: 'audio', mediaType: 'audio/wav', cache: { ttl: '5m' } } as const;
  const messages: Message[] = [
    { role: 'user', parts: [textPart('a'), { ...sound, source: { kind: 'inline', data: text('UklGRg==') } }] },
  ];

  const { dropped } = encode({ messages });

  assert.deepEqual([...dropped].sort(), ['cache_control', 'input_audio']);
});
