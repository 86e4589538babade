/** Whose doing a fault is: it decides what hurts an endpoint's health and what a caller is told to do. */
export type Blame = 'caller' | 'operator' | 'upstream' | 'gateway';

type FaultRow = {
  /** HTTP status while no byte was sent. */
  readonly status: number;
  /** The code a program reads, in OpenAI's words where OpenAI has one. */
  readonly code: string;
  /** OpenAI's `error.type`. */
  readonly type: string;
  readonly blame: Blame;
  /** What happened and what to do. `{name}` takes a detail. */
  readonly says: string;
};

/**
 * Everything a caller can be told went wrong. Statuses and codes are CONTRACT's.
 * docs/reference/faults.md is checked against this table by a test.
 */
export const faults = {
  'key-refused': {
    status: 401,
    code: 'invalid_api_key',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'This API key is not valid here. Send a key that this Fairlead made, as "Authorization: Bearer sk-fl-…".',
  },
  'not-allowed': {
    status: 403,
    code: 'not_allowed',
    type: 'permission_error',
    blame: 'caller',
    says: 'This key may not do that. Ask the owner of the workspace to allow it.',
  },
  'address-not-allowed': {
    status: 403,
    code: 'address_not_allowed',
    type: 'permission_error',
    blame: 'caller',
    says: 'This key may not be used from this address. The setting "addresses" of the key or its workspace lists those it may be used from.',
  },
  'processing-restricted': {
    status: 403,
    code: 'processing_restricted',
    type: 'permission_error',
    blame: 'caller',
    says: 'Whoever this belongs to asked that their data be kept and nothing else be done with it. Nothing was sent anywhere. They lift it on the page Privacy, or by DELETE /api/v1/privacy/restriction.',
  },
  'endpoint-stopped': {
    status: 403,
    code: 'stopped_for_review',
    type: 'permission_error',
    blame: 'gateway',
    says: 'Every endpoint that could serve this is stopped for this workspace: three of its answers within a day cost more than was held for them. The operator has been told, and lets it go on.',
  },
  'wallet-empty': {
    status: 402,
    code: 'insufficient_credits',
    type: 'insufficient_quota',
    blame: 'caller',
    says: 'The wallet of this workspace cannot cover this request: it needs up to {need} USD and {free} USD is free. Add credit, or lower max_tokens.',
  },
  'spend-limit-reached': {
    status: 402,
    code: 'spend_limit_reached',
    type: 'insufficient_quota',
    blame: 'caller',
    says: 'The spend limit of this {of}, {limit} USD {each}, cannot cover this request: it needs up to {need} USD and {free} USD is free. {resets} Lower max_tokens, or ask the owner of the workspace for a higher limit.',
  },
  'request-limit-reached': {
    status: 429,
    code: 'request_limit_reached',
    type: 'rate_limit_error',
    blame: 'caller',
    says: 'This {of} may make {limit} requests {each}, and has. {resets} Ask the owner of the workspace for a higher limit.',
  },
  'rate-limit-reached': {
    status: 429,
    code: 'rate_limit_reached',
    type: 'rate_limit_error',
    blame: 'caller',
    says: 'This {of} may use {limit} {unit} in a minute, and has. It may go on in {seconds} s.',
  },
  'concurrency-limit-reached': {
    status: 429,
    code: 'concurrency_limit_reached',
    type: 'rate_limit_error',
    blame: 'caller',
    says: 'This {of} may have {limit} requests open at once, and has. Try again when one of them has ended.',
  },
  'not-found': {
    status: 404,
    code: 'not_found',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'There is nothing at this address.',
  },
  'method-not-allowed': {
    status: 405,
    code: 'method_not_allowed',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'This address does not take that method.',
  },
  'model-unknown': {
    status: 404,
    code: 'model_not_found',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'No such model here, or this key may not see it. GET /v1/models lists the models.',
  },
  'nothing-left': {
    status: 404,
    code: 'no_endpoint_allowed',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'Every endpoint of this model is excluded for this request ({excluded}).{remedy}',
  },
  'sensitive-data': {
    status: 400,
    code: 'sensitive_data_found',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The request holds what its workspace does not send out: {kinds}. It went nowhere. Take it out, or have the workspace accept the terms.',
  },
  'request-malformed': {
    status: 400,
    code: 'invalid_request',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The request could not be read: {reason}.',
  },
  'field-not-carried': {
    status: 400,
    code: 'unsupported_feature',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'No endpoint of this model can carry this part of the request: {field}. Leave it out, or ask for a model whose upstream speaks this dialect.',
  },
  'request-running': {
    status: 409,
    code: 'request_in_progress',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The request with this Idempotency-Key is still running. Try again in 2 s.',
  },
  'request-done': {
    status: 409,
    code: 'already_completed',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The request with this Idempotency-Key was carried out as {generation}. Its answer is kept nowhere; GET /api/v1/generation?id={generation} shows its record.',
  },
  'request-differs': {
    status: 422,
    code: 'idempotency_key_reused',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'This Idempotency-Key stands for another request. Use a new one for each request.',
  },
  'object-unknown': {
    status: 404,
    code: 'object_not_found',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'There is no such stored object: it was never stored through this Fairlead, it expired or was deleted, or another workspace left it.',
  },
  'thread-unknown': {
    status: 404,
    code: 'thread_not_found',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'No conversation is kept here: send all of its messages again.',
  },
  'body-too-large': {
    status: 413,
    code: 'request_too_large',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The body is larger than this address takes ({limit} bytes, also after inflating).',
  },
  'media-type-unsupported': {
    status: 415,
    code: 'unsupported_media_type',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'Send the body as application/json.',
  },
  'encoding-unsupported': {
    status: 415,
    code: 'unsupported_encoding',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'This content-encoding is not taken. Use gzip, deflate, br, zstd or none.',
  },
  'body-too-slow': {
    status: 408,
    code: 'request_timeout',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The body did not arrive in time.',
  },
  'storage-not-allowed': {
    status: 400,
    code: 'storage_not_allowed',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'Storing at the upstream is not allowed here ({field}). The setting "storage" of the workspace allows it.',
  },
  'upstream-rejected': {
    status: 400,
    code: 'upstream_rejected',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The upstream refused this request as invalid (its status {status}, its code {code}).',
  },
  'content-refused': {
    status: 400,
    code: 'content_policy_violation',
    type: 'invalid_request_error',
    blame: 'caller',
    says: 'The upstream refused this content (its code {code}).',
  },
  'upstream-unavailable': {
    status: 502,
    code: 'upstream_unavailable',
    type: 'server_error',
    blame: 'upstream',
    says: 'No endpoint answered ({attempts} tried, last: {last}). Try again later.',
  },
  'upstream-overloaded': {
    status: 503,
    code: 'upstream_overloaded',
    type: 'server_error',
    blame: 'upstream',
    says: 'Every endpoint of this model is busy ({attempts} tried, last: {last}). Try again later.',
  },
  'health-leaves-nothing': {
    status: 503,
    code: 'no_endpoint_healthy',
    type: 'server_error',
    blame: 'upstream',
    says: 'Every endpoint of this model is out of order ({excluded}) and takes no more requests now. Nothing was charged. Try again later.',
  },
  'upstream-timeout': {
    status: 504,
    code: 'upstream_timeout',
    type: 'server_error',
    blame: 'upstream',
    says: 'No endpoint answered in time ({attempts} tried, last: {last}).',
  },
  'stream-cut': {
    status: 502,
    code: 'stream_cut',
    type: 'server_error',
    blame: 'upstream',
    says: 'The upstream broke off before the end of its answer. What came so far is incomplete.',
  },
  'stream-stalled': {
    status: 504,
    code: 'stream_stalled',
    type: 'server_error',
    blame: 'upstream',
    says: 'The upstream fell silent before the end of its answer. What came so far is incomplete.',
  },
  'deadline-passed': {
    status: 504,
    code: 'deadline_exceeded',
    type: 'server_error',
    blame: 'gateway',
    says: 'The deadline of this request passed before the answer was complete.',
  },
  draining: {
    status: 503,
    code: 'draining',
    type: 'server_error',
    blame: 'gateway',
    says: 'This Fairlead is shutting down. Try again: another one, or the same after its restart, will answer.',
  },
  overloaded: {
    status: 503,
    code: 'overloaded',
    type: 'server_error',
    blame: 'gateway',
    says: 'This Fairlead serves as much as it can now. Nothing was charged. Try again in a moment.',
  },
  'not-ready': {
    status: 503,
    code: 'not_ready',
    type: 'server_error',
    blame: 'gateway',
    says: 'Fairlead cannot take this request now ({why}). Nothing was charged. Try again shortly.',
  },
  internal: {
    status: 500,
    code: 'internal',
    type: 'server_error',
    blame: 'gateway',
    says: 'Something went wrong inside Fairlead. Nothing was charged. The id of this generation finds it in the log.',
  },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof faults;

/** Ids, numbers and closed words only: never a text that somebody else wrote. */
export type FaultDetails = Readonly<Record<string, string | number>>;

/** Anything a caller or an operator is told went wrong. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly fault: FaultName;
  readonly details: FaultDetails;

  constructor(fault: FaultName, details: FaultDetails = {}) {
    super(fault);
    this.fault = fault;
    this.details = details;
  }

  get row(): FaultRow {
    return faults[this.fault];
  }

  /** The sentence a caller reads. */
  get sentence(): string {
    return this.row.says.replace(/\{(\w+)\}/g, (_, name: string) =>
      String(this.details[name] ?? (name === 'remedy' ? '' : '–')),
    );
  }
}

/** The closed words that say why no endpoint may serve a request; undefined where that is not what went wrong. */
export function excludedBy({ fault, details }: Fault): readonly string[] | undefined {
  const isExcluded = fault === 'nothing-left' || fault === 'health-leaves-nothing';
  return isExcluded && typeof details.excluded === 'string' ? details.excluded.split(', ') : undefined;
}

/** A fault of ours stays itself; anything else becomes `internal` by its class alone: foreign messages are content. */
export function asFault(thrown: unknown): Fault {
  return thrown instanceof Fault ? thrown : new Fault('internal');
}
