import { randomLetters } from '../identity.ts';

export const jsonType = 'application/json';
export const streamType = 'text/event-stream; charset=utf-8';

/** The headers that Anthropic sends with an answer, as seen in recordings. */
export function writeHeaders(contentType: string, inputTokens = 0): Record<string, string> {
  const reset = '2026-01-01T00:00:00Z';
  return {
    'content-type': contentType,
    'anthropic-ratelimit-input-tokens-limit': '4000000',
    'anthropic-ratelimit-input-tokens-remaining': String(Math.max(0, 4_000_000 - inputTokens)),
    'anthropic-ratelimit-input-tokens-reset': reset,
    'anthropic-ratelimit-output-tokens-limit': '800000',
    'anthropic-ratelimit-output-tokens-remaining': '800000',
    'anthropic-ratelimit-output-tokens-reset': reset,
    'anthropic-ratelimit-requests-limit': '20000',
    'anthropic-ratelimit-requests-remaining': '19999',
    'anthropic-ratelimit-requests-reset': reset,
    'request-id': makeRequestId(),
  };
}

export function makeRequestId(): string {
  return `req_011C${randomLetters(20)}`;
}
