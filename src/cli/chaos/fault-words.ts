import type { BeforeFault } from './outcomes.ts';
import type { Way } from './ways.ts';

type Fault = BeforeFault | 'stream_cut' | 'stream_stalled';

type Words = { readonly status: number; readonly anthropic: string; readonly google: string; readonly router: string };

/** What each dialect calls it, by its provider's documentation. OpenAI's callers read our own word. */
const words: Readonly<Record<Fault, Words>> = {
  upstream_unavailable: { status: 502, anthropic: 'api_error', google: 'UNAVAILABLE', router: 'provider_unavailable' },
  upstream_overloaded: {
    status: 503,
    anthropic: 'overloaded_error',
    google: 'UNAVAILABLE',
    router: 'provider_overloaded',
  },
  upstream_timeout: { status: 504, anthropic: 'timeout_error', google: 'DEADLINE_EXCEEDED', router: 'timeout' },
  upstream_rejected: {
    status: 400,
    anthropic: 'invalid_request_error',
    google: 'INVALID_ARGUMENT',
    router: 'invalid_request',
  },
  stream_cut: { status: 502, anthropic: 'api_error', google: 'UNAVAILABLE', router: 'provider_unavailable' },
  stream_stalled: { status: 504, anthropic: 'timeout_error', google: 'DEADLINE_EXCEEDED', router: 'timeout' },
};

export function errorWordOf({ speech, isRouter }: Way, fault: Fault): string {
  switch (speech.name) {
    case 'messages':
      return words[fault].anthropic;
    case 'gemini':
      return words[fault].google;
    case 'chat':
    case 'responses':
    case 'completions':
    case 'embeddings':
      return isRouter ? words[fault].router : fault;
  }
}

/** Inside of a stream of Responses OpenRouter keeps to OpenAI's place for a word, and adds its own beside it. */
export function streamErrorWordOf(way: Way, fault: Fault): string {
  return way.speech.name === 'responses' ? fault : errorWordOf(way, fault);
}

export function statusOf({ speech }: Way, fault: Fault): number {
  // Anthropic has a status of its own for it.
  return speech.name === 'messages' && fault === 'upstream_overloaded' ? 529 : words[fault].status;
}
