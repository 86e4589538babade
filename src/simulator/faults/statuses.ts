import { end, type Headers, head, type Step } from '../step.ts';
import type { FaultTrouble } from '../trouble.ts';
import { type FaultCall, type FaultMode, sayAll, sayTrouble } from './fault-mode.ts';

type StatusRow = {
  readonly status: number;
  /** Told apart by a word where a status comes in several forms. */
  readonly form?: string;
  readonly message: string;
  readonly headers?: Headers;
};

const slowDown = 'Rate limit reached for requests per min.';

const rows: readonly StatusRow[] = [
  { status: 400, message: "Unsupported parameter: 'sandbox'." },
  { status: 401, message: 'Incorrect API key provided: sk-s*****box1.' },
  { status: 402, message: 'Insufficient Balance' },
  {
    status: 403,
    message: 'Country, region, or territory not supported',
  },
  { status: 404, message: 'The model `sandbox` does not exist.' },
  { status: 408, message: 'Request timed out.' },
  { status: 409, message: 'The resource is locked by another request.' },
  { status: 413, message: 'Maximum content size limit (26214400) exceeded.' },
  { status: 417, message: 'Expectation failed.' },
  { status: 418, message: 'I am a teapot.' },
  { status: 422, message: 'The request could not be processed.' },
  { status: 429, message: slowDown, headers: { 'retry-after': '1', 'retry-after-ms': '1000' } },
  { status: 429, form: 'retry-after', message: slowDown, headers: { 'retry-after': '30' } },
  { status: 429, form: 'no-retry-after', message: slowDown },
  { status: 429, form: 'retry-ms', message: slowDown, headers: { 'retry-after-ms': '1500' } },
  { status: 429, form: 'retry-date', message: slowDown, headers: { 'retry-after': 'Fri, 31 Dec 2049 23:59:59 GMT' } },
  { status: 429, form: 'retry-past', message: slowDown, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
  { status: 429, form: 'retry-huge', message: slowDown, headers: { 'retry-after': '1000000000' } },
  { status: 429, form: 'retry-negative', message: slowDown, headers: { 'retry-after': '-5' } },
  { status: 429, form: 'retry-words', message: slowDown, headers: { 'retry-after': 'in a while' } },
  {
    status: 429,
    form: 'quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  { status: 451, message: 'Unavailable for legal reasons.' },
  { status: 500, message: 'The server had an error while processing your request.' },
  { status: 501, message: 'Not implemented.' },
  { status: 502, message: 'Bad gateway.' },
  {
    status: 503,
    message: 'The engine is currently overloaded, please try again later.',
  },
  { status: 504, message: 'Gateway timeout.' },
  { status: 520, message: 'Web server returned an unknown error.' },
  { status: 529, message: 'Overloaded' },
];

export const statusFaults: readonly FaultMode[] = [
  ...rows.map((row) => ({
    mode: row.form === undefined ? `http-${row.status}` : `http-${row.status}-${row.form}`,
    what: `Answers ${row.status} with ${describeRetry(row)}: ${row.message}`,
    play: (call: FaultCall) => sayTrouble(call, toTrouble(row)),
  })),
  {
    mode: 'error-in-200',
    what: 'Answers 200 with an error in a JSON body.',
    play: (call) => sayTrouble(call, toTrouble({ status: 500, message: 'The model is not ready.' }), 200),
  },
  {
    mode: 'no-content',
    what: 'Answers 204 without a body.',
    play: ({ dialect }) => [head(204, dialect.writeHeaders(dialect.jsonType), 'plain'), end],
  },
  {
    mode: 'not-modified',
    what: 'Answers 304 without a body.',
    play: ({ dialect }) => [head(304, dialect.writeHeaders(dialect.jsonType), 'plain'), end],
  },
  {
    mode: 'flaky-<k>',
    what: 'Answers 503 k times for each last message, then once honestly, then again.',
    numberMax: 1000,
    play: playFlaky,
  },
  {
    mode: 'echo-error',
    what: 'Answers 400 with the whole prompt in the message: what leaks it, leaks here.',
    play: playEchoError,
  },
];

function describeRetry(row: StatusRow): string {
  const [name = '', value] = Object.entries(row.headers ?? {})[0] ?? [];
  return value === undefined ? "the dialect's error body" : `${name} ${value}`;
}

function toTrouble(row: StatusRow): FaultTrouble {
  return { kind: 'fault', ...row };
}

function playFlaky(call: FaultCall): Step[] {
  if (!call.trips()) return sayAll(call);
  return sayTrouble(call, toTrouble({ status: 503, message: 'Not this time.' }));
}

function playEchoError(call: FaultCall): Step[] {
  const prompt = call.turn.prompt.messages.map((message) => message.text).join('\n');
  return sayTrouble(call, toTrouble({ status: 400, form: 'prompt', message: `Invalid prompt: ${prompt}` }));
}
