// The four dialects as the bench speaks them: how a caller asks for a stream in each, and what an upstream of each sends.
// Written by hand, small, and in the shapes that providers send: about 250 bytes a chunk, one event each.
import { stampNow } from './stamp.ts';

export const dialectNames = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
export type DialectName = (typeof dialectNames)[number];

export type BenchDialect = {
  readonly path: (model: string) => string;
  readonly request: (model: string, asked: Asked) => string;
  /** Stands in the last event of a whole stream, and nowhere else. */
  readonly ending: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly opening: () => string;
  readonly chunk: () => string;
  readonly closing: (outputTokens: number) => string;
};

export type Asked = { readonly text: string; readonly outputTokens: number };

const system = 'You are a patient boatswain. Answer in three sentences.';
const event = (name: string, value: unknown) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

const chatCommon = {
  id: 'chatcmpl-BenchBenchBenchBenchBenchBe',
  object: 'chat.completion.chunk',
  created: 1_795_000_000,
  model: 'bench',
  service_tier: 'default',
  system_fingerprint: 'fp_0123456789',
};
const choice = (delta: object, reason: string | null) => ({ index: 0, delta, logprobs: null, finish_reason: reason });

const chat: BenchDialect = {
  path: () => '/v1/chat/completions',
  request: (model, { text, outputTokens }) =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: text },
      ],
      max_tokens: outputTokens,
      stream: true,
      stream_options: { include_usage: true },
    }),
  ending: '[DONE]',
  headers: {},
  opening: () => data({ ...chatCommon, choices: [choice({ role: 'assistant', content: '' }, null)] }),
  chunk: () => data({ ...chatCommon, choices: [choice({ content: ` ${stampNow()}` }, null)] }),
  closing: (tokens) =>
    data({ ...chatCommon, choices: [choice({}, 'stop')] }) +
    data({
      ...chatCommon,
      choices: [],
      usage: { prompt_tokens: 180, completion_tokens: tokens, total_tokens: 180 + tokens },
    }) +
    'data: [DONE]\n\n',
};

const response = { id: 'resp_bench', object: 'response', created_at: 1_795_000_000, status: 'in_progress', output: [] };
const place = { item_id: 'msg_bench', output_index: 0, content_index: 0 };
const textPart = { type: 'output_text', text: '', annotations: [], logprobs: [] };
const message = { id: 'msg_bench', type: 'message', status: 'in_progress', role: 'assistant', content: [] };

const responses: BenchDialect = {
  path: () => '/v1/responses',
  request: (model, { text, outputTokens }) =>
    JSON.stringify({
      model,
      instructions: system,
      input: [{ type: 'message', role: 'user', content: text }],
      max_output_tokens: outputTokens,
      stream: true,
    }),
  ending: 'event: response.completed',
  headers: {},
  opening: () =>
    event('response.created', { type: 'response.created', response, sequence_number: 0 }) +
    event('response.in_progress', { type: 'response.in_progress', response, sequence_number: 1 }) +
    event('response.output_item.added', {
      type: 'response.output_item.added',
      output_index: 0,
      item: message,
      sequence_number: 2,
    }) +
    event('response.content_part.added', {
      type: 'response.content_part.added',
      ...place,
      part: textPart,
      sequence_number: 3,
    }),
  chunk: () =>
    event('response.output_text.delta', {
      type: 'response.output_text.delta',
      ...place,
      delta: ` ${stampNow()}`,
      logprobs: [],
      obfuscation: 'Xy7Bq0cJ4m2Rk9',
      sequence_number: 4,
    }),
  // What an upstream repeats at the end is left empty: the text is told once, in its deltas.
  closing: (tokens) =>
    event('response.completed', {
      type: 'response.completed',
      response: {
        ...response,
        status: 'completed',
        usage: {
          input_tokens: 180,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: tokens,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 180 + tokens,
        },
      },
      sequence_number: 5,
    }),
};

const messages: BenchDialect = {
  path: () => '/v1/messages',
  request: (model, { text, outputTokens }) =>
    JSON.stringify({
      model,
      system,
      messages: [{ role: 'user', content: text }],
      max_tokens: outputTokens,
      stream: true,
    }),
  ending: 'event: message_stop',
  headers: { 'anthropic-version': '2023-06-01' },
  opening: () =>
    event('message_start', {
      type: 'message_start',
      message: {
        id: 'msg_bench',
        type: 'message',
        role: 'assistant',
        model: 'bench',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 180, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
      },
    }) +
    event('content_block_start', {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'text', text: '' },
    }),
  chunk: () =>
    event('content_block_delta', {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: ` ${stampNow()}` },
    }),
  closing: (tokens) =>
    event('content_block_stop', { type: 'content_block_stop', index: 0 }) +
    event('message_delta', {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: tokens },
    }) +
    event('message_stop', { type: 'message_stop' }),
};

const geminiCommon = { modelVersion: 'bench', responseId: 'BenchBenchBenchBenchBen' };
const candidate = (text: string) => ({ content: { parts: [{ text }], role: 'model' }, index: 0 });
const counts = (tokens: number) => ({
  promptTokenCount: 180,
  candidatesTokenCount: tokens,
  totalTokenCount: 180 + tokens,
});

const gemini: BenchDialect = {
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  request: (_model, { text, outputTokens }) =>
    JSON.stringify({
      systemInstruction: { parts: [{ text: system }] },
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens: outputTokens },
    }),
  ending: '"finishReason"',
  headers: {},
  opening: () => '',
  chunk: () => data({ candidates: [candidate(` ${stampNow()}`)], usageMetadata: counts(1), ...geminiCommon }),
  closing: (tokens) =>
    data({
      candidates: [{ ...candidate(''), finishReason: 'STOP' }],
      usageMetadata: counts(tokens),
      ...geminiCommon,
    }),
};

export const benchDialects: Readonly<Record<DialectName, BenchDialect>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  'gemini-generate': gemini,
};
