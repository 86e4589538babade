import { excludedBy, type Fault } from '#core/generation/fault.ts';

/** Anthropic's own status for "everybody is busy": its SDKs and agents wait and try again. */
const overloadedStatus = 529;

/** Anthropic's error body: our wording and our code, the generation as the request's id. */
export function encodeFault(fault: Fault, generation: string): { status: number; body: string } {
  const status = fault.fault === 'upstream-overloaded' ? overloadedStatus : fault.row.status;
  return { status, body: JSON.stringify(bodyOf(fault, generation)) };
}

/**
 * The terminal error of a stream: the official SDK throws on it. A blank line first, so that a half event of the
 * upstream cannot swallow it; no `message_stop` after it.
 */
export function encodeStreamFault(fault: Fault, generation: string): string {
  return `\n\nevent: error\ndata: ${JSON.stringify(bodyOf(fault, generation))}\n\n`;
}

function bodyOf(fault: Fault, generation: string) {
  const error = { type: typeOf(fault), message: messageOf(fault), ...detailsOf(fault) };
  return { type: 'error', error, request_id: generation };
}

/** What Anthropic's SDK looks for before it replays a conversation; and why nobody may serve a request. */
function detailsOf(fault: Fault) {
  const excluded = excludedBy(fault);
  if (excluded) return { details: { error_code: fault.row.code, excluded_by: excluded } };
  return fault.fault === 'thread-unknown' ? { details: { error_code: fault.row.code } } : {};
}

function typeOf(fault: Fault): string {
  if (fault.fault === 'upstream-overloaded') return 'overloaded_error';
  switch (fault.row.status) {
    case 401:
      return 'authentication_error';
    case 402:
      return 'billing_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 504:
      return 'timeout_error';
    case 500:
    case 502:
    case 503:
      return 'api_error';
    default:
      return 'invalid_request_error';
  }
}

/** The dialect has no field for a code, and agents look for these very words before they shorten a conversation. */
function messageOf(fault: Fault): string {
  const start = fault.details.code === 'context_length_exceeded' ? 'prompt is too long: ' : '';
  return `${start}${fault.sentence} (${fault.row.code})`;
}
