import { chat, completions } from './speech/chat.ts';
import { embeddings } from './speech/embeddings.ts';
import { gemini, geminiList } from './speech/gemini.ts';
import { messages } from './speech/messages.ts';
import { responses } from './speech/responses.ts';
import type { Speech } from './speech/speech.ts';

/** What an upstream speaks. The native ones have no counterpart elsewhere, and are spoken by upstreams of Chat. */
export type Tongue =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini-generate'
  | 'bedrock-converse'
  | 'openai-completions'
  | 'openai-embeddings';

/** How many events an honest stream of this dialect sends before its first word. */
export const eventsBeforeWords: Readonly<Record<Tongue, number>> = {
  'openai-chat': 1,
  'openai-responses': 4,
  'anthropic-messages': 3,
  'gemini-generate': 0,
  'bedrock-converse': 1,
  'openai-completions': 0,
  'openai-embeddings': 0,
};

/** One way to ask for an answer: a surface, streamed or not. */
export type Way = {
  readonly name: string;
  readonly speech: Speech;
  readonly tongue: Tongue;
  readonly isStream: boolean;
  /** Told apart from the words. */
  readonly wantsUsage?: true;
  /** With OpenRouter's errors and dress. */
  readonly isRouter?: true;
  path(model: string): string;
  body(model: string, text: string): Readonly<Record<string, unknown>>;
};

const toolName = 'feel';
const parameters = { type: 'object', properties: { mood: { type: 'string' } } };

/** A tool to call, in the words of each dialect. */
export function toolsOf({ speech }: Way): Readonly<Record<string, unknown>> {
  switch (speech.name) {
    case 'chat':
      return { tools: [{ type: 'function', function: { name: toolName, parameters } }] };
    case 'responses':
      return { tools: [{ type: 'function', name: toolName, parameters, strict: false }] };
    case 'messages':
      return { tools: [{ name: toolName, input_schema: parameters }] };
    case 'gemini':
      return { tools: [{ functionDeclarations: [{ name: toolName, parametersJsonSchema: parameters }] }] };
    case 'completions':
    case 'embeddings':
      return {};
  }
}

const outputMax = 600;

const streamed = [false, true];

function both(way: (isStream: boolean) => Omit<Way, 'name' | 'isStream'>, name: string): Way[] {
  return streamed.map((isStream) => ({
    ...way(isStream),
    isStream,
    name: `${name} ${isStream ? 'streamed' : 'whole'}`,
  }));
}

const askChat = (path: string) => (isStream: boolean) => ({
  speech: chat,
  tongue: 'openai-chat' as const,
  path: () => path,
  body: (model: string, content: string) => ({
    ...{ model, max_tokens: outputMax, messages: [{ role: 'user', content }] },
    ...(isStream ? { stream: true } : {}),
  }),
});

const askResponses = (path: string) => (isStream: boolean) => ({
  speech: responses,
  tongue: 'openai-responses' as const,
  path: () => path,
  body: (model: string, input: string) => ({
    ...{ model, input, max_output_tokens: outputMax },
    ...(isStream ? { stream: true } : {}),
  }),
});

const askMessages = (path: string) => (isStream: boolean) => ({
  speech: messages,
  tongue: 'anthropic-messages' as const,
  path: () => path,
  body: (model: string, content: string) => ({
    ...{ model, max_tokens: outputMax, messages: [{ role: 'user', content }] },
    ...(isStream ? { stream: true } : {}),
  }),
});

const askGemini = (verb: string, speech: Speech) => ({
  speech,
  tongue: 'gemini-generate' as const,
  path: (model: string) => `/v1beta/models/${model}:${verb}`,
  body: (_: string, text: string) => ({
    contents: [{ role: 'user', parts: [{ text }] }],
    generationConfig: { maxOutputTokens: outputMax },
  }),
});

const askCompletions = (isStream: boolean) => ({
  speech: completions,
  tongue: 'openai-completions' as const,
  path: () => '/v1/completions',
  body: (model: string, prompt: string) => ({
    ...{ model, prompt, max_tokens: outputMax },
    ...(isStream ? { stream: true } : {}),
  }),
});

const askEmbeddings = {
  speech: embeddings,
  tongue: 'openai-embeddings' as const,
  path: () => '/v1/embeddings',
  body: (model: string, input: string) => ({ model, input }),
};

const withUsage: Way = {
  ...askChat('/v1/chat/completions')(true),
  ...{ name: 'chat streamed with usage', isStream: true, wantsUsage: true },
  body: (model, text) => ({
    ...askChat('')(true).body(model, text),
    stream_options: { include_usage: true },
  }),
};

const routers = [
  ...both(askChat('/api/v1/chat/completions'), 'router chat'),
  ...both(askResponses('/api/v1/responses'), 'router responses'),
  ...both(askMessages('/api/v1/messages'), 'router messages'),
].map((way): Way => ({ ...way, isRouter: true }));

/** Every surface of generations, streamed or not. */
export const ways: readonly Way[] = [
  ...both(askChat('/v1/chat/completions'), 'chat'),
  withUsage,
  ...both(askResponses('/v1/responses'), 'responses'),
  ...both(askMessages('/v1/messages'), 'messages'),
  { ...askGemini('generateContent', gemini), name: 'gemini whole', isStream: false },
  { ...askGemini('streamGenerateContent?alt=sse', gemini), name: 'gemini streamed', isStream: true },
  { ...askGemini('streamGenerateContent', geminiList), name: 'gemini list', isStream: true },
  ...both(askCompletions, 'completions'),
  { ...askEmbeddings, name: 'embeddings whole', isStream: false },
  ...routers,
];

/** What an upstream's own dialect may be for a caller of this way; the caller's own first. */
export function tonguesFor({ tongue }: Way): readonly Tongue[] {
  if (tongue === 'openai-completions' || tongue === 'openai-embeddings') return [tongue];
  return [tongue, ...translated.filter((each) => each !== tongue)];
}

const translated: readonly Tongue[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'];

/** Where an upstream of Bedrock's Converse, which no caller speaks, is played beside the others. */
export function isPlayedFromConverse({ name }: Way): boolean {
  return /^(chat whole|(chat|responses|messages|gemini) streamed)$/.test(name);
}
