import { geminiBatchEmbedContents, geminiEmbedContent } from '#core/protocol/gemini-embeddings/gemini-embeddings.ts';
import { audioSpeech, audioTranscriptions, audioTranslations } from '#core/protocol/openai-audio/openai-audio.ts';
import { openaiCompletions } from '#core/protocol/openai-completions/openai-completions.ts';
import { openaiEmbeddings } from '#core/protocol/openai-embeddings/openai-embeddings.ts';
import { imageEdits, imageGenerations } from '#core/protocol/openai-images/openai-images.ts';
import { openaiModerations } from '#core/protocol/openai-moderations/openai-moderations.ts';
import {
  routerCompletions,
  routerEmbeddings,
  routerImages,
  routerRerank,
  routerSpeech,
  routerTranscriptions,
} from '#core/protocol/openrouter/router-surfaces.ts';
import { StreamableDress, WholeDress } from '#core/protocol/openrouter/whole-dress.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import type { ReplyForm } from '#core/protocol/reply-form.ts';
import { rerank } from '#core/protocol/rerank/rerank.ts';
import type { EndpointsAsked } from '#gateway/models/list-endpoints.ts';

type ProtocolName = Protocol['name'];

/** What is done at an address; `list-kept`, `upload` and `create-batch` are about what an upstream keeps, as `stored` is. */
export type Operation =
  | 'generate'
  | 'count'
  | 'list-models'
  | 'show-model'
  | 'list-endpoints'
  | 'stored'
  | 'list-kept'
  | 'upload'
  | 'send-file'
  | 'create-batch';

/** A wire API that we serve. The router, the conformance tests and the docs read these rows. */
export type Surface = {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** One `*` stands for a model's name or an object's id, which may hold `/`, `:` and `@`. */
  readonly path: string;
  readonly operation: Operation;
  /** `asked`: lists of models are asked for at one address in three dialects; the head tells which. */
  readonly protocol: ProtocolName | 'asked';
  /** The address itself says whether the reply is streamed. */
  readonly stream?: boolean;
  /** What a list of endpoints holds. */
  readonly endpoints?: EndpointsAsked;
  /** OpenRouter's callers come here, with its extras in requests and replies. */
  readonly router?: true;
  /** What is spoken here when it is not the whole of `protocol`, which an upstream must speak to be asked. */
  readonly speak?: Protocol;
  /** Of what an upstream keeps. */
  readonly kept?: { readonly kind: 'response' | 'file' | 'batch'; readonly path: string };
  /** What a body may be beside JSON, and how large where that is not as everywhere. */
  readonly body?: BodyRule;
  /** OpenRouter's dress where it is not that of `protocol`. */
  readonly openForm?: () => ReplyForm;
};

export type BodyRule = { readonly takes: 'json' | 'form' | 'either'; readonly formBytesMax?: number };

/** The AI SDK takes a name with a slash for a whole resource, and leaves `models/` out. */
const geminiBases = ['/v1beta/models', '/v1/models', '/v1beta', '/v1'];

const gemini = geminiBases.flatMap((base): readonly Surface[] => {
  const method = 'POST';
  const protocol = 'gemini-generate';
  const path = (verb: string) => `${base}/*:${verb}`;
  return [
    { name: 'generate-content', method, path: path('generateContent'), operation: 'generate', protocol, stream: false },
    {
      name: 'stream-generate-content',
      method,
      path: path('streamGenerateContent'),
      operation: 'generate',
      protocol,
      stream: true,
    },
    { name: 'gemini-count-tokens', method, path: path('countTokens'), operation: 'count', protocol },
    {
      ...{ name: 'embed-content', method, path: path('embedContent'), operation: 'generate', protocol },
      speak: geminiEmbedContent,
    },
    {
      ...{ name: 'batch-embed-contents', method, path: path('batchEmbedContents'), operation: 'generate', protocol },
      speak: geminiBatchEmbedContents,
    },
  ];
});

const modelLists = ['/v1beta', '/v1'].flatMap((base): readonly Surface[] => [
  { name: 'models', method: 'GET', path: `${base}/models`, operation: 'list-models', protocol: 'asked' },
  { name: 'model', method: 'GET', path: `${base}/models/*`, operation: 'show-model', protocol: 'asked' },
]);

/** Codex knows the Responses API at an address of its own too. */
const responses = ['/v1', '/backend-api/codex'].map(
  (base): Surface => ({
    name: 'responses',
    method: 'POST',
    path: `${base}/responses`,
    operation: 'generate',
    protocol: 'openai-responses',
  }),
);

/** What callers left at an upstream of this dialect. */
const stored = (
  [
    ['POST', '/v1/responses/*/cancel'],
    ['GET', '/v1/responses/*/input_items'],
    ['GET', '/v1/responses/*'],
    ['DELETE', '/v1/responses/*'],
  ] as const
).map(
  ([method, path]): Surface => ({
    name: 'stored-response',
    method,
    path,
    operation: 'stored',
    protocol: 'openai-responses',
    kept: { kind: 'response', path: '/responses' },
  }),
);

/** Files and batches, which upstreams of OpenAI's kind keep. */
const kept = (
  [
    ['files', 'POST', '/v1/files', 'upload'],
    ['files', 'GET', '/v1/files', 'list-kept'],
    ['files', 'GET', '/v1/files/*/content', 'send-file'],
    ['files', 'GET', '/v1/files/*', 'stored'],
    ['files', 'DELETE', '/v1/files/*', 'stored'],
    ['batches', 'POST', '/v1/batches', 'create-batch'],
    ['batches', 'GET', '/v1/batches', 'list-kept'],
    ['batches', 'POST', '/v1/batches/*/cancel', 'stored'],
    ['batches', 'GET', '/v1/batches/*', 'stored'],
  ] as const
).map(
  ([name, method, path, operation]): Surface => ({
    ...{ name, method, path, operation, protocol: 'openai-chat' },
    kept: name === 'files' ? { kind: 'file', path: '/files' } : { kind: 'batch', path: '/batches' },
  }),
);

/** The same dialects below OpenRouter's own address. */
const router = (
  [
    ['chat-completions', '/api/v1/chat/completions', 'openai-chat'],
    ['responses', '/api/v1/responses', 'openai-responses'],
    ['messages', '/api/v1/messages', 'anthropic-messages'],
  ] as const
).map(
  ([name, path, protocol]): Surface => ({ name, method: 'POST', path, operation: 'generate', protocol, router: true }),
);

/** Endpoints and providers, as OpenRouter's callers ask for them. */
const routerEndpoints = (
  [
    ['endpoints', '/api/v1/models/*/endpoints', 'of-a-model'],
    ['endpoints', '/api/v1/endpoints/zdr', 'without-retention'],
    ['providers', '/api/v1/providers', 'providers'],
  ] as const
).map(
  ([name, path, endpoints]): Surface => ({
    name,
    method: 'GET',
    path,
    operation: 'list-endpoints',
    protocol: 'openai-chat',
    router: true,
    endpoints,
  }),
);

const routerModels = (
  [
    ['/api/v1/models', 'list-models'],
    ['/api/v1/models/user', 'list-models'],
    ['/api/v1/models/*', 'show-model'],
    ['/api/v1/model/*', 'show-model'],
  ] as const
).map(
  ([path, operation]): Surface => ({
    name: 'models',
    method: 'GET',
    path,
    operation,
    protocol: 'openai-chat',
    router: true,
  }),
);

/** What only upstreams of OpenAI's kind have: spliced, never translated. */
const native = (
  [
    ['embeddings', '/v1/embeddings', openaiEmbeddings],
    ['completions', '/v1/completions', openaiCompletions],
    ['moderations', '/v1/moderations', openaiModerations],
    ['rerank', '/v1/rerank', rerank],
  ] as const
).map(
  ([name, path, speak]): Surface => ({
    name,
    method: 'POST',
    path,
    operation: 'generate',
    protocol: 'openai-chat',
    speak,
  }),
);

/** Pictures. A form brings those that are to be changed. */
const images: readonly Surface[] = [
  {
    ...{ name: 'image-generations', method: 'POST', path: '/v1/images/generations', operation: 'generate' },
    ...{ protocol: 'openai-chat', speak: imageGenerations },
  },
  {
    ...{ name: 'image-edits', method: 'POST', path: '/v1/images/edits', operation: 'generate' },
    ...{ protocol: 'openai-chat', speak: imageEdits, body: { takes: 'either' } },
  },
  {
    ...{ name: 'image-generations', method: 'POST', path: '/api/v1/images', operation: 'generate' },
    ...{ protocol: 'openai-chat', router: true, speak: routerImages, openForm: () => new StreamableDress() },
  },
];

const audioBytesMax = 26 * 1024 * 1024;

/** Speech, and what was said. */
const audio = (
  [
    ['audio-speech', '/v1/audio/speech', audioSpeech, 'json'],
    ['audio-transcriptions', '/v1/audio/transcriptions', audioTranscriptions, 'form'],
    ['audio-translations', '/v1/audio/translations', audioTranslations, 'form'],
    ['audio-speech', '/api/v1/audio/speech', routerSpeech, 'json'],
    ['audio-transcriptions', '/api/v1/audio/transcriptions', routerTranscriptions, 'either'],
  ] as const
).map(
  ([name, path, speak, takes]): Surface => ({
    ...{ name, method: 'POST', path, operation: 'generate', protocol: 'openai-chat', speak },
    ...(takes === 'json' ? {} : { body: { takes, formBytesMax: audioBytesMax } }),
    ...(path.startsWith('/api/') ? { router: true, openForm: () => new StreamableDress() } : {}),
  }),
);

const wholeDress = () => new WholeDress();

const routerNative = (
  [
    ['embeddings', '/api/v1/embeddings', routerEmbeddings, wholeDress],
    ['completions', '/api/v1/completions', routerCompletions, undefined],
    ['rerank', '/api/v1/rerank', routerRerank, wholeDress],
  ] as const
).map(
  ([name, path, speak, openForm]): Surface => ({
    name,
    method: 'POST',
    path,
    operation: 'generate',
    protocol: 'openai-chat',
    router: true,
    speak,
    ...(openForm ? { openForm } : {}),
  }),
);

export const surfaces: readonly Surface[] = [
  ...router,
  ...routerNative,
  // Before the model of that name.
  ...routerEndpoints,
  ...routerModels,
  {
    name: 'chat-completions',
    method: 'POST',
    path: '/v1/chat/completions',
    operation: 'generate',
    protocol: 'openai-chat',
  },
  { name: 'messages', method: 'POST', path: '/v1/messages', operation: 'generate', protocol: 'anthropic-messages' },
  {
    name: 'count-tokens',
    method: 'POST',
    path: '/v1/messages/count_tokens',
    operation: 'count',
    protocol: 'anthropic-messages',
  },
  ...responses,
  ...native,
  ...images,
  ...audio,
  {
    name: 'input-tokens',
    method: 'POST',
    path: '/v1/responses/input_tokens',
    operation: 'count',
    protocol: 'openai-responses',
  },
  ...stored,
  ...kept,
  ...gemini,
  ...modelLists,
  {
    name: 'models',
    method: 'GET',
    path: '/backend-api/codex/models',
    operation: 'list-models',
    protocol: 'openai-chat',
  },
];

/** `rest`: what the `*` of its path stands for. */
export type FoundSurface = { readonly surface: Surface; readonly rest: string | undefined };

const exact = new Map<string, FoundSurface[]>();
const patterns: { readonly prefix: string; readonly suffix: string; readonly surface: Surface }[] = [];
for (const surface of surfaces) {
  const [prefix = '', suffix] = surface.path.split('*');
  if (suffix === undefined) exact.set(surface.path, [...(exact.get(surface.path) ?? []), { surface, rest: undefined }]);
  else patterns.push({ prefix, suffix, surface });
}

/** The surface of an address; with the wrong method, the methods that it would take; else undefined. */
export function findSurface(path: string, method: string): FoundSurface | { readonly allow: string } | undefined {
  const all = exact.get(path) ?? matchPatterns(path);
  const found = all.find(({ surface }) => surface.method === method);
  if (found || all.length === 0) return found;
  return { allow: [...new Set(all.map(({ surface }) => surface.method))].join(', ') };
}

function matchPatterns(path: string): readonly FoundSurface[] {
  return patterns
    .filter(({ prefix, suffix }) => {
      const isLonger = path.length > prefix.length + suffix.length;
      return isLonger && path.startsWith(prefix) && path.endsWith(suffix);
    })
    .map(({ prefix, suffix, surface }) => ({
      surface,
      rest: decodePath(path.slice(prefix.length, path.length - suffix.length)),
    }));
}

function decodePath(rest: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/** Addresses of AI surfaces answer in a dialect even when there is nothing; all others are the console's: undefined. */
export function dialectOfSpace(path: string): ProtocolName | undefined {
  if (accountAddresses.has(path)) return undefined;
  if (isUnder(path, '/v1beta')) return 'gemini-generate';
  if (isUnder(path, '/v1/messages')) return 'anthropic-messages';
  if (isUnder(path, '/v1') || isUnder(path, '/backend-api/codex')) return 'openai-chat';
  return undefined;
}

/** Vercel's account API lies among the models'. */
const accountAddresses: ReadonlySet<string> = new Set(['/v1/credits', '/v1/generation']);

function isUnder(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}
