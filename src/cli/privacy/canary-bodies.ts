// What a caller can write, in every dialect: each place has a canary of its own.

/** Where a caller can write something. */
export const callerPlaces = [
  ...['system', 'prompt', 'earlier answer', 'thought', 'signature', 'tool name', 'tool description', 'tool argument'],
  ...['tool result', 'argument name', 'schema name', 'schema description', 'image', 'document', 'file name', 'stop'],
  ...['user', 'safety identifier', 'cache key', 'metadata key', 'metadata value', 'unknown field', 'unknown value'],
  ...['session', 'trace', 'fallback', 'preset', 'object id', 'model', 'header', 'cookie', 'path', 'query', 'key'],
  ...['broken body'],
] as const;

export type CallerCanaries = Readonly<Record<(typeof callerPlaces)[number], string>>;

export type Body = Readonly<Record<string, unknown>>;

/** Some things only now and then: what an upstream refuses as odd would else be refused every time. */
export type Shout = { readonly number: number; readonly model: string; readonly canaries: CallerCanaries };

const isNow = (number: number, every: number) => Math.floor(number / 4) % every === 1;

function toolSchema(canaries: CallerCanaries) {
  const properties = { [canaries['argument name']]: { type: 'string', description: canaries['schema description'] } };
  return { type: 'object', properties };
}

function answerSchema(canaries: CallerCanaries) {
  const properties = { word: { type: 'string', description: canaries['schema description'] } };
  return { type: 'object', properties, required: ['word'], additionalProperties: false };
}

const toolName = (canaries: CallerCanaries) => `f_${canaries['tool name']}`;
const argumentsOf = (canaries: CallerCanaries) => ({ [canaries['argument name']]: canaries['tool argument'] });
const question = ({ number, canaries }: Shout) => `say ${canaries.prompt} ${number}`;
const picture = (canaries: CallerCanaries) => `data:image/png;base64,${canaries.image}`;
const unknown = ({ number, canaries }: Shout) =>
  isNow(number, 19) ? { [canaries['unknown field']]: canaries['unknown value'] } : {};
const streamed = (number: number) => (number % 2 === 0 ? { stream: true } : {});

export function chatBody(shout: Shout): Body {
  const { number, model, canaries } = shout;
  const call = {
    id: 'c',
    type: 'function',
    function: { name: toolName(canaries), arguments: JSON.stringify(argumentsOf(canaries)) },
  };
  const image = { type: 'image_url', image_url: { url: picture(canaries) } };
  const file = { type: 'file', file: { filename: canaries['file name'], file_data: pdfOf(canaries) } };
  const schema = { name: canaries['schema name'], schema: answerSchema(canaries) };
  const { 'tool description': description } = canaries;
  return {
    model,
    ...streamed(number),
    max_tokens: 200,
    user: canaries.user,
    safety_identifier: canaries['safety identifier'],
    prompt_cache_key: canaries['cache key'],
    stop: [canaries.stop],
    metadata: { [canaries['metadata key']]: canaries['metadata value'] },
    ...unknown(shout),
    ...(isNow(number, 4) ? { response_format: { type: 'json_schema', json_schema: schema } } : {}),
    tools: [
      { type: 'function', function: { name: toolName(canaries), description, parameters: toolSchema(canaries) } },
    ],
    messages: [
      { role: 'system', content: canaries.system },
      { role: 'user', content: 'Begin' },
      {
        role: 'assistant',
        content: canaries['earlier answer'],
        reasoning_content: canaries.thought,
        tool_calls: [call],
      },
      { role: 'tool', tool_call_id: 'c', content: canaries['tool result'] },
      {
        role: 'user',
        content: [{ type: 'text', text: question(shout) }, image, ...(isNow(number, 5) ? [file] : [])],
      },
    ],
  };
}

export function responsesBody(shout: Shout): Body {
  const { number, model, canaries } = shout;
  const call = { call_id: 'c', name: toolName(canaries), arguments: JSON.stringify(argumentsOf(canaries)) };
  const file = { type: 'input_file', filename: canaries['file name'], file_data: pdfOf(canaries) };
  const thought = {
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: canaries.thought }],
    encrypted_content: canaries.signature,
  };
  const format = { type: 'json_schema', name: canaries['schema name'], schema: answerSchema(canaries) };
  return {
    model,
    ...streamed(number),
    max_output_tokens: 200,
    instructions: canaries.system,
    user: canaries.user,
    safety_identifier: canaries['safety identifier'],
    prompt_cache_key: canaries['cache key'],
    metadata: { [canaries['metadata key']]: canaries['metadata value'] },
    ...unknown(shout),
    ...(isNow(number, 4) ? { text: { format } } : {}),
    ...(isNow(number, 29) ? { previous_response_id: `resp_${canaries['object id']}` } : {}),
    tools: [
      {
        type: 'function',
        name: toolName(canaries),
        description: canaries['tool description'],
        parameters: toolSchema(canaries),
        strict: false,
      },
    ],
    input: [
      { type: 'message', role: 'user', content: 'Begin' },
      ...(isNow(number, 17) ? [thought] : []),
      { type: 'message', role: 'assistant', content: canaries['earlier answer'] },
      { type: 'function_call', ...call },
      { type: 'function_call_output', call_id: 'c', output: canaries['tool result'] },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: question(shout) },
          { type: 'input_image', image_url: picture(canaries) },
          ...(isNow(number, 5) ? [file] : []),
        ],
      },
    ],
  };
}

export function messagesBody(shout: Shout): Body {
  const { number, model, canaries } = shout;
  const call = { type: 'tool_use', id: 'c', name: toolName(canaries), input: argumentsOf(canaries) };
  const thought = [
    { type: 'thinking', thinking: canaries.thought, signature: canaries.signature },
    { type: 'redacted_thinking', data: canaries.signature },
  ];
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: canaries.image } };
  const document = {
    type: 'document',
    title: canaries['file name'],
    source: { type: 'text', media_type: 'text/plain', data: canaries.document },
  };
  const format = { type: 'json_schema', schema: answerSchema(canaries) };
  return {
    model,
    ...streamed(number),
    max_tokens: 200,
    metadata: { user_id: canaries.user },
    stop_sequences: [canaries.stop],
    system: [{ type: 'text', text: canaries.system, cache_control: { type: 'ephemeral' } }],
    ...unknown(shout),
    ...(isNow(number, 4) ? { output_config: { format } } : {}),
    tools: [
      { name: toolName(canaries), description: canaries['tool description'], input_schema: toolSchema(canaries) },
    ],
    messages: [
      { role: 'user', content: 'Begin' },
      {
        role: 'assistant',
        content: [...(isNow(number, 17) ? thought : []), { type: 'text', text: canaries['earlier answer'] }, call],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c', content: canaries['tool result'] },
          { type: 'text', text: question(shout) },
          image,
          ...(isNow(number, 5) ? [document] : []),
        ],
      },
    ],
  };
}

/** The model stands in the address. */
export function geminiBody(shout: Shout): Body {
  const { number, canaries } = shout;
  const call = { functionCall: { name: toolName(canaries), args: argumentsOf(canaries) } };
  const thought = { text: canaries.thought, thought: true, thoughtSignature: canaries.signature };
  const result = { functionResponse: { name: toolName(canaries), response: { result: canaries['tool result'] } } };
  const file = { inlineData: { mimeType: 'text/plain', data: canaries.document, displayName: canaries['file name'] } };
  const { 'tool description': description } = canaries;
  const form = { responseMimeType: 'application/json', responseJsonSchema: answerSchema(canaries) };
  return {
    systemInstruction: { parts: [{ text: canaries.system }] },
    ...unknown(shout),
    generationConfig: {
      maxOutputTokens: 200,
      stopSequences: [canaries.stop],
      ...(isNow(number, 4) ? form : {}),
    },
    tools: [
      {
        functionDeclarations: [{ name: toolName(canaries), description, parametersJsonSchema: toolSchema(canaries) }],
      },
    ],
    contents: [
      { role: 'user', parts: [{ text: 'Begin' }] },
      {
        role: 'model',
        parts: [...(isNow(number, 17) ? [thought] : []), { text: canaries['earlier answer'] }, call],
      },
      {
        role: 'user',
        parts: [
          result,
          { text: question(shout) },
          { inlineData: { mimeType: 'image/png', data: canaries.image } },
          ...(isNow(number, 5) ? [file] : []),
        ],
      },
    ],
  };
}

/** OpenRouter's extras in front of a body of its dialects. */
export function withExtras({ number, canaries }: Shout, body: Body): Body {
  return {
    models: [canaries.fallback],
    provider: { order: [canaries.fallback], allow_fallbacks: true },
    session_id: canaries.session,
    trace: { trace_id: canaries.trace },
    transforms: [],
    usage: { include: true },
    ...(isNow(number, 6) ? { preset: canaries.preset } : {}),
    ...(isNow(number, 23) ? { plugins: [{ id: canaries.preset }] } : {}),
    ...(isNow(number, 3) ? { reasoning: { effort: 'low' } } : {}),
    ...body,
  };
}

function pdfOf(canaries: CallerCanaries): string {
  return `data:application/pdf;base64,${canaries.document}`;
}
