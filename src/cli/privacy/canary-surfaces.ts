import {
  type Body,
  type CallerCanaries,
  chatBody,
  geminiBody,
  messagesBody,
  responsesBody,
  type Shout,
  withExtras,
} from './canary-bodies.ts';

/** A wire API as its callers use it. */
export type CanarySurface = {
  readonly name: string;
  address(shout: Shout): string;
  body(shout: Shout): Body;
  headers(key: string, canaries: CallerCanaries): Readonly<Record<string, string>>;
};

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
export const anthropic = (key: string, canaries: CallerCanaries) => ({
  'x-api-key': key,
  'anthropic-version': '2023-06-01',
  'anthropic-beta': `interleaved-thinking-2025-05-14,${canaries.header}`,
});
export const google = (key: string) => ({ 'x-goog-api-key': key });
export const geminiAddress = ({ number, model }: Shout) =>
  `models/${model}:${number % 2 === 0 ? 'streamGenerateContent' : 'generateContent'}`;

const openai = { address: () => '/v1/chat/completions', body: chatBody, headers: bearer };
const responses = { address: () => '/v1/responses', body: responsesBody, headers: bearer };
const messages = { address: () => '/v1/messages', body: messagesBody, headers: anthropic };

export const canarySurfaces: readonly CanarySurface[] = [
  { name: 'chat', ...openai },
  { name: 'responses', ...responses },
  { name: 'messages', ...messages },
  { name: 'Gemini list', address: (shout) => `/v1beta/${geminiAddress(shout)}`, body: geminiBody, headers: google },
  {
    name: 'Gemini events',
    address: (shout) => `/v1/${geminiAddress(shout)}?alt=sse`,
    body: geminiBody,
    headers: google,
  },
  {
    ...openai,
    name: 'router chat',
    address: () => '/api/v1/chat/completions',
    body: (shout) => withExtras(shout, chatBody(shout)),
  },
  {
    ...responses,
    name: 'router responses',
    address: () => '/api/v1/responses',
    body: (shout) => withExtras(shout, responsesBody(shout)),
  },
  {
    ...messages,
    name: 'router messages',
    address: () => '/api/v1/messages',
    body: (shout) => withExtras(shout, messagesBody(shout)),
  },
  { ...responses, name: 'Codex', address: () => '/backend-api/codex/responses' },
];
