import type { FaultTrouble, Refusal, Trouble } from '../trouble.ts';
import { makeRequestId } from './heads.ts';

type Told = { readonly status: number; readonly type: string; readonly message: string };

const invalid = 'invalid_request_error';

export function refuse(trouble: Trouble): Refusal {
  return toRefusal(tell(trouble), trouble.kind === 'fault' ? trouble.headers : undefined);
}

/** A 400 in Anthropic's words. */
export function invalidRequest(message: string): Refusal {
  return toRefusal({ status: 400, type: invalid, message });
}

/** The data of an `error` event; it names no request. */
export function writeErrorEvent(trouble: Trouble): string {
  const { type, message } = tell(trouble);
  return JSON.stringify({ type: 'error', error: { type, message } });
}

function toRefusal({ status, type, message }: Told, more: Refusal['headers'] = {}): Refusal {
  const id = makeRequestId();
  const shouldRetry = String(status === 408 || status === 409 || status === 429 || status >= 500);
  return {
    status,
    body: JSON.stringify({ type: 'error', error: { type, message }, request_id: id }),
    headers: { 'request-id': id, 'x-should-retry': shouldRetry, ...more },
  };
}

function tell(trouble: Trouble): Told {
  switch (trouble.kind) {
    case 'key-missing':
      return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' };
    case 'url-unknown':
      return { status: 404, type: 'not_found_error', message: 'Not Found' };
    case 'method-wrong':
      return { status: 405, type: invalid, message: 'Method Not Allowed' };
    case 'body-too-large':
      return { status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' };
    case 'model-unknown':
      return { status: 404, type: 'not_found_error', message: `model: ${trouble.model}` };
    case 'context-too-long': {
      const message = `prompt is too long: ${trouble.input} tokens > ${trouble.context} maximum`;
      return { status: 400, type: invalid, message };
    }
    case 'server-error':
      return { status: 500, type: 'api_error', message: 'Internal server error' };
    case 'fault':
      return { status: trouble.status, type: typeOf(trouble), message: trouble.message };
  }
}

const typeByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function typeOf({ status }: FaultTrouble): string {
  return typeByStatus[status] ?? (status < 500 ? invalid : 'api_error');
}
