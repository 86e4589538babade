import { writeError } from '../openai-chat/errors.ts';
import { errorType, writeHeaders } from '../openai-chat/heads.ts';
import type { Headers, Step } from '../step.ts';
import { type FaultCall, type FaultMode, sayAll, sayBody } from './fault-mode.ts';

const invalid = 'invalid_request_error';
const slowDown = { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests per min.' };

type StatusRow = {
  readonly status: number;
  /** Told apart by a word where a status comes in several forms. */
  readonly form?: string;
  readonly type: string;
  readonly code: string | number | null;
  readonly message: string;
  readonly headers?: Headers;
};

const rows: readonly StatusRow[] = [
  { status: 400, type: invalid, code: 'unsupported_parameter', message: "Unsupported parameter: 'sandbox'." },
  { status: 401, type: invalid, code: 'invalid_api_key', message: 'Incorrect API key provided: sk-s*****box1.' },
  { status: 402, type: 'insufficient_balance', code: 'insufficient_balance', message: 'Insufficient Balance' },
  {
    status: 403,
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
    message: 'Country, region, or territory not supported',
  },
  { status: 404, type: invalid, code: 'model_not_found', message: 'The model `sandbox` does not exist.' },
  { status: 408, type: 'timeout', code: 'request_timeout', message: 'Request timed out.' },
  { status: 409, type: invalid, code: 'conflict', message: 'The resource is locked by another request.' },
  { status: 413, type: invalid, code: null, message: 'Maximum content size limit (26214400) exceeded.' },
  { status: 422, type: invalid, code: 'unprocessable_entity', message: 'The request could not be processed.' },
  { status: 429, ...slowDown, headers: { 'retry-after': '1', 'retry-after-ms': '1000' } },
  { status: 429, form: 'retry-after', ...slowDown, headers: { 'retry-after': '30' } },
  { status: 429, form: 'no-retry-after', ...slowDown },
  {
    status: 429,
    form: 'quota',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  { status: 500, type: 'server_error', code: null, message: 'The server had an error while processing your request.' },
  { status: 502, type: 'server_error', code: null, message: 'Bad gateway.' },
  {
    status: 503,
    type: 'service_unavailable',
    code: null,
    message: 'The engine is currently overloaded, please try again later.',
  },
  { status: 504, type: 'server_error', code: 'timeout', message: 'Gateway timeout.' },
  { status: 520, type: 'server_error', code: 520, message: 'Web server returned an unknown error.' },
  { status: 529, type: 'overloaded_error', code: null, message: 'Overloaded' },
];

export const statusFaults: readonly FaultMode[] = [
  ...rows.map((row) => ({
    mode: row.form === undefined ? `http-${row.status}` : `http-${row.status}-${row.form}`,
    what: `Answers ${row.status} with ${describeRetry(row)}: ${row.message}`,
    play: () => sayStatus(row),
  })),
  {
    mode: 'error-in-200',
    what: 'Answers 200 with an error in a JSON body.',
    play: () => sayStatus({ status: 200, type: 'server_error', code: null, message: 'The model is not ready.' }),
  },
  { mode: 'redirect', what: 'Answers 302; who follows it is counted in /simulator/stats.', play: playRedirect },
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
  const after = row.headers?.['retry-after'];
  return after === undefined ? "OpenAI's error body" : `retry-after ${after}`;
}

function sayStatus({ status, type, code, message, headers }: StatusRow): Step[] {
  return sayBody(status, { ...writeHeaders(errorType), ...headers }, writeError({ message, type, code }));
}

function playRedirect({ origin }: FaultCall): Step[] {
  return sayBody(302, { location: `${origin}/simulator/elsewhere`, 'content-type': 'text/plain' }, 'Found\n');
}

function playFlaky({ turn, trips }: FaultCall): Step[] {
  if (!trips()) return sayAll(turn);
  return sayStatus({ status: 503, type: 'server_error', code: null, message: 'Not this time.' });
}

function playEchoError({ turn }: FaultCall): Step[] {
  const prompt = turn.prompt.messages.map((message) => message.text).join('\n');
  return sayStatus({ status: 400, type: invalid, code: 'invalid_prompt', message: `Invalid prompt: ${prompt}` });
}
