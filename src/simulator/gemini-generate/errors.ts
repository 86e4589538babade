import type { Headers } from '../step.ts';
import type { FaultTrouble, Refusal, Trouble } from '../trouble.ts';

type Told = {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details?: readonly object[];
};

/** What a refusal must know of the call: Google names the method, and streams as an array even what it refuses. */
export type Place = { readonly version: string; readonly method: string; readonly isArray: boolean };

export function refuse(trouble: Trouble, place: Place): Refusal {
  return { ...toRefusal(tell(trouble, place), place), headers: oddHeaders(trouble) };
}

/** A 400 in Google's words. */
export function invalidArgument(message: string, place: Place, details?: readonly object[]): Refusal {
  return toRefusal(
    { code: 400, message, status: 'INVALID_ARGUMENT', ...(details === undefined ? {} : { details }) },
    place,
  );
}

/** For what the JSON says but the message it is read into has no field for. */
export function unknownField(name: string, at: string, place: Place): Refusal {
  const where = at === '' ? '' : ` at '${at}'`;
  const description = `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
  const violation = at === '' ? { description } : { field: at, description };
  const detail = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] };
  return invalidArgument(description, place, [detail]);
}

/** The data of an error inside a stream. */
export function writeErrorData(trouble: Trouble, place: Place): string {
  return JSON.stringify({ error: tell(trouble, place) });
}

function toRefusal(error: Told, place: Place): Refusal {
  const body = JSON.stringify(place.isArray ? [{ error }] : { error }, null, 2);
  return { status: error.code, body: `${body}\n` };
}

function tell(trouble: Trouble, { version, method }: Place): Told {
  switch (trouble.kind) {
    case 'key-missing':
      return {
        code: 403,
        message:
          "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
        status: 'PERMISSION_DENIED',
      };
    case 'url-unknown':
    case 'method-wrong':
      return { code: 404, message: `Not found: ${trouble.method} ${trouble.path}`, status: 'NOT_FOUND' };
    case 'body-too-large': {
      const message = `Request payload size exceeds the limit: ${trouble.bytesMax} bytes.`;
      return { code: 400, message, status: 'INVALID_ARGUMENT' };
    }
    case 'model-unknown': {
      const message = `models/${trouble.model} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`;
      return { code: 404, message, status: 'NOT_FOUND' };
    }
    case 'context-too-long': {
      const message = `The input token count (${trouble.input}) exceeds the maximum number of tokens allowed (${trouble.context}).`;
      return { code: 400, message, status: 'INVALID_ARGUMENT' };
    }
    case 'server-error':
      return { code: 500, message: 'An internal error has occurred.', status: 'INTERNAL' };
    case 'fault':
      return tellFault(trouble);
  }
}

const statusByCode: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

/** What is no number of seconds has no place in the details; who sends it all the same sends a header. */
function oddHeaders(trouble: Trouble): Headers {
  if (trouble.kind !== 'fault' || isSeconds(trouble.headers?.['retry-after'])) return {};
  return trouble.headers ?? {};
}

function isSeconds(after: string | undefined): after is string {
  return after !== undefined && /^\d+$/.test(after);
}

/** Google says in the details, not in a header, when to come back. */
function tellFault({ status: code, form, message, headers }: FaultTrouble): Told {
  const status = statusByCode[code] ?? (code < 500 ? 'INVALID_ARGUMENT' : 'UNKNOWN');
  const after = headers?.['retry-after'];
  const details: object[] = [];
  if (form === 'quota') {
    const violation = { quotaMetric: 'generativelanguage.googleapis.com/generate_requests', quotaId: 'RequestsPerDay' };
    details.push({ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [violation] });
  }
  if (isSeconds(after)) {
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${after}s` });
  }
  return details.length === 0 ? { code, message, status } : { code, message, status, details };
}
