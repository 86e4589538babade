/** What must come of a fault when no other endpoint can help; written from CONTRACT and MONEY §8, not from our code. */
export type Outcome =
  /** The answer is good: its words, and how its usage is known. */
  | { readonly kind: 'answer'; readonly words: number; readonly source: 'reported' | 'estimated'; readonly end: string }
  /** Seen before the first word: another endpoint can take over, unless it is the caller's own doing. */
  | {
      readonly kind: 'before';
      readonly status: number;
      readonly code: string;
      readonly failsOver: boolean;
      /** It takes so long to see that a heartbeat has sent the head of a stream. */
      readonly isSlow: boolean;
    }
  /** Seen after the first word. */
  | { readonly kind: 'after'; readonly code: string; readonly end: string };

export type Expected = {
  readonly mode: string;
  readonly streamed: Outcome;
  readonly whole: Outcome;
  /** Nobody listens there: the simulator cannot count it. */
  readonly isUncounted?: true;
};

/** A fault's answer is sixty words long; more than this was never asked for. */
export const wordsOfFault = 60;

const answer: Outcome = { kind: 'answer', words: wordsOfFault, source: 'reported', end: 'completed' };
const estimated: Outcome = { ...answer, source: 'estimated' };
const cut: Outcome = { kind: 'after', code: 'stream_cut', end: 'upstream_cut' };
const stalled: Outcome = { kind: 'after', code: 'stream_stalled', end: 'stalled' };
const unavailable = before(502, 'upstream_unavailable');
const overloaded = before(503, 'upstream_overloaded');
const timeout = before(504, 'upstream_timeout');
const never: Outcome = { ...timeout, isSlow: true };

function before(status: number, code: string): Outcome & { kind: 'before' } {
  return { kind: 'before', status, code, failsOver: true, isSlow: false };
}

function callersOwn(code: string): Outcome {
  return { ...before(400, code), failsOver: false };
}

function words(count: number, end = 'completed'): Outcome {
  return { kind: 'answer', words: count, source: 'reported', end };
}

function both(outcome: Outcome, ...modes: readonly string[]): Expected[] {
  return modes.map((mode) => ({ mode, streamed: outcome, whole: outcome }));
}

function apart(streamed: Outcome, whole: Outcome, ...modes: readonly string[]): Expected[] {
  return modes.map((mode) => ({ mode, streamed, whole }));
}

function numbered(mode: string, ...numbers: readonly number[]): string[] {
  return numbers.map((number) => `${mode}-${number}`);
}

export const expectedOutcomes: readonly Expected[] = [
  { mode: 'refused', streamed: unavailable, whole: unavailable, isUncounted: true },
  ...both(unavailable, 'reset-before-head', 'close-before-head'),
  ...both(never, 'head-never', 'slow-head', 'slow-drip'),
  ...both(callersOwn('unsupported_parameter'), 'http-400'),
  ...both(callersOwn('unprocessable_entity'), 'http-422'),
  ...both(callersOwn('invalid_request_error'), 'http-413'),
  ...both(callersOwn('invalid_prompt'), 'echo-error'),
  ...both(unavailable, 'http-401', 'http-402', 'http-403', 'http-404', 'http-409', 'http-500', 'http-502', 'http-520'),
  ...both(timeout, 'http-408', 'http-504'),
  ...both(overloaded, 'http-429', 'http-429-retry-after', 'http-429-no-retry-after', 'http-429-quota'),
  ...both(overloaded, 'http-503', 'http-529', 'flaky-2'),
  ...both(answer, 'flaky-1'),
  ...both(unavailable, 'error-in-200', 'redirect', 'html', 'html-502', 'empty', 'empty-stream', 'garbage-bytes'),
  ...both(unavailable, 'empty-choices', 'blank-finish', 'error-event-first'),
  ...apart(unavailable, answer, 'wrong-content-type'),
  ...apart(cut, unavailable, 'invalid-json', 'truncated-body', 'bad-chunk', 'cut-mid-event', 'cut-mid-utf8'),
  ...both(unavailable, ...numbered('reset-mid', 0, 1), ...numbered('cut', 0, 1), ...numbered('error-event', 0, 1)),
  ...apart(cut, unavailable, ...numbered('reset-mid', 2, 3, 5, 10, 50), ...numbered('cut', 2, 3, 5, 10, 50)),
  ...apart(cut, unavailable, ...numbered('error-event', 2, 3, 5, 10, 50)),
  ...both(never, ...numbered('stall', 0, 1)),
  ...apart(stalled, never, ...numbered('stall', 2, 3, 10, 50)),
  ...both(
    answer,
    'no-done',
    'crlf',
    'cr',
    'bom',
    'comments',
    'multi-line-data',
    'all-at-once',
    'unknown-events',
    'gzip',
  ),
  ...apart(answer, unavailable, 'done-twice', 'data-after-done'),
  ...both(words(1), 'long-line'),
  ...both(words(8), 'one-byte-chunks'),
  ...both(words(10, 'filtered'), 'filtered'),
  ...both(words(0, 'filtered'), 'refused-first'),
  ...both(estimated, 'no-usage', 'usage-negative', 'usage-huge', 'usage-nan', 'usage-lies'),
  ...both(answer, 'usage-twice', 'usage-with-choices'),
];
