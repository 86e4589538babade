// The four dialects as a plain program without an SDK speaks them. Our own protocol code is not used to judge itself.

export type DialectName = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

export type Told = {
  readonly text: string;
  /** The dialect's own word; undefined: it never said why it ended. */
  readonly finish: string | undefined;
  readonly input: number | undefined;
  readonly output: number | undefined;
  /** The code or type of an error, in the reply or in the stream. */
  readonly error: string | undefined;
  /** Terminal events of the dialect: of a good stream exactly one. */
  readonly terminals: number;
};

export type Dialect = {
  readonly name: DialectName;
  address(model: string, stream: boolean): string;
  headers(key: string): Readonly<Record<string, string>>;
  body(model: string, text: string, stream: boolean): Readonly<Record<string, unknown>>;
  readWhole(body: string): Told;
  readStream(body: string): Told;
  /** What a finish of its own accord is called. */
  readonly stopWord: string;
};

// What JSON holds is read as it comes: a test that meets another shape fails by itself.
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Json = any;

/** The data of each event, parsed; `[DONE]` as its text. */
export function eventsOf(body: string): Json[] {
  return body
    .replace(/^\ufeff/, '')
    .split(/\r\n\r\n|\n\n|\r\r/)
    .map((event) =>
      event
        .split(/\r\n|\n|\r/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
        .join('\n'),
    )
    .filter((data) => data !== '')
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

const json = { 'content-type': 'application/json' };

const chat: Dialect = {
  name: 'openai-chat',
  address: () => '/v1/chat/completions',
  headers: (key) => ({ ...json, authorization: `Bearer ${key}` }),
  body: (model, text, stream) => ({
    model,
    messages: [{ role: 'user', content: text }],
    ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
  }),
  readWhole(body) {
    const { choices, usage, error } = JSON.parse(body);
    return {
      text: choices?.[0]?.message.content ?? '',
      finish: choices?.[0]?.finish_reason,
      input: usage?.prompt_tokens,
      output: usage?.completion_tokens,
      error: error?.code,
      terminals: 1,
    };
  },
  readStream(body) {
    const events = eventsOf(body);
    const chunks = events.filter((event) => event !== '[DONE]');
    const usage = chunks.findLast((chunk) => chunk.usage)?.usage;
    return {
      text: chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join(''),
      finish: chunks.find((chunk) => chunk.choices?.[0]?.finish_reason)?.choices[0].finish_reason,
      input: usage?.prompt_tokens,
      output: usage?.completion_tokens,
      error: chunks.find((chunk) => chunk.error)?.error.code,
      terminals: events.filter((event) => event === '[DONE]').length,
    };
  },
  stopWord: 'stop',
};

const responses: Dialect = {
  name: 'openai-responses',
  address: () => '/v1/responses',
  headers: (key) => ({ ...json, authorization: `Bearer ${key}` }),
  body: (model, text, stream) => ({ model, input: text, ...(stream ? { stream } : {}) }),
  readWhole(body) {
    const response = JSON.parse(body);
    return { ...ofResponse(response), error: response.error?.code, terminals: 1 };
  },
  readStream(body) {
    const events = eventsOf(body);
    const terminal = events.find((event) => /^response\.(completed|incomplete|failed)$/.test(event.type));
    const deltas = events.filter((event) => event.type === 'response.output_text.delta');
    return {
      ...ofResponse(terminal?.response ?? {}),
      text: deltas.map((event) => event.delta).join(''),
      error: terminal?.response.error?.code ?? events.find((event) => event.type === 'error')?.code,
      terminals: events.filter((event) => /^response\.(completed|incomplete)$/.test(event.type)).length,
    };
  },
  stopWord: 'completed',
};

function ofResponse(response: Json) {
  const parts = (response.output ?? []).flatMap((item: Json) => (item.type === 'message' ? item.content : []));
  return {
    text: parts.map((part: Json) => part.text ?? '').join(''),
    finish: response.status === 'failed' ? undefined : response.status,
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
  };
}

const messages: Dialect = {
  name: 'anthropic-messages',
  address: () => '/v1/messages',
  headers: (key) => ({ ...json, 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  body: (model, text, stream) => ({
    model,
    max_tokens: 1000,
    messages: [{ role: 'user', content: text }],
    ...(stream ? { stream } : {}),
  }),
  readWhole(body) {
    const message = JSON.parse(body);
    return {
      text: (message.content ?? []).map((block: Json) => block.text ?? '').join(''),
      finish: message.stop_reason,
      input: message.usage?.input_tokens,
      output: message.usage?.output_tokens,
      error: message.error?.type,
      terminals: 1,
    };
  },
  readStream(body) {
    const events = eventsOf(body);
    const usage = { ...events.find((event) => event.type === 'message_start')?.message.usage };
    const last = events.find((event) => event.type === 'message_delta');
    Object.assign(usage, last?.usage);
    return {
      text: events.map((event) => (event.type === 'content_block_delta' ? (event.delta.text ?? '') : '')).join(''),
      finish: last?.delta.stop_reason,
      input: usage.input_tokens,
      output: usage.output_tokens,
      error: events.find((event) => event.type === 'error')?.error.type,
      terminals: events.filter((event) => event.type === 'message_stop').length,
    };
  },
  stopWord: 'end_turn',
};

const gemini: Dialect = {
  name: 'gemini-generate',
  address: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  headers: (key) => ({ ...json, 'x-goog-api-key': key }),
  body: (_, text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
  readWhole: (body) => ofChunks([JSON.parse(body)]),
  readStream: (body) => ofChunks(eventsOf(body)),
  stopWord: 'STOP',
};

function ofChunks(chunks: readonly Json[]): Told {
  const usage = chunks.findLast((chunk) => chunk.usageMetadata?.promptTokenCount !== undefined)?.usageMetadata;
  const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
  const finish = chunks.find((chunk) => chunk.candidates?.[0]?.finishReason)?.candidates[0].finishReason;
  return {
    text: parts.map((part: Json) => (part.thought ? '' : (part.text ?? ''))).join(''),
    finish,
    input: usage?.promptTokenCount,
    output: usage && (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    error: chunks.find((chunk) => chunk.error)?.error.status,
    terminals: finish === undefined ? 0 : 1,
  };
}

export const dialects: readonly Dialect[] = [chat, responses, messages, gemini];
