import {
  answer,
  cut,
  estimated,
  filtered,
  never,
  type Outcome,
  overloaded,
  rejected,
  stalled,
  timeout,
  unavailable,
  words,
} from './outcomes.ts';
import { eventsBeforeWords, type Tongue } from './ways.ts';

/** When a fault comes: what the caller can still be spared depends on it. */
export type Timing = 'before the head' | 'before content' | 'after content' | 'none';

/** One mode, and what must come of it in the dialect of its upstream. */
export type Expected = {
  readonly mode: string;
  readonly streamed: (tongue: Tongue) => Outcome;
  readonly whole: (tongue: Tongue) => Outcome;
  /** The upstream breaks the order of its own dialect, which goes on to a caller of that dialect as it came. */
  readonly isOdd?: true;
  /** It sends events that are no JSON, which go on in the same way. */
  readonly isGarbled?: true;
  /** The upstream is one of its own, behind a door that no request gets through. */
  readonly isDoor?: true;
  /**
   * `words`: not for embeddings. `calls`: only where tools are. `stream`, `body`: only there is it a fault. `end mark`:
   * Gemini's streams have none. `frames`: only Converse's streams are made of them.
   */
  readonly needs?: readonly ('words' | 'calls' | 'stream' | 'body' | 'end mark' | 'frames')[];
  /** It harms a credential, or asks for a connection of its own: no other cell may use its upstream. */
  readonly isAlone?: true;
  /** Heavy: played once for each way. */
  readonly isHeavy?: true;
  /** One step among many: played on Chat and Responses, streamed. */
  readonly isFine?: true;
};

type More = Partial<Omit<Expected, 'mode' | 'streamed' | 'whole'>>;

function both(outcome: Outcome, modes: readonly string[], more: More = {}): Expected[] {
  return apart(outcome, outcome, modes, more);
}

function apart(streamed: Outcome, whole: Outcome, modes: readonly string[], more: More = {}): Expected[] {
  return modes.map((mode) => ({ mode, streamed: () => streamed, whole: () => whole, ...more }));
}

/** After k events: before the first word or after it, as the dialect has it. */
function after(after: Outcome, before: Outcome, stem: string, counts: readonly number[], more: More = {}): Expected[] {
  return counts.map((count) => ({
    mode: `${stem}-${count}`,
    streamed: (tongue) => (count > eventsBeforeWords[tongue] ? after : before),
    whole: () => before,
    ...more,
  }));
}

const speaks: More = { needs: ['words'] };
const streams: More = { needs: ['words', 'stream'] };
const frames: More = { needs: ['words', 'stream', 'frames'] };
const calls: More = { needs: ['words', 'calls'] };
const counts = [0, 1, 2, 5, 10, 50];
const countsBetween = [3, 4, 6, 7, 8, 9];

const unavailableOrLate: Outcome = { ...unavailable, or: 'upstream_timeout' };
const door: More = { isDoor: true };
const credential: More = { isAlone: true };

export const expectedOutcomes: readonly Expected[] = [
  // Before the head.
  ...both(unavailable, ['refused', 'accept-close', 'accept-reset', 'speaks-first'], door),
  ...both(unavailable, ['tls-untrusted', 'tls-expired', 'tls-wrong-host', 'tls-plain'], door),
  ...both(never, ['accept-silent'], door),
  ...apart(never, unavailableOrLate, ['tls-stall'], door),
  ...both(unavailable, ['reset-before-head', 'close-before-head', 'head-huge', 'head-garbage', 'length-and-chunked']),
  ...both(unavailable, ['switching-protocols']),
  ...both(answer, ['closed-on-reuse'], credential),
  ...both(never, ['head-never', 'slow-head', 'slow-drip']),
  // Statuses.
  ...both(rejected, ['http-400', 'http-413', 'http-422', 'echo-error']),
  ...both(unavailable, ['http-401', 'http-402', 'http-403'], credential),
  ...both(overloaded, ['http-429-quota'], credential),
  ...both(unavailable, ['http-404', 'http-409', 'http-417', 'http-418', 'http-451']),
  ...both(unavailable, ['http-500', 'http-501', 'http-502', 'http-520']),
  ...both(timeout, ['http-408', 'http-504']),
  ...both(overloaded, [
    'http-503',
    'http-529',
    'flaky-2',
    'http-429',
    'http-429-retry-after',
    'http-429-no-retry-after',
  ]),
  ...both(overloaded, ['http-429-retry-ms', 'http-429-retry-date', 'http-429-retry-past', 'http-429-retry-huge']),
  ...both(overloaded, ['http-429-retry-negative', 'http-429-retry-words']),
  ...both(answer, ['flaky-1']),
  ...both(unavailable, ['no-content', 'not-modified', 'redirect', 'redirect-301', 'redirect-303', 'redirect-307']),
  ...both(unavailable, ['redirect-308', 'redirect-cross', 'redirect-self']),
  // Bodies that are none.
  ...both(unavailable, ['error-in-200', 'html', 'html-502', 'empty', 'empty-stream', 'garbage-bytes', 'comments-only']),
  ...both(unavailable, ['json-other', 'json-null', 'json-number', 'json-list', 'json-text']),
  ...both(unavailable, ['gzip-double', 'gzip-lie', 'encoding-unknown']),
  // What is so large may be cut off by its size or by its time.
  ...both(unavailableOrLate, ['gzip-bomb'], { isHeavy: true }),
  { mode: 'blank-finish', streamed: blankFinish, whole: () => unavailable, ...speaks },
  { mode: 'empty-choices', streamed: emptyAnswer, whole: emptyAnswer, ...speaks },
  ...both(unavailable, ['error-event-first']),
  // Breaks.
  ...apart(cut, unavailable, ['truncated-body', 'length-short', 'gzip-truncated', 'chunk-truncated', 'cut-mid-event']),
  ...apart(cut, unavailable, ['cut-mid-utf8'], speaks),
  ...apart(cut, unavailable, ['error-event-last'], speaks),
  ...apart(cut, unavailable, ['invalid-json'], { isGarbled: true }),
  ...after(cut, unavailable, 'reset-mid', counts),
  ...after(cut, unavailable, 'reset-mid', countsBetween, { isFine: true }),
  ...after(cut, unavailable, 'close-mid', counts),
  ...after(cut, unavailable, 'cut', counts),
  ...after(cut, unavailable, 'cut', countsBetween, { isFine: true }),
  ...after(cut, unavailable, 'garbage', [0, 2, 6, 10], { isGarbled: true }),
  ...after(cut, unavailable, 'error-event', [0, 1, 2, 3, 5, 10, 50], speaks),
  ...after(stalled, never, 'stall', [0, 1, 2, 3, 5, 10, 50]),
  {
    mode: 'bad-chunk',
    streamed: (tongue) => (eventsBeforeWords[tongue] < 2 ? cut : unavailable),
    whole: () => unavailable,
  },
  // Binary frames.
  ...after(cut, unavailable, 'frame-checksum', [0, 1, 3, 10, 50], frames),
  ...after(cut, unavailable, 'frame-prelude', [0, 1, 3, 10, 50], frames),
  ...after(cut, unavailable, 'frame-payload', [0, 1, 3, 10, 50], frames),
  ...after(cut, unavailable, 'frame-length', [0, 1, 3, 10, 50], frames),
  ...after(cut, overloaded, 'exception-throttled', [0, 1, 3, 10, 50], frames),
  ...both(answer, ['frame-headers'], frames),
  // Honest answers in odd wrapping.
  ...both(answer, ['continue-first', 'early-hints', 'informational-flood', 'http-1-0', 'chunk-extension', 'trailers']),
  ...both(answer, ['type-capital', 'gzip', 'deflate', 'brotli', 'zstd', 'json-deep', 'json-duplicate-keys']),
  ...both(answer, ['json-huge'], { isHeavy: true, needs: ['body'] }),
  ...both(answer, ['crlf', 'cr', 'line-ends-mixed', 'comments', 'multi-line-data', 'all-at-once']),
  ...both(answer, ['two-per-packet']),
  // Among frames there is no room for a byte that is none; and the bill comes after the finish.
  { mode: 'bom', streamed: inFrames(unavailable, answer), whole: () => answer },
  { mode: 'null-bytes-raw', streamed: inFrames(cut, answer), whole: () => unavailable },
  { mode: 'no-done', streamed: inFrames(estimated, answer), whole: () => answer },
  ...both(answer, ['unknown-events'], { isOdd: true }),
  ...apart(unavailable, answer, ['wrong-content-type']),
  ...apart(answer, unavailable, ['done-twice'], { isOdd: true }),
  ...apart(answer, unavailable, ['data-after-done'], { isOdd: true, needs: ['end mark'] }),
  ...both(words(1, 60), ['long-line'], { ...speaks, isHeavy: true }),
  ...both(words(8, 60), ['one-byte-chunks'], speaks),
  ...both(answer, ['null-bytes'], speaks),
  ...apart(words(60), answer, ['events-swapped'], { ...streams, isOdd: true }),
  ...apart(words(61, 60), answer, ['event-repeated'], { ...streams, isOdd: true }),
  ...both(words(4, 5), ['text-surrogates'], speaks),
  ...both(words(0, 8), ['tool-surrogates'], calls),
  ...both(words(0, 6), ['tool-broken'], calls),
  // Ends of their own.
  ...both(filtered(10), ['filtered'], speaks),
  ...both(filtered(0), ['refused-first'], speaks),
  // Bills.
  ...both(estimated, ['no-usage', 'usage-negative', 'usage-huge', 'usage-nan']),
  ...both(estimated, ['usage-lies'], speaks),
  ...both(answer, ['usage-twice'], { isOdd: true }),
  { mode: 'usage-with-choices', streamed: besideChoices, whole: () => answer, ...speaks },
];

/** Converse's streams are frames; all others are text. */
function inFrames(framed: Outcome, other: Outcome): (tongue: Tongue) => Outcome {
  return (tongue) => (tongue === 'bedrock-converse' ? framed : other);
}

/** No choices are no answer; but these say in words that they have finished, and had nothing to say. */
function emptyAnswer(tongue: Tongue): Outcome {
  return /^(openai-responses|anthropic-messages|bedrock-converse)$/.test(tongue) ? words(0) : unavailable;
}

/** In a stream of Responses the event's own name says that it is complete. */
function blankFinish(tongue: Tongue): Outcome {
  return tongue === 'openai-responses' ? { ...words(0), source: 'estimated' } : unavailable;
}

/** Beside the response nobody looks for usage. */
function besideChoices(tongue: Tongue): Outcome {
  return tongue === 'openai-responses' ? estimated : answer;
}

/** The fault is that something does not come, or not in time. */
export function isSilent({ mode }: Pick<Expected, 'mode'>): boolean {
  return /^(head-never|slow-head|slow-drip|accept-silent|tls-stall|stall-\d+)$/.test(mode);
}

export function timingOf({ mode, isDoor }: Expected, outcome: Outcome): Timing {
  if (isDoor || /-head$|head-|^http-|^redirect|switching|closed-on-reuse|length-and-chunked/.test(mode)) {
    return 'before the head';
  }
  if (outcome.kind === 'answer') return 'none';
  return outcome.kind === 'before' ? 'before content' : 'after content';
}
