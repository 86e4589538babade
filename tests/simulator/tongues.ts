import type { Where } from './raw-client.ts';

/** What one event or one body says, whatever its dialect. */
export type Said = {
  readonly text: string;
  readonly finish: string | undefined;
  /** As reported, be it a number or not. */
  readonly output: unknown;
  readonly error: { readonly type: unknown; readonly message: unknown } | undefined;
};

/** How a test speaks one dialect: enough to ask the same of all and to understand the answers. */
export type Tongue = {
  readonly name: string;
  readonly isEvents: boolean;
  /** What the data of the end mark holds, where there is one. */
  readonly endMark: string | undefined;
  readonly finishes: { readonly stop: string; readonly filtered: string };
  /** The names of errors by status, as far as the dialect tells them apart. */
  readonly errorTypes: Readonly<Record<number, string>>;
  where(model: string, isStream: boolean): Where;
  ask(model: string, isStream: boolean, text: string): object;
  readonly read: (data: string) => Said;
};

type Told = { readonly type?: string; readonly status?: string; readonly message: string };

/** An event or a whole message of Anthropic's. */
type Message = {
  readonly type: string;
  readonly delta?: { readonly text?: string; readonly stop_reason?: string | null };
  readonly content?: readonly { readonly text?: string }[];
  readonly stop_reason?: string | null;
  readonly usage?: { readonly output_tokens?: unknown };
  readonly error?: Told;
};

function readMessage(data: string): Said {
  const told: Message = JSON.parse(data);
  return {
    text: told.delta?.text ?? told.content?.[0]?.text ?? '',
    finish: told.delta?.stop_reason ?? told.stop_reason ?? undefined,
    output: told.usage?.output_tokens,
    error: told.error && { type: told.error.type, message: told.error.message },
  };
}

const messages: Tongue = {
  name: 'anthropic-messages',
  isEvents: true,
  endMark: '"message_stop"',
  finishes: { stop: 'end_turn', filtered: 'refusal' },
  errorTypes: { 401: 'authentication_error', 404: 'not_found_error', 429: 'rate_limit_error', 529: 'overloaded_error' },
  where: () => ({ path: '/v1/messages', headers: ['x-api-key: any', 'anthropic-version: 2023-06-01'] }),
  ask: (model, stream, text) => ({ model, stream, max_tokens: 500, messages: [{ role: 'user', content: text }] }),
  read: readMessage,
};

/** A chunk or a whole answer of Google's. */
type Chunk = {
  readonly candidates?: readonly {
    readonly content?: { readonly parts: readonly { readonly text?: string }[] };
    readonly finishReason?: string;
  }[];
  readonly promptFeedback?: { readonly blockReason: string };
  readonly usageMetadata?: { readonly candidatesTokenCount?: unknown };
  readonly error?: Told;
};

function readChunk(data: string): Said {
  const told: unknown = JSON.parse(data);
  // What was asked as an array is refused as an array.
  const chunk: Chunk = Array.isArray(told) ? told[0] : told;
  const [candidate] = chunk.candidates ?? [];
  return {
    text: candidate?.content?.parts[0]?.text ?? '',
    finish: candidate?.finishReason ?? (chunk.promptFeedback && 'SAFETY'),
    output: chunk.usageMetadata?.candidatesTokenCount,
    error: chunk.error && { type: chunk.error.status, message: chunk.error.message },
  };
}

const generate: Tongue = {
  name: 'gemini-generate as events',
  isEvents: true,
  endMark: undefined,
  finishes: { stop: 'STOP', filtered: 'SAFETY' },
  errorTypes: { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED', 503: 'UNAVAILABLE' },
  where: (model, isStream) => ({
    path: `/v1beta/models/${model}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: ['x-goog-api-key: any'],
  }),
  ask: (_model, _isStream, text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
  read: readChunk,
};

const generateArray: Tongue = {
  ...generate,
  name: 'gemini-generate as an array',
  isEvents: false,
  where: (model, isStream) => ({
    path: `/v1/models/${model}:${isStream ? 'streamGenerateContent' : 'generateContent'}?key=any`,
    headers: [],
  }),
};

export const tongues: readonly Tongue[] = [messages, generate, generateArray];

/** The data of each item of a stream that came whole. */
export function readItems(tongue: Tongue, body: Buffer): string[] {
  const text = body.toString('utf8').replaceAll(/\r\n|\r/g, '\n');
  if (!tongue.isEvents) {
    const items: unknown[] = JSON.parse(text);
    return items.map((item) => JSON.stringify(item));
  }
  return text.split('\n\n').flatMap((event) => {
    const lines = event.split('\n').filter((line) => line.startsWith('data: '));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice('data: '.length)).join('\n')];
  });
}

/** The items of a stream that broke off: those that came whole. */
export function readBroken(tongue: Tongue, body: Buffer): string[] {
  if (tongue.isEvents) return readItems(tongue, body).filter((data) => data.endsWith('}'));
  const lines = body
    .toString('utf8')
    .split('\n')
    .map((line) => line.replace(/^\[/, '').trim());
  return lines.filter((line) => /^\{.*\}$/.test(line));
}

/** All that a stream said. */
export function joinSaid(tongue: Tongue, items: readonly string[]): Said & { readonly outputs: readonly unknown[] } {
  const said = items.map(tongue.read);
  return {
    text: said.map(({ text }) => text).join(''),
    finish: said.findLast(({ finish }) => finish !== undefined)?.finish,
    output: said.findLast(({ output }) => output !== undefined)?.output,
    error: said.findLast(({ error }) => error !== undefined)?.error,
    outputs: said.flatMap(({ output }) => (output === undefined ? [] : [output])),
  };
}
