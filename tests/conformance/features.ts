import { Content } from '#core/generation/content.ts';
import type { OpaqueState, StateFamily } from '#core/generation/opaque-state.ts';
import type { AssistantPart, MediaPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { GenerationRequest, Message, Tool } from '#core/generation/request.ts';

/** One thing that a request can say, as a request that says it and little else. */
export type Feature = { readonly group: string; readonly name: string; readonly request: GenerationRequest };

const text = Content.ofText;
const question: Message = { role: 'user', parts: [{ kind: 'text', text: text('Hello') }] };

export const plainRequest: GenerationRequest = {
  model: 'model',
  stream: false,
  messages: [question],
  tools: [],
  toolChoice: undefined,
  parallelToolCalls: undefined,
  outputFormat: undefined,
  reasoning: undefined,
  sampling: {},
  outputTokensMax: undefined,
  choices: 1,
  stop: [],
  cache: undefined,
  promptCacheKey: undefined,
  user: undefined,
  metadata: undefined,
  serviceTier: undefined,
  verbosity: undefined,
  outputMedia: undefined,
  logprobs: undefined,
  foreign: [],
  dropped: [],
};

const schema = Content.ofJson({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const weather: Tool = {
  kind: 'function',
  name: text('weather'),
  description: text('Tells it.'),
  parameters: schema,
  strict: undefined,
};
const clock: Tool = { ...weather, name: text('clock') };
const pixel = text('iVBORw0KGgo=');

function userSays(...parts: readonly UserPart[]): Partial<GenerationRequest> {
  return { messages: [{ role: 'user', parts: [{ kind: 'text', text: text('Look.') }, ...parts] }] };
}

function media(medium: MediaPart['medium'], mediaType: string, more: Partial<MediaPart> = {}): MediaPart {
  return { kind: 'media', medium, mediaType, source: { kind: 'inline', data: pixel }, ...more };
}

function history(...parts: readonly AssistantPart[]): Partial<GenerationRequest> {
  return { messages: [question, { role: 'assistant', parts }, question] };
}

/** Reasoning leads to an answer. */
function thought(part: AssistantPart): Partial<GenerationRequest> {
  return history(part, { kind: 'text', text: text('It is so.') });
}

function called(result: Partial<ToolResult>, state?: OpaqueState): Partial<GenerationRequest> {
  const id = text('call_1');
  const name = text('weather');
  const input = text('{"city":"Köln"}');
  const parts: ToolResult['parts'] = [{ kind: 'text', text: text('rain') }];
  return {
    tools: [weather],
    messages: [
      question,
      { role: 'assistant', parts: [{ kind: 'tool-call', id, name, form: 'function', input, state }] },
      { role: 'tool', results: [{ id, form: 'function', parts, isError: false, ...result }] },
    ],
  };
}

function stateOf(family: StateFamily, kind: OpaqueState['kind'] = 'signature'): OpaqueState {
  return { family, kind, value: text('c2lnbmF0dXJl') };
}

const asks: Readonly<Record<string, Readonly<Record<string, Partial<GenerationRequest>>>>> = {
  Messages: {
    'a system message first': {
      messages: [{ role: 'system', parts: [{ kind: 'text', text: text('Be brief.') }] }, question],
    },
    'a system message later': {
      messages: [question, { role: 'system', parts: [{ kind: 'text', text: text('Be brief.') }] }, question],
    },
    "the name of a message's author": { messages: [{ ...question, name: text('Ada') }] },
    'an answer that was begun': {
      messages: [question, { role: 'assistant', parts: [{ kind: 'text', text: text('It is') }] }],
    },
    'an earlier refusal': history({ kind: 'refusal', text: text('No.') }),
    'an earlier citation': history({
      kind: 'text',
      text: text('It rains.'),
      citations: [{ url: text('https://rain.example'), start: 0, end: 9, family: 'other', item: Content.ofJson({}) }],
    }),
  },
  Media: {
    'an image, inline': userSays(media('image', 'image/png')),
    'an image, by URL': userSays({
      kind: 'media',
      medium: 'image',
      mediaType: undefined,
      source: { kind: 'url', url: text('https://a.example/b.png') },
    }),
    "an image's detail": userSays(media('image', 'image/png', { detail: 'low' })),
    'audio, inline': userSays(media('audio', 'audio/wav')),
    'video, inline': userSays(media('video', 'video/mp4')),
    'a PDF, inline': userSays(media('document', 'application/pdf', { name: text('a.pdf') })),
    'a PDF, by URL': userSays(
      media('document', 'application/pdf', { source: { kind: 'url', url: text('https://a.example/b.pdf') } }),
    ),
    'a document that is a text': userSays(
      media('document', 'text/plain', { source: { kind: 'text', text: text('Notes') } }),
    ),
    ...Object.fromEntries(
      (['openai', 'anthropic', 'google'] as const).map((family) => [
        `a file stored at ${family}`,
        userSays(media('document', 'application/pdf', { source: { kind: 'file', id: text('file_1'), family } })),
      ]),
    ),
  },
  Tools: {
    'a function': { tools: [weather] },
    'a strict function': { tools: [{ ...weather, strict: true }] },
    'a tool that takes free text': {
      tools: [{ kind: 'custom', name: text('shell'), description: text('Runs it.'), format: undefined }],
    },
    'a grammar for that text': {
      tools: [
        {
          kind: 'custom',
          name: text('shell'),
          description: undefined,
          format: Content.ofJson({ type: 'grammar', syntax: 'regex', definition: 'a+' }),
        },
      ],
    },
    "OpenAI's own web search": hosted('openai', { type: 'web_search' }),
    "Anthropic's own web search": hosted('anthropic', { type: 'web_search_20250305', name: 'web_search' }),
    "Google's own search": hosted('google', { googleSearch: {} }),
    'no tool may be called': { tools: [weather], toolChoice: { kind: 'none' } },
    'some tool must be called': { tools: [weather], toolChoice: { kind: 'required' } },
    'this tool must be called': { tools: [weather, clock], toolChoice: { kind: 'tool', name: text('clock') } },
    'some of the tools may be called': {
      tools: [weather, clock],
      toolChoice: { kind: 'allowed', mode: 'auto', names: [text('clock')] },
    },
    'one call at a time': { tools: [weather], parallelToolCalls: false },
    'the result of a call': called({}),
    'a result that is an error': called({ isError: true }),
    'an image in a result': called({ parts: [media('image', 'image/png')] }),
  },
  'Form of the answer': {
    'any JSON': { outputFormat: { kind: 'json' } },
    'JSON by a schema': { outputFormat: formatOf(undefined) },
    'JSON by a strict schema': { outputFormat: formatOf(true) },
    'several answers': { choices: 2 },
    'words that end it': { stop: [text('END')] },
    verbosity: { verbosity: 'low' },
    'log probabilities': { logprobs: { top: 2 } },
    'an image as the answer': { outputMedia: ['text', 'image'] },
    'speech as the answer': { outputMedia: ['text', 'audio'] },
  },
  Reasoning: {
    effort: { reasoning: { effort: 'high', budget: undefined, isShown: undefined, summary: undefined } },
    none: { reasoning: { effort: 'none', budget: undefined, isShown: undefined, summary: undefined } },
    'a budget': { reasoning: { effort: undefined, budget: 2_000, isShown: undefined, summary: undefined } },
    'not shown': { reasoning: { effort: 'high', budget: undefined, isShown: false, summary: undefined } },
    'a summary of it': { reasoning: { effort: 'high', budget: undefined, isShown: undefined, summary: 'detailed' } },
    'earlier reasoning, unsigned': thought(reasoningOf(undefined)),
    "earlier reasoning, Claude's own": thought(reasoningOf(stateOf('anthropic'))),
    "earlier reasoning, OpenAI's own": thought(reasoningOf(stateOf('openai', 'encrypted'))),
    "a call with Gemini's own signature": called({}, stateOf('google')),
  },
  Sampling: {
    temperature: { sampling: { temperature: 0.5 } },
    'top p': { sampling: { topP: 0.5 } },
    'top k': { sampling: { topK: 10 } },
    'min p': { sampling: { minP: 0.1 } },
    'top a': { sampling: { topA: 0.1 } },
    'frequency penalty': { sampling: { frequencyPenalty: 0.5 } },
    'presence penalty': { sampling: { presencePenalty: 0.5 } },
    'repetition penalty': { sampling: { repetitionPenalty: 1.5 } },
    seed: { sampling: { seed: 7 } },
    'bias of tokens': { sampling: { logitBias: Content.ofJson({ '50256': -100 }) } },
  },
  'Cache and service': {
    'a cache mark': userSays({ kind: 'text', text: text('Much of it.'), cache: { ttl: undefined } }),
    'cache all that may be': { cache: { ttl: undefined } },
    'a key for the cache': { promptCacheKey: text('key') },
    'the end user, as a pseudonym': { user: text('ada') },
    metadata: { metadata: Content.ofJson({ a: 'b' }) },
    'a cheaper tier': { serviceTier: 'flex' },
    'a faster tier': { serviceTier: 'priority' },
  },
};

function hosted(family: StateFamily, definition: object): Partial<GenerationRequest> {
  return { tools: [{ kind: 'hosted', family, definition: Content.ofJson(definition) }] };
}

function formatOf(strict: boolean | undefined): GenerationRequest['outputFormat'] {
  return { kind: 'schema', name: text('city'), description: undefined, schema, strict };
}

function reasoningOf(state: OpaqueState | undefined): AssistantPart {
  return { kind: 'reasoning', text: text('Hm.'), isSummary: false, state };
}

export const features: readonly Feature[] = Object.entries(asks).flatMap(([group, named]) =>
  Object.entries(named).map(([name, ask]) => ({ group, name, request: { ...plainRequest, ...ask } })),
);
