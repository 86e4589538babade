/** What one attempt met before any content, in closed words. */
export type AttemptTrouble =
  | { readonly kind: 'connect-failed' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'head-timeout' }
  | { readonly kind: 'content-timeout' }
  /** Silence in the middle of an answer that was kept back. */
  | { readonly kind: 'stalled' }
  /** Its end in the middle. */
  | { readonly kind: 'broken-off' }
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  /** A 200 with an error in its body or first events; `code` is the upstream's word for it. */
  | { readonly kind: 'error-in-200'; readonly code: string }
  /** A 200 that is none: HTML, empty, cut, no content. */
  | { readonly kind: 'fake-success'; readonly what: 'html' | 'empty' | 'not-json' | 'cut' | 'too-large' | 'encoded' };

export type Verdict = {
  /** Ids and closed words for the record: `status-429`, `connect-failed` … */
  readonly word: string;
  readonly next: NextStep;
  readonly harm: Harm;
  /** What the caller is told when this was the last. */
  readonly fault:
    | 'upstream-rejected'
    | 'content-refused'
    | 'upstream-unavailable'
    | 'upstream-overloaded'
    | 'upstream-timeout';
};

/**
 * Where a request may go on. `stop`: the caller's own doing, told to it. `larger`: only a model with more context.
 * `other`: another endpoint. `any`: another one, or once more the same. `others-first`: once more the same when no model is
 * left either, since it took its time to fail.
 */
export type NextStep = 'stop' | 'larger' | 'other' | 'any' | 'others-first';

/**
 * What an attempt says of health, and of whose. `endpoint`: one failure, counted by the breaker. `limited`: this credential
 * has used up its rate for this model. `credential-refused`: quarantined until somebody looks. `credential-unpaid`: its
 * account has no money. `model-missing`: the upstream does not know this model.
 */
export type Harm = 'none' | 'endpoint' | 'limited' | 'credential-refused' | 'credential-unpaid' | 'model-missing';

const contentCodes = new Set([
  'content_filter',
  'content_policy_violation',
  'moderation_blocked',
  'responsible_ai_policy_violation',
]);
const contextCodes = new Set(['context_length_exceeded', 'string_above_max_length', 'context_window_exceeded']);
const unpaidCodes = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'credit_balance_exhausted',
  'billing_error',
]);

/** The table of reliability: what fails over, what returns to the caller, and what it does to health. */
export function judgeTrouble(trouble: AttemptTrouble): Verdict {
  switch (trouble.kind) {
    case 'connect-failed':
      return { word: 'connect-failed', next: 'any', harm: 'endpoint', fault: 'upstream-unavailable' };
    case 'reset':
      return { word: 'reset', next: 'any', harm: 'endpoint', fault: 'upstream-unavailable' };
    case 'head-timeout':
      return { word: 'head-timeout', next: 'other', harm: 'endpoint', fault: 'upstream-timeout' };
    case 'content-timeout':
      return { word: 'content-timeout', next: 'other', harm: 'endpoint', fault: 'upstream-timeout' };
    case 'stalled':
      return { word: 'stalled', next: 'other', harm: 'endpoint', fault: 'upstream-timeout' };
    case 'broken-off':
      return { word: 'broken-off', next: 'others-first', harm: 'endpoint', fault: 'upstream-unavailable' };
    case 'fake-success':
      return { word: `fake-success-${trouble.what}`, next: 'any', harm: 'endpoint', fault: 'upstream-unavailable' };
    case 'error-in-200':
      return judgeErrorInBand(trouble.code);
    case 'status':
      return judgeStatus(trouble.status, trouble.code);
  }
}

function judgeStatus(status: number, code: string): Verdict {
  const word = `status-${status}`;
  switch (status) {
    case 400:
    case 413:
    case 422:
      // Bedrock says 400 where the account's own quota is used up: another endpoint has another.
      if (code === 'rate_limit_error') return { word, next: 'other', harm: 'limited', fault: 'upstream-overloaded' };
      if (unpaidCodes.has(code))
        return { word, next: 'other', harm: 'credential-unpaid', fault: 'upstream-unavailable' };
      if (contextCodes.has(code)) return { word, next: 'larger', harm: 'none', fault: 'upstream-rejected' };
      return {
        word,
        next: 'stop',
        harm: 'none',
        fault: contentCodes.has(code) ? 'content-refused' : 'upstream-rejected',
      };
    case 401:
      return { word, next: 'other', harm: 'credential-refused', fault: 'upstream-unavailable' };
    case 403:
      // Some refuse content with it: that says nothing of the credential.
      if (contentCodes.has(code)) return { word, next: 'stop', harm: 'none', fault: 'content-refused' };
      // This account may not use this model: that says nothing of its other models.
      if (code === 'model_not_found')
        return { word, next: 'other', harm: 'model-missing', fault: 'upstream-unavailable' };
      return { word, next: 'other', harm: 'credential-refused', fault: 'upstream-unavailable' };
    case 402:
      return { word, next: 'other', harm: 'credential-unpaid', fault: 'upstream-unavailable' };
    case 404:
      return { word, next: 'other', harm: 'model-missing', fault: 'upstream-unavailable' };
    case 429: {
      const harm = unpaidCodes.has(code) ? 'credential-unpaid' : 'limited';
      return { word, next: 'other', harm, fault: 'upstream-overloaded' };
    }
    case 529:
      return { word, next: 'other', harm: 'endpoint', fault: 'upstream-overloaded' };
    case 503:
      return { word, next: 'any', harm: 'endpoint', fault: 'upstream-overloaded' };
    case 408:
    case 504:
      return { word, next: 'any', harm: 'endpoint', fault: 'upstream-timeout' };
    default: {
      const isTransient = status >= 500 || status === 409;
      return { word, next: isTransient ? 'any' : 'other', harm: 'endpoint', fault: 'upstream-unavailable' };
    }
  }
}

/** The status that an upstream would have sent had it known in time, by the words of all dialects. */
const statusOfCode: ReadonlyMap<string, number> = new Map([
  ['overloaded_error', 529],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['resource_exhausted', 429],
  ['insufficient_quota', 429],
  ['timeout_error', 504],
  ['deadline_exceeded', 504],
  ['unavailable', 503],
  ['server_overloaded', 503],
  ['invalid_request_error', 400],
  ['invalid_argument', 400],
  ['failed_precondition', 400],
  ['invalid_prompt', 400],
  ['context_length_exceeded', 400],
  ['content_filter', 400],
  ['content_policy_violation', 400],
  ['authentication_error', 401],
  ['unauthenticated', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['permission_denied', 403],
  ['not_found_error', 404],
  ['model_not_found', 404],
  ['request_too_large', 413],
]);

function judgeErrorInBand(code: string): Verdict {
  const status = statusOfCode.get(code.toLowerCase());
  if (status === undefined) {
    return { word: 'error-in-200', next: 'any', harm: 'endpoint', fault: 'upstream-unavailable' };
  }
  return { ...judgeStatus(status, code.toLowerCase()), word: `error-in-200-${status}` };
}
