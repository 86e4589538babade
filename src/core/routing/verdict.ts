/** What one attempt met before any content, in closed words. */
export type AttemptTrouble =
  | { readonly kind: 'connect-failed' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'head-timeout' }
  | { readonly kind: 'content-timeout' }
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  /** A 200 that is none: HTML, empty, cut, an error in the body, no content. */
  | {
      readonly kind: 'fake-success';
      readonly what: 'html' | 'empty' | 'not-json' | 'error' | 'cut' | 'too-large' | 'encoded';
    };

export type Verdict = {
  /** Ids and closed words for the record: `status-429`, `connect-failed` … */
  readonly word: string;
  /** `stop`: the caller's own doing, told to it. `other`: only another endpoint may help. `any`: the same may, once. */
  readonly next: 'stop' | 'other' | 'any';
  /** What the caller is told when this was the last. */
  readonly fault:
    | 'upstream-rejected'
    | 'content-refused'
    | 'upstream-unavailable'
    | 'upstream-overloaded'
    | 'upstream-timeout';
};

const contentCodes = new Set(['content_filter', 'content_policy_violation', 'moderation_blocked']);

/** The table of reliability: what fails over and what returns to the caller. */
export function judgeTrouble(trouble: AttemptTrouble): Verdict {
  switch (trouble.kind) {
    case 'connect-failed':
      return { word: 'connect-failed', next: 'any', fault: 'upstream-unavailable' };
    case 'reset':
      return { word: 'reset', next: 'any', fault: 'upstream-unavailable' };
    case 'head-timeout':
      return { word: 'head-timeout', next: 'other', fault: 'upstream-timeout' };
    case 'content-timeout':
      return { word: 'content-timeout', next: 'other', fault: 'upstream-timeout' };
    case 'fake-success':
      return { word: `fake-success-${trouble.what}`, next: 'any', fault: 'upstream-unavailable' };
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
      if (code === 'rate_limit_error') return { word, next: 'other', fault: 'upstream-overloaded' };
      return { word, next: 'stop', fault: contentCodes.has(code) ? 'content-refused' : 'upstream-rejected' };
    case 401:
    case 402:
    case 403:
    case 404:
      return { word, next: 'other', fault: 'upstream-unavailable' };
    case 429:
    case 529:
      return { word, next: 'other', fault: 'upstream-overloaded' };
    case 503:
      return { word, next: 'any', fault: 'upstream-overloaded' };
    case 408:
    case 504:
      return { word, next: 'any', fault: 'upstream-timeout' };
    default:
      return { word, next: status >= 500 || status === 409 ? 'any' : 'other', fault: 'upstream-unavailable' };
  }
}
