import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { faultModes, type Simulator, startSimulator } from '#simulator/simulator.ts';
import type { Answer } from './answer.ts';
import { isFrameMode } from './converse-client.ts';
import { oddModes } from './odd-fault-rows.ts';
import { callRaw, readData, type Seen } from './raw-client.ts';

let simulator: Simulator;

before(async () => {
  // Waits vanish at this scale: what is slow is proven by its single bytes, not by a clock.
  simulator = await startSimulator({ port: 0, timeScale: 1e6 });
});

after(() => simulator.close());

type Check = (seen: Seen) => void;

/** The mode as called, what a stream must show, and what a JSON answer must show. */
type Row = readonly [mode: string, streamed: Check, whole: Check];

const wordsOfFault = 60;
const errorOf = (seen: Seen) => JSON.parse(seen.body.toString()).error;
const dataOf = (seen: Seen) => readData(seen.body);
const answerOf = (seen: Seen): Answer => JSON.parse(seen.body.toString());
const chunksOf = (seen: Seen): Answer[] =>
  dataOf(seen)
    .slice(0, -1)
    .map((data) => JSON.parse(data));
const textOf = (chunks: readonly Answer[]) => chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');

function isHonest(seen: Seen): void {
  const data = dataOf(seen);
  assert.equal(data.at(-1), '[DONE]');
  assert.equal(textOf(chunksOf(seen)).split(' ').length, wordsOfFault);
}

function isHonestBody(seen: Seen): void {
  const answer = answerOf(seen);
  assert.equal(answer.choices[0].message.content.split(' ').length, wordsOfFault);
}

function ends(seen: Seen, ended: Seen['ended'], isWhole: boolean): void {
  assert.deepEqual([seen.ended, seen.isWhole], [ended, isWhole]);
}

/** `count` events and no more. */
function eventsThen(count: number, ended: Seen['ended'], isWhole: boolean): Check {
  return (seen) => {
    ends(seen, ended, isWhole);
    const data = dataOf(seen);
    assert.equal(data.length, count);
    for (const line of data) assert.equal(JSON.parse(line).choices[0].finish_reason, null);
  };
}

/** The JSON begins (unless nothing was sent at all) and does not end. */
function brokenBody(ended: Seen['ended'], isWhole: boolean): Check {
  return (seen) => {
    ends(seen, ended, isWhole);
    assert.throws(() => JSON.parse(seen.body.toString()));
  };
}

function status(expected: number, more: Check = () => {}): Row[1] {
  return (seen) => {
    ends(seen, 'closed', true);
    assert.equal(seen.status, expected);
    assert.equal(typeof errorOf(seen).message, 'string');
    assert.equal(typeof errorOf(seen).type, 'string');
    more(seen);
  };
}

const both = (mode: string, check: Check): Row => [mode, check, check];

const nothing = (ended: Seen['ended']): Check => {
  return (seen) => assert.deepEqual([seen.ended, seen.bytes.length], [ended, 0]);
};

const retryAfter = (value: string | undefined): Check => {
  return (seen) => assert.equal(seen.headers['retry-after'], value);
};

const type = (value: string): Check => {
  return (seen) => assert.ok(seen.headers['content-type']?.startsWith(value), `a type of ${value}`);
};

const all = (...checks: readonly Check[]): Check => {
  return (seen) => {
    for (const check of checks) check(seen);
  };
};

/** A finish with this reason after so many words. */
const finishes = (reason: string | null, words: number): Row[1] => {
  return (seen) => {
    const chunks = chunksOf(seen);
    assert.equal(chunks.filter((chunk) => chunk.choices[0]?.delta.content).length, words);
    assert.equal(chunks.findLast((chunk) => chunk.choices.length > 0)?.choices[0].finish_reason, reason);
  };
};

const finishesBody = (reason: string | null, words: number): Check => {
  return (seen) => {
    const [choice] = answerOf(seen).choices;
    assert.equal(choice.message.content.split(' ').filter(Boolean).length, words);
    assert.equal(choice.finish_reason, reason);
  };
};

const bills = (usages: readonly unknown[]): Check => {
  return (seen) => {
    const found = chunksOf(seen)
      .filter((chunk) => chunk.usage)
      .map((chunk) => chunk.usage.completion_tokens);
    assert.deepEqual(found, usages);
  };
};

const billsBody = (expected: unknown): Check => {
  return (seen) => assert.equal(answerOf(seen).usage?.completion_tokens, expected);
};

const statusRows: readonly Row[] = [
  ...[400, 401, 402, 403, 404, 408, 409, 413, 422, 500, 502, 503, 504, 520, 529].map((code) =>
    both(`http-${code}`, status(code)),
  ),
  both('http-429', status(429, retryAfter('1'))),
  both('http-429-retry-after', status(429, retryAfter('30'))),
  both('http-429-no-retry-after', status(429, retryAfter(undefined))),
  both(
    'http-429-quota',
    status(429, (seen) => assert.equal(errorOf(seen).code, 'insufficient_quota')),
  ),
  both('error-in-200', status(200)),
  both(
    'echo-error',
    status(400, (seen) => assert.match(errorOf(seen).message, /a secret canary/)),
  ),
  both('redirect', (seen) => {
    assert.equal(seen.status, 302);
    assert.equal(seen.headers.location, `http://127.0.0.1:${simulator.port}/simulator/elsewhere`);
  }),
  both('flaky-2', status(503)),
];

const rawRows: readonly Row[] = [
  both('reset-before-head', nothing('reset')),
  both('close-before-head', nothing('closed')),
  both('head-never', nothing('silent')),
  both('slow-head', all(type('application/json'), isHonestBody)),
  both(
    'html',
    all(
      (seen) => assert.equal(seen.status, 200),
      type('text/html'),
      (seen) => assert.match(`${seen.body}`, /<html>/),
    ),
  ),
  both(
    'html-502',
    all((seen) => assert.equal(seen.status, 502), type('text/html')),
  ),
  both('empty', (seen) =>
    assert.deepEqual([seen.status, seen.headers['content-length'], seen.isWhole], [200, '0', true]),
  ),
  both(
    'empty-stream',
    all(type('text/event-stream'), (seen) => assert.deepEqual([seen.body.length, seen.isWhole], [0, true])),
  ),
  ['wrong-content-type', all(type('application/json'), isHonest), all(type('text/plain'), isHonestBody)],
  [
    'invalid-json',
    (seen) => {
      assert.equal(dataOf(seen).length, 3);
      assert.throws(() => JSON.parse(dataOf(seen)[2] ?? ''));
    },
    brokenBody('closed', true),
  ],
  both('garbage-bytes', (seen) => assert.equal(new Set(seen.body).size, 256)),
  ['truncated-body', (seen) => ends(seen, 'closed', false), brokenBody('closed', false)],
  ['bad-chunk', eventsThen(2, 'closed', false), brokenBody('closed', false)],
  [
    'gzip',
    (seen) => isHonest({ ...seen, body: gunzipSync(seen.body) }),
    (seen) => isHonestBody({ ...seen, body: gunzipSync(seen.body) }),
  ],
];

const breakRows: readonly Row[] = [
  ['reset-mid-0', eventsThen(0, 'reset', false), brokenBody('reset', false)],
  ['reset-mid-3', eventsThen(3, 'reset', false), brokenBody('reset', false)],
  ['reset-mid-50', eventsThen(50, 'reset', false), brokenBody('reset', false)],
  ['cut-0', eventsThen(0, 'closed', true), brokenBody('closed', true)],
  ['cut-5', eventsThen(5, 'closed', true), brokenBody('closed', true)],
  ['stall-0', eventsThen(0, 'silent', false), brokenBody('silent', false)],
  ['stall-2', eventsThen(2, 'silent', false), brokenBody('silent', false)],
  [
    'cut-mid-event',
    (seen) => {
      ends(seen, 'closed', true);
      assert.equal(seen.body.toString().split('\n\n').length, 6);
      assert.ok(!seen.body.toString().endsWith('\n\n'));
    },
    brokenBody('closed', true),
  ],
  [
    'cut-mid-utf8',
    (seen) => assert.deepEqual([seen.body.at(-1), dataOf(seen).length, seen.isWhole], [0xc3, 4, true]),
    (seen) => assert.deepEqual([seen.body.at(-1), seen.isWhole], [0xc3, true]),
  ],
  ['error-event-first', (seen) => assert.deepEqual(dataOf(seen).map(hasError), [true]), status(200)],
  ['error-event-3', (seen) => assert.deepEqual(dataOf(seen).map(hasError), [false, false, false, true]), status(200)],
];

function hasError(data: string): boolean {
  return 'error' in JSON.parse(data);
}

const framingRows: readonly Row[] = [
  [
    'no-done',
    (seen) => {
      ends(seen, 'closed', true);
      assert.equal(dataOf(seen).length, wordsOfFault + 3);
      for (const data of dataOf(seen)) assert.equal(JSON.parse(data).object, 'chat.completion.chunk');
    },
    all(isHonestBody, (seen) => assert.equal(seen.headers['content-length'], undefined)),
  ],
  ['done-twice', (seen) => assert.deepEqual(dataOf(seen).slice(-2), ['[DONE]', '[DONE]']), brokenBody('closed', true)],
  ['data-after-done', (seen) => assert.equal(dataOf(seen).at(-2), '[DONE]'), brokenBody('closed', true)],
  ['crlf', wearsLines('\r\n'), wearsLinesBody('\r\n')],
  ['cr', wearsLines('\r'), wearsLinesBody('\r')],
  [
    'bom',
    all(beginsWithMark, (seen) => isHonest(withoutMark(seen))),
    all(beginsWithMark, (seen) => isHonestBody(withoutMark(seen))),
  ],
  [
    'comments',
    all(isHonest, (seen) => assert.ok(seen.body.toString().split(': OPENROUTER PROCESSING\n').length > wordsOfFault)),
    all(isHonestBody, (seen) => assert.match(seen.body.toString(), /^\s+\{/)),
  ],
  [
    'long-line',
    (seen) => assert.ok(seen.body.length > 10 * 2 ** 20),
    (seen) => assert.ok(seen.body.length > 10 * 2 ** 20),
  ],
  [
    'multi-line-data',
    all(isHonest, (seen) => assert.match(seen.body.toString(), /^data: \{\ndata: /)),
    all(isHonestBody, (seen) => assert.match(seen.body.toString(), /^\{\n/)),
  ],
  both('one-byte-chunks', (seen) =>
    assert.ok(seen.chunks.length > 500 && seen.chunks.every((chunk) => chunk.length === 1)),
  ),
  both('slow-drip', (seen) => assert.ok(seen.chunks.length > 500 && seen.chunks.every((chunk) => chunk.length === 1))),
  ['all-at-once', all(isHonest, isFixed), all(isHonestBody, isFixed)],
  [
    'unknown-events',
    (seen) => {
      assert.match(seen.body.toString(), /id: 7\nretry: 10\nfield: unknown\n\nevent: weather\n/);
      assert.equal(dataOf(seen).at(-1), '[DONE]');
    },
    all(isHonestBody, (seen) => assert.match(seen.body.toString(), /"x_sandbox"/)),
  ],
];

function wearsLines(lineEnd: string): Check {
  return (seen) => {
    const text = seen.body.toString();
    assert.ok(text.endsWith(`data: [DONE]${lineEnd}${lineEnd}`));
    assert.equal(text.replaceAll(lineEnd, '').search(/[\r\n]/), -1);
    isHonest({ ...seen, body: Buffer.from(text.replaceAll(lineEnd, '\n')) });
  };
}

function wearsLinesBody(lineEnd: string): Check {
  return (seen) => {
    isHonestBody(seen);
    assert.ok(seen.body.toString().startsWith(`{${lineEnd}`));
  };
}

function beginsWithMark(seen: Seen): void {
  assert.deepEqual([...seen.body.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
}

function withoutMark(seen: Seen): Seen {
  return { ...seen, body: seen.body.subarray(3) };
}

function isFixed(seen: Seen): void {
  assert.equal(seen.headers['content-length'], String(seen.body.length));
}

const answerRows: readonly Row[] = [
  [
    'empty-choices',
    (seen) => assert.ok(chunksOf(seen).length >= 3 && chunksOf(seen).every((chunk) => chunk.choices.length === 0)),
    (seen) => assert.equal(answerOf(seen).choices.length, 0),
  ],
  ['blank-finish', finishes(null, 0), finishesBody(null, 0)],
  ['filtered', finishes('content_filter', 10), finishesBody('content_filter', 10)],
  ['refused-first', finishes('content_filter', 0), finishesBody('content_filter', 0)],
];

const usageRows: readonly Row[] = [
  ['no-usage', all(isHonest, bills([])), all(isHonestBody, billsBody(undefined))],
  ['usage-negative', bills([-61]), billsBody(-61)],
  ['usage-huge', bills([1e18]), billsBody(1e18)],
  ['usage-nan', bills(['NaN']), billsBody('NaN')],
  ['usage-lies', bills([6000]), billsBody(6000)],
  ['usage-twice', bills([60, 60]), (seen) => assert.equal(seen.body.toString().split('"usage":').length, 3)],
  [
    'usage-with-choices',
    all(bills([60]), (seen) =>
      assert.equal(chunksOf(seen).find((chunk) => chunk.usage)?.choices[0].finish_reason, 'stop'),
    ),
    isHonestBody,
  ],
];

const rows = [...statusRows, ...rawRows, ...breakRows, ...framingRows, ...answerRows, ...usageRows];

for (const [mode, streamed, whole] of rows) {
  test(`fault-${mode} comes as promised, streamed and not`, async () => {
    await deliver(mode, true, streamed);
    await deliver(mode, false, whole);
  });
}

async function deliver(mode: string, stream: boolean, check: Check): Promise<void> {
  const before = await countDelivered(mode);
  const messages = [{ role: 'user', content: `a secret canary ${mode} ${stream}` }];
  const options = stream ? { stream, stream_options: { include_usage: true } } : {};
  const seen = await callRaw(simulator, { model: `sandbox/fault-${mode}`, messages, ...options });
  check(seen);
  assert.equal(await countDelivered(mode), before + 1, 'The simulator must know that it delivered the fault.');
}

async function countDelivered(mode: string): Promise<number> {
  const reply = await fetch(new URL('/simulator/stats', simulator.url));
  const { faults } = (await reply.json()) as { faults: Record<string, number> };
  return faults[mode] ?? 0;
}

test('every mode of the list is tried above', async () => {
  const reply = await fetch(new URL('/simulator/modes', simulator.url));
  const listed = (await reply.json()) as typeof faultModes;
  const tried = new Set(rows.flatMap(([mode]) => [mode, mode.replace(/-\d+$/, '-<k>')]));

  assert.deepEqual(listed, faultModes);
  assert.deepEqual(
    faultModes
      .filter(({ mode }) => !tried.has(mode) && !oddModes.has(mode) && !isFrameMode(mode))
      .map(({ mode }) => mode),
    [],
  );
  for (const { what } of faultModes) assert.match(what, /^[A-Z].*[^ ]$/);
});
