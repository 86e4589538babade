import type { Fault } from '#core/generation/fault.ts';
import { availabilityOf } from './availability.ts';

/** OpenRouter's error body: the status as a number, and what kind of error it is as a word. */
export function encodeRouterFault(fault: Fault): { readonly status: number; readonly body: string } {
  const { status } = fault.row;
  return { status, body: JSON.stringify({ error: errorOf(fault) }) };
}

/** The last chunk of a chat that broke off. A blank line first, so that a half event cannot swallow it. */
export function encodeRouterStreamFault(fault: Fault, generation: string): string {
  const choice = { index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'error' };
  const chunk = { id: generation, object: 'chat.completion.chunk', error: errorOf(fault), choices: [choice] };
  return `\n\ndata: ${JSON.stringify(chunk)}\n\n`;
}

/** The same of the older completions. */
export function encodeRouterTextFault(fault: Fault, generation: string): string {
  const choice = { index: 0, text: '', finish_reason: 'error', native_finish_reason: 'error' };
  const chunk = { id: generation, object: 'text_completion', error: errorOf(fault), choices: [choice] };
  return `\n\ndata: ${JSON.stringify(chunk)}\n\n`;
}

/** The last event of pictures that broke off. */
export function encodeRouterImageFault(fault: Fault, generation: string): string {
  return `\n\ndata: ${JSON.stringify({ type: 'error', id: generation, error: errorOf(fault) })}\n\n`;
}

function errorOf(fault: Fault) {
  const { status, code } = fault.row;
  return {
    code: status,
    message: fault.sentence,
    metadata: { error_type: errorTypeOf(status), fairlead_code: code, ...providerCode(fault) },
    ...availabilityOf(fault),
  };
}

/** The upstream's own word, where a caller's program may wait for it. */
function providerCode({ row, details }: Fault) {
  const { code } = details;
  return row.blame === 'caller' && typeof code === 'string' && code !== 'unknown' ? { provider_code: code } : {};
}

function errorTypeOf(status: number): string {
  switch (status) {
    case 400:
      return 'invalid_request';
    case 401:
      return 'authentication';
    case 402:
      return 'payment_required';
    case 403:
      return 'permission_denied';
    case 404:
      return 'not_found';
    case 413:
      return 'payload_too_large';
    case 422:
      return 'unprocessable';
    case 429:
      return 'rate_limit_exceeded';
    case 502:
      return 'provider_unavailable';
    case 503:
      return 'provider_overloaded';
    case 405:
    case 409:
    case 415:
      return 'invalid_request';
    case 408:
    case 504:
      return 'timeout';
    default:
      return 'server';
  }
}

/** What OpenRouter says while a caller waits. */
export const processingComment = ': OPENROUTER PROCESSING\n\n';
