import type { Behaviour } from './wall.ts';

// The sixteen scenarios of Failover Bench 0.1 (github.com/failoverbench/failoverbench, MIT) and what it asks of each, in our own
// words: faults, times and thresholds are its own, the code is not.

/** Times are seconds of the bench. An advisory check that fails makes a pass partial, any other a failure. */
export type Check = { readonly isAdvisory?: true } & (
  | { readonly kind: 'primary-at-least' | 'primary-at-most' | 'takes-at-most' | 'first-gap'; readonly value: number }
  | { readonly kind: 'primary-within'; readonly seconds: number; readonly value: number }
  | { readonly kind: 'complete' | 'alive-after' | 'usage' | 'names-the-fallback' | 'no-prefill-error' }
  | { readonly kind: 'served-while-down' }
  | { readonly kind: 'back-within'; readonly value: number }
);

export type Scenario = {
  readonly id: string;
  readonly title: string;
  readonly primary: Behaviour;
  readonly fallback?: Behaviour;
  /** What a caller should get; an answer, when nothing is said. */
  readonly ideal?: 'error';
  /** A call that takes longer is a hang. */
  readonly hangs: number;
  readonly checks: readonly Check[];
  /** So many calls, one each so many seconds. */
  readonly sequence?: { readonly count: number; readonly every: number };
};

const always = Number.POSITIVE_INFINITY;
const limited = { message: 'slow down', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' };
const failed = { message: 'failed', type: 'server_error', param: null, code: null };
const busy = { message: 'busy', type: 'server_error', param: null, code: 'overloaded' };
const tooLong = { message: 'too long', type: 'invalid_request_error', param: null, code: 'context_length_exceeded' };
const unsafe = { message: 'unsafe', type: 'invalid_request_error', param: null, code: 'content_policy_violation' };

export const scenarios: readonly Scenario[] = [
  {
    id: 'S01',
    title: '429 with Retry-After, once',
    // The wait is told in real seconds: two of the clock.
    primary: { kind: 'refuses', times: 1, status: 429, error: limited, retryAfter: 2 },
    hangs: 20,
    checks: [
      { kind: 'primary-at-least', value: 2, isAdvisory: true },
      { kind: 'first-gap', value: 1.8, isAdvisory: true },
      { kind: 'primary-within', seconds: 1.5, value: 2 },
    ],
  },
  {
    id: 'S02',
    title: '429 without Retry-After, for ever',
    primary: { kind: 'refuses', times: always, status: 429, error: limited },
    hangs: 40,
    checks: [
      { kind: 'primary-within', seconds: 3, value: 4 },
      { kind: 'primary-at-most', value: 6 },
    ],
  },
  {
    id: 'S03',
    title: '500 once, then healthy',
    primary: { kind: 'refuses', times: 1, status: 500, error: failed },
    hangs: 20,
    checks: [{ kind: 'primary-at-least', value: 2, isAdvisory: true }],
  },
  {
    id: 'S04',
    title: '503 for ever',
    primary: { kind: 'refuses', times: always, status: 503, error: busy },
    hangs: 40,
    checks: [{ kind: 'primary-at-most', value: 6 }],
  },
  { id: 'S05', title: 'reset before the head, once', primary: { kind: 'resets-once' }, hangs: 20, checks: [] },
  {
    id: 'S06',
    title: 'no response at all',
    primary: { kind: 'is-silent', seconds: 120 },
    hangs: 130,
    checks: [
      { kind: 'takes-at-most', value: 100 },
      { kind: 'primary-at-most', value: 1, isAdvisory: true },
    ],
  },
  {
    id: 'S07',
    title: 'first token after 20 s',
    primary: { kind: 'begins-late', seconds: 20 },
    hangs: 60,
    checks: [{ kind: 'takes-at-most', value: 15, isAdvisory: true }],
  },
  {
    id: 'S08',
    title: 'cut after 40 of 60 words',
    primary: { kind: 'cuts', words: 40 },
    hangs: 40,
    checks: [],
  },
  {
    id: 'S09',
    title: 'silent for 30 s after 20 words, then closed',
    primary: { kind: 'stalls', words: 20, seconds: 30 },
    hangs: 70,
    checks: [{ kind: 'takes-at-most', value: 45 }, { kind: 'alive-after' }],
  },
  {
    id: 'S10',
    title: 'a chunk that is no JSON',
    primary: { kind: 'garbles', words: 10 },
    hangs: 30,
    checks: [{ kind: 'alive-after' }, { kind: 'complete', isAdvisory: true }],
  },
  {
    id: 'S11',
    title: 'no [DONE]',
    primary: { kind: 'forgets-done' },
    hangs: 30,
    checks: [
      { kind: 'takes-at-most', value: 8 },
      { kind: 'usage', isAdvisory: true },
    ],
  },
  {
    id: 'S12',
    title: 'context too long',
    primary: { kind: 'refuses', times: always, status: 400, error: tooLong },
    hangs: 20,
    checks: [
      { kind: 'primary-at-least', value: 1 },
      { kind: 'primary-at-most', value: 1 },
    ],
  },
  {
    id: 'S13',
    title: 'content refused',
    primary: { kind: 'refuses', times: always, status: 400, error: unsafe },
    ideal: 'error',
    hangs: 20,
    checks: [
      { kind: 'primary-at-least', value: 1 },
      { kind: 'primary-at-most', value: 1 },
    ],
  },
  {
    id: 'S14',
    title: 'cut, and the fallback refuses prefill',
    primary: { kind: 'cuts', words: 40 },
    fallback: { kind: 'answers', refusesPrefill: true },
    hangs: 40,
    checks: [{ kind: 'no-prefill-error' }],
  },
  {
    id: 'S15',
    title: 'down for 60 s, then healthy; twenty calls',
    primary: { kind: 'flaps', seconds: 60 },
    hangs: 30,
    sequence: { count: 20, every: 4 },
    checks: [{ kind: 'served-while-down' }, { kind: 'back-within', value: 30 }],
  },
  {
    id: 'S16',
    title: 'who failed is not who is billed',
    primary: { kind: 'refuses', times: always, status: 503, error: busy },
    hangs: 40,
    checks: [
      { kind: 'names-the-fallback' },
      { kind: 'usage', isAdvisory: true },
      { kind: 'primary-at-most', value: 6 },
    ],
  },
];

export function primaryOf({ id }: Scenario): string {
  return `fb-${id.toLowerCase()}`;
}

export function fallbackOf({ id, fallback }: Scenario): string {
  return fallback ? `fb-ok-${id.toLowerCase()}` : 'fb-ok';
}
