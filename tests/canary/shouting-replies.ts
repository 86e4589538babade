// What an upstream can say, in every dialect: each place has a canary of its own.

/** Where an upstream can say something. */
export const upstreamPlaces = [
  ...['output', 'reasoning', 'signature', 'citation', 'tool name', 'tool argument', 'reply id', 'reply model'],
  ...['finish reason', 'stop', 'unknown field', 'event name', 'comment', 'error message', 'error code', 'error type'],
  ...['error param', 'html', 'header', 'content type', 'encoding', 'location', 'retry after', 'reason phrase', 'usage'],
] as const;

export type Canaries = Readonly<Record<(typeof upstreamPlaces)[number], string>>;

/** One dialect, loud. `usage` is JSON for each count in it. */
export type Tongue = {
  answer(canaries: Canaries, usage: string): string;
  /** The first events, with content. */
  events(canaries: Canaries): string;
  /** How they end. */
  ending(canaries: Canaries, usage: string): string;
  errorEvent(canaries: Canaries): string;
  error(canaries: Canaries): string;
};

const data = (value: string | object) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string }) => `event: ${value.type}\n${data(value)}`;

function plainError({
  'error message': message,
  'error code': code,
  'error type': type,
  'error param': param,
}: Canaries) {
  return { message, code, type, param };
}

const argumentsOf = (canaries: Canaries) => JSON.stringify({ a: canaries['tool argument'] });

function chatHead(canaries: Canaries): string {
  return `{"id":"${canaries['reply id']}","model":"${canaries['reply model']}","${canaries['unknown field']}":1,`;
}

function chatMessage(canaries: Canaries): string {
  const call = { index: 0, id: 'c', type: 'function' };
  const called = { ...call, function: { name: canaries['tool name'], arguments: argumentsOf(canaries) } };
  const said = { role: 'assistant', content: canaries.output, reasoning_content: canaries.reasoning };
  const annotation = { type: 'url_citation', url_citation: { url: canaries.citation, title: canaries.citation } };
  const detail = { type: 'reasoning.text', text: canaries.reasoning, signature: canaries.signature, index: 0 };
  return JSON.stringify({ ...said, reasoning_details: [detail], annotations: [annotation], tool_calls: [called] });
}

const chatUsage = (usage: string) => `{"prompt_tokens":9,"completion_tokens":${usage},"total_tokens":18}`;

const chat: Tongue = {
  answer(canaries, usage) {
    const choice = `{"index":0,"message":${chatMessage(canaries)},"finish_reason":"${canaries['finish reason']}"}`;
    return `${chatHead(canaries)}"choices":[${choice}],"usage":${chatUsage(usage)}}`;
  },
  events: (canaries) =>
    data(`${chatHead(canaries)}"choices":[{"index":0,"delta":${chatMessage(canaries)},"finish_reason":null}]}`),
  ending(canaries, usage) {
    const choice = `{"index":0,"delta":{},"finish_reason":"${canaries['finish reason']}"}`;
    return `${data(`{"id":"c","choices":[${choice}],"usage":${chatUsage(usage)}}`)}data: [DONE]\n\n`;
  },
  errorEvent: (canaries) => data({ error: plainError(canaries) }),
  error: (canaries) => JSON.stringify({ error: plainError(canaries) }),
};

/** Ids are the provider's and are kept of what was stored, so this one's are plain. */
function responsesHead(canaries: Canaries, status: string): object {
  const { 'reply model': model, 'unknown field': unknown, stop } = canaries;
  return { id: 'resp_plain', object: 'response', created_at: 1, status, model, [unknown]: 1, service_tier: stop };
}

function responsesItems(canaries: Canaries): object[] {
  const { output: text, citation: url, reasoning, signature, 'tool name': name, 'reply id': id } = canaries;
  const annotation = { type: 'url_citation', url, title: url, start_index: 0, end_index: 1 };
  const summary = [{ type: 'summary_text', text: reasoning }];
  return [
    { id: `rs_${id}`, type: 'reasoning', summary, encrypted_content: signature },
    {
      id: `msg_${id}`,
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [annotation], logprobs: [] }],
    },
    {
      id: `fc_${id}`,
      type: 'function_call',
      status: 'completed',
      call_id: 'c',
      name,
      arguments: argumentsOf(canaries),
    },
    { id: `xx_${id}`, type: url, [signature]: text },
  ];
}

function responsesEnd(canaries: Canaries, usage: string): string {
  const head = JSON.stringify({ ...responsesHead(canaries, 'completed'), output: responsesItems(canaries) });
  return `${head.slice(0, -1)},"usage":{"input_tokens":9,"output_tokens":${usage},"total_tokens":18}}`;
}

const responses: Tongue = {
  answer: responsesEnd,
  events(canaries) {
    const created = { type: 'response.created', sequence_number: 0 };
    const items = responsesItems(canaries).map((item, index) =>
      named({ ...{ type: 'response.output_item.done', output_index: index, item } }),
    );
    return named({ ...created, ...{ response: responsesHead(canaries, 'in_progress') } }) + items.join('');
  },
  ending: (canaries, usage) => data(`{"type":"response.completed","response":${responsesEnd(canaries, usage)}}`),
  errorEvent: (canaries) =>
    named({ ...plainError(canaries), type: 'error' }) +
    named({
      type: 'response.failed',
      ...{ response: { ...responsesHead(canaries, 'failed'), error: plainError(canaries) } },
    }),
  error: chat.error,
};

function messagesHead(canaries: Canaries): object {
  const { 'reply id': id, 'reply model': model, 'unknown field': unknown } = canaries;
  return { id, type: 'message', role: 'assistant', model, [unknown]: 1 };
}

function messagesBlocks(canaries: Canaries): { readonly type: string }[] {
  const { output: text, citation: url, reasoning: thinking, signature, 'tool name': name } = canaries;
  const citation = { type: 'web_search_result_location', url, title: url, cited_text: url, encrypted_index: signature };
  const call = { type: 'tool_use', id: 'c', name, input: { a: canaries['tool argument'] } };
  return [
    { ...{ type: 'thinking', thinking, signature } },
    { ...{ type: 'redacted_thinking', data: signature } },
    { ...{ type: 'text', text, citations: [citation] } },
    call,
    { ...{ type: url, text } },
  ];
}

const messagesUsage = (usage: string) => `{"input_tokens":9,"output_tokens":${usage}}`;

const messages: Tongue = {
  answer(canaries, usage) {
    const { 'finish reason': stop_reason, stop: stop_sequence } = canaries;
    const said = { ...messagesHead(canaries), content: messagesBlocks(canaries), stop_reason, stop_sequence };
    return `${JSON.stringify(said).slice(0, -1)},"usage":${messagesUsage(usage)}}`;
  },
  events(canaries) {
    const message = { ...messagesHead(canaries), content: [], usage: { input_tokens: 9, output_tokens: 1 } };
    const blocks = messagesBlocks(canaries).flatMap((block, index) => [
      named({ type: 'content_block_start', ...{ index, content_block: block } }),
      named({ type: 'content_block_stop', ...{ index } }),
    ]);
    return named({ type: 'message_start', ...{ message } }) + blocks.join('');
  },
  ending(canaries, usage) {
    const delta = JSON.stringify({ stop_reason: canaries['finish reason'], stop_sequence: canaries.stop });
    const told = `{"type":"message_delta","delta":${delta},"usage":${messagesUsage(usage)}}`;
    return `event: message_delta\n${data(told)}${named({ type: 'message_stop' })}`;
  },
  errorEvent: (canaries) => named({ type: 'error', ...{ error: plainError(canaries) } }),
  error: (canaries) => JSON.stringify({ type: 'error', error: plainError(canaries), request_id: canaries['reply id'] }),
};

function geminiChunk(canaries: Canaries, candidate: object, usage: string): string {
  const { 'reply id': responseId, 'reply model': modelVersion, 'unknown field': unknown } = canaries;
  const head = JSON.stringify({ responseId, modelVersion, [unknown]: 1, candidates: [{ index: 0, ...candidate }] });
  const counts = `{"promptTokenCount":9,"candidatesTokenCount":${usage},"totalTokenCount":18}`;
  return `${head.slice(0, -1)},"usageMetadata":${counts}}`;
}

function geminiParts(canaries: Canaries): object {
  const { output, reasoning, signature, citation: uri, 'tool name': name } = canaries;
  const parts = [
    { text: reasoning, thought: true, thoughtSignature: signature },
    { text: output },
    { functionCall: { name, args: { a: canaries['tool argument'] } }, thoughtSignature: signature },
    { executableCode: { language: uri, code: output } },
  ];
  const groundingMetadata = { groundingChunks: [{ web: { uri, title: uri } }], webSearchQueries: [uri] };
  return { content: { role: 'model', parts }, groundingMetadata };
}

const gemini: Tongue = {
  answer: (canaries, usage) =>
    geminiChunk(canaries, { ...geminiParts(canaries), finishReason: canaries['finish reason'] }, usage),
  events: (canaries) => data(geminiChunk(canaries, geminiParts(canaries), '1')),
  ending: (canaries, usage) => data(geminiChunk(canaries, { finishReason: canaries['finish reason'] }, usage)),
  errorEvent: (canaries) => data(gemini.error(canaries)),
  error(canaries) {
    const { 'error message': message, 'error code': status, 'error type': type, 'error param': reason } = canaries;
    return JSON.stringify({ error: { code: 400, message, status, details: [{ '@type': type, reason }] } });
  },
};

/** Which dialect is spoken at an address. */
export function tongueOf(path: string): Tongue {
  if (path.includes(':')) return gemini;
  if (path.includes('/messages')) return messages;
  return path.includes('/responses') ? responses : chat;
}
