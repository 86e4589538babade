/** Asks a model as any program would, with a key, and hands on each piece of its answer as it comes. */
export async function* streamChat(asked: {
  readonly key: string;
  readonly model: string;
  readonly message: string;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** As soon as the answer has a head. */
  readonly onGeneration: (id: string) => void;
}): AsyncGenerator<string, void> {
  const { key, model, message, maxTokens, signal, onGeneration } = asked;
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    signal,
    credentials: 'omit',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      max_tokens: maxTokens,
      messages: [{ role: 'user', content: message }],
    }),
  });
  const id = response.headers.get('x-generation-id');
  if (id !== null) onGeneration(id);
  if (!response.ok || !response.body) throw new Error(messageOf(await response.json().catch(() => undefined)));
  let rest = '';
  for await (const part of lines(response.body)) {
    rest = part;
    if (!rest.startsWith('data: ') || rest === 'data: [DONE]') continue;
    const event: unknown = JSON.parse(rest.slice(6));
    const failed = messageOf(event);
    if (failed !== '') throw new Error(failed);
    const piece = contentOf(event);
    if (piece !== '') yield piece;
  }
}

async function* lines(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const all = text.split('\n');
    text = all.pop() ?? '';
    yield* all;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function contentOf(event: unknown): string {
  const { choices } = fieldsOf(event);
  const delta = Array.isArray(choices) ? fieldsOf(fieldsOf(choices[0]).delta) : {};
  return typeof delta.content === 'string' ? delta.content : '';
}

/** Of a fault in the dialect; '' where there is none. */
function messageOf(value: unknown): string {
  const { message } = fieldsOf(fieldsOf(value).error);
  return typeof message === 'string' ? message : '';
}
