import { randomHex } from '../identity.ts';

/** The headers that OpenAI sends with an answer, as seen in recordings. */
export function writeHeaders(contentType: string, inputTokens = 0): Record<string, string> {
  return {
    'content-type': contentType,
    'openai-organization': 'sandbox',
    'openai-processing-ms': '1',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '5000',
    'x-ratelimit-limit-tokens': '800000',
    'x-ratelimit-remaining-requests': '4999',
    'x-ratelimit-remaining-tokens': String(Math.max(0, 800_000 - inputTokens)),
    'x-ratelimit-reset-requests': '12ms',
    'x-ratelimit-reset-tokens': '0s',
    'x-request-id': `req_${randomHex(32)}`,
  };
}

export const jsonType = 'application/json';
export const errorType = 'application/json; charset=utf-8';
export const streamType = 'text/event-stream; charset=utf-8';
