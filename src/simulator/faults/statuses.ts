import type { Headers, Step } from '../step.ts';
import type { FaultTrouble } from '../trouble.ts';
import { type FaultCall, type FaultMode, sayAll, sayBody, sayTrouble } from './fault-mode.ts';

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
  { status: 422, message: 'The request could not be processed.' },
  { status: 429, message: slowDown, headers: { 'retry-after': '1', 'retry-after-ms': '1000' } },
  { status: 429, form: 'retry-after', message: slowDown, headers: { 'retry-after': '30' } },
  { status: 429, form: 'no-retry-after', message: slowDown },
  {
    status: 429,
    form: 'quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  { status: 500, message: 'The server had an error while processing your request.' },
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
  return after === undefined ? "the dialect's error body" : `retry-after ${after}`;
}

function toTrouble(row: StatusRow): FaultTrouble {
  return { kind: 'fault', ...row };
}

function playRedirect({ origin }: FaultCall): Step[] {
  return sayBody(302, { location: `${origin}/simulator/elsewhere`, 'content-type': 'text/plain' }, 'Found\n');
}

function playFlaky(call: FaultCall): Step[] {
  if (!call.trips()) return sayAll(call);
  return sayTrouble(call, toTrouble({ status: 503, message: 'Not this time.' }));
}

function playEchoError(call: FaultCall): Step[] {
  const prompt = call.turn.prompt.messages.map((message) => message.text).join('\n');
  return sayTrouble(call, toTrouble({ status: 400, form: 'prompt', message: `Invalid prompt: ${prompt}` }));
}
