import { excludedBy, type Fault } from '#core/generation/fault.ts';

/** Google's error body: our wording, its status words, and our code where its programs look for a reason. */
export function encodeFault(fault: Fault): { status: number; body: string } {
  return { status: fault.row.status, body: JSON.stringify({ error: errorOf(fault) }) };
}

/** The terminal error of a stream. A blank line first, so that a half event of the upstream cannot swallow it. */
export function encodeStreamFault(fault: Fault): string {
  return `\n\ndata: ${JSON.stringify({ error: errorOf(fault) })}\n\n`;
}

function errorOf(fault: Fault) {
  const { status, code } = fault.row;
  const excluded = excludedBy(fault);
  const why = excluded ? { metadata: { excluded_by: excluded.join(', ') } } : {};
  const details: unknown[] = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase(), domain: 'fairlead', ...why },
  ];
  const retryDelay = retryDelayOf(fault);
  if (retryDelay !== undefined) details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
  return { code: status, message: fault.sentence, status: rpcWordOf(status), details };
}

/** https://cloud.google.com/apis/design/errors#handling_errors */
function rpcWordOf(status: number): string {
  switch (status) {
    case 401:
      return 'UNAUTHENTICATED';
    // Nobody tries again by itself after this word, as is right for an empty wallet.
    case 402:
      return 'FAILED_PRECONDITION';
    case 403:
      return 'PERMISSION_DENIED';
    case 404:
      return 'NOT_FOUND';
    case 405:
      return 'UNIMPLEMENTED';
    case 429:
      return 'RESOURCE_EXHAUSTED';
    case 409:
      return 'ABORTED';
    case 408:
    case 504:
      return 'DEADLINE_EXCEEDED';
    case 502:
    case 503:
      return 'UNAVAILABLE';
    default:
      return status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL';
  }
}

const retryable: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Protobuf's way to write a duration. */
function retryDelayOf(fault: Fault): string | undefined {
  const waitMs = fault.details.retryAfterMs;
  if (typeof waitMs !== 'number' || !Number.isFinite(waitMs) || waitMs < 0) return undefined;
  return retryable.has(fault.row.status) ? `${Number((waitMs / 1000).toFixed(3))}s` : undefined;
}
