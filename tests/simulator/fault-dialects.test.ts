import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { faultModes, type Simulator, startSimulator } from '#simulator/simulator.ts';
import { isFrameMode } from './converse-client.ts';
import { oddModes } from './odd-fault-rows.ts';
import { callRaw, type Seen } from './raw-client.ts';
import { joinSaid, readBroken, readItems, type Tongue, tongues } from './tongues.ts';

// Every fault in every dialect but OpenAI's chat, which has a test of its own that looks closer.

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ port: 0, timeScale: 1e6 });
});

after(() => simulator.close());

type Check = (seen: Seen, tongue: Tongue) => void;

const wordsOfFault = 60;

/** The mode as called, what a stream must show, and what a JSON answer must show. */
type Row = readonly [mode: string, streamed: Check, whole: Check];

const both = (mode: string, check: Check): Row => [mode, check, check];

const all = (...checks: readonly Check[]): Check => {
  return (seen, tongue) => {
    for (const check of checks) check(seen, tongue);
  };
};

const wordsOf = (text: string) => text.split(' ').filter(Boolean).length;
const wholeOf = (seen: Seen, tongue: Tongue) => tongue.read(seen.body.toString().replace(/^\ufeff/, ''));
const saidBy = (seen: Seen, tongue: Tongue) => joinSaid(tongue, readItems(tongue, withoutMark(seen.body)));

const withoutMark = (body: Buffer) => (body[0] === 0xef ? body.subarray(3) : body);

const says: Check = (seen, tongue) => {
  const { text, finish } = saidBy(seen, tongue);
  assert.deepEqual([wordsOf(text), finish], [wordsOfFault, tongue.finishes.stop]);
};

const isHonest: Check = all(says, (seen, tongue) => {
  assert.ok(
    readItems(tongue, withoutMark(seen.body))
      .at(-1)
      ?.includes(tongue.endMark ?? 'finishReason'),
  );
});

const isHonestBody: Check = (seen, tongue) => {
  const { text, finish } = wholeOf(seen, tongue);
  assert.deepEqual([wordsOf(text), finish], [wordsOfFault, tongue.finishes.stop]);
};

const ends = (ended: Seen['ended'], isWhole: boolean): Check => {
  return (seen) => assert.deepEqual([seen.ended, seen.isWhole], [ended, isWhole]);
};

/** `count` items and no more, none of which finishes. */
const itemsThen = (count: number, ended: Seen['ended'], isWhole: boolean): Check => {
  return all(ends(ended, isWhole), (seen, tongue) => {
    const items = readBroken(tongue, seen.body);
    assert.equal(items.length, count);
    assert.equal(joinSaid(tongue, items).finish, undefined);
  });
};

const brokenBody = (ended: Seen['ended'], isWhole: boolean): Check => {
  return all(ends(ended, isWhole), (seen) => assert.throws(() => JSON.parse(seen.body.toString())));
};

const nothing = (ended: Seen['ended']): Check => {
  return (seen) => assert.deepEqual([seen.ended, seen.bytes.length], [ended, 0]);
};

const type = (value: string): Check => {
  return (seen) => assert.ok(seen.headers['content-type']?.startsWith(value), `a type of ${value}`);
};

/** An error of the dialect under this status; `kind` is the status that its type stands for. */
const refuses = (status: number, kind = status): Check => {
  return all(ends('closed', true), (seen, tongue) => {
    const { error } = wholeOf(seen, tongue);
    assert.equal(seen.status, status);
    assert.equal(typeof error?.message, 'string');
    assert.equal(error?.type, tongue.errorTypes[kind] ?? error?.type);
    assert.equal(typeof error?.type, 'string');
  });
};

const comesBackAfter = (seconds: number | undefined): Check => {
  return (seen, tongue) => {
    const inHeader = seen.headers['retry-after'];
    const inDetails = /"retryDelay": "(\d+)s"/.exec(seen.body.toString())?.[1];
    const told = tongue.name.startsWith('gemini') ? inDetails : inHeader;
    assert.equal(told, seconds === undefined ? undefined : String(seconds));
  };
};

const statusRows: readonly Row[] = [
  ...[400, 401, 402, 403, 404, 408, 409, 413, 422, 500, 502, 503, 504, 520, 529].map((code) =>
    both(`http-${code}`, refuses(code)),
  ),
  both('http-429', all(refuses(429), comesBackAfter(1))),
  both('http-429-retry-after', all(refuses(429), comesBackAfter(30))),
  both('http-429-no-retry-after', all(refuses(429), comesBackAfter(undefined))),
  both('http-429-quota', refuses(429)),
  both('error-in-200', refuses(200, 500)),
  both(
    'echo-error',
    all(refuses(400), (seen) => assert.match(seen.body.toString(), /a secret canary/)),
  ),
  both('redirect', (seen) => assert.equal(seen.status, 302)),
  both('flaky-2', refuses(503)),
];

const rawRows: readonly Row[] = [
  both('reset-before-head', nothing('reset')),
  both('close-before-head', nothing('closed')),
  both('head-never', nothing('silent')),
  both('slow-head', all(type('application/json'), isHonestBody)),
  both('html', type('text/html')),
  both(
    'html-502',
    all((seen) => assert.equal(seen.status, 502), type('text/html')),
  ),
  both('empty', (seen) => assert.deepEqual([seen.headers['content-length'], seen.isWhole], ['0', true])),
  both(
    'empty-stream',
    all(type('text/event-stream'), (seen) => assert.equal(seen.body.length, 0)),
  ),
  [
    'wrong-content-type',
    all(isHonest, (seen, tongue) => type(tongue.isEvents ? 'application/json' : 'text/plain')(seen, tongue)),
    all(type('text/plain'), isHonestBody),
  ],
  ['invalid-json', garbles, brokenBody('closed', true)],
  both('garbage-bytes', (seen) => assert.equal(new Set(seen.body).size, 256)),
  ['truncated-body', ends('closed', false), brokenBody('closed', false)],
  ['bad-chunk', itemsThen(2, 'closed', false), brokenBody('closed', false)],
  ['gzip', (seen, tongue) => isHonest(inflate(seen), tongue), (seen, tongue) => isHonestBody(inflate(seen), tongue)],
];

function inflate(seen: Seen): Seen {
  return { ...seen, body: gunzipSync(seen.body) };
}

function garbles(seen: Seen, tongue: Tongue): void {
  ends('closed', true)(seen, tongue);
  if (!tongue.isEvents) return assert.throws(() => readItems(tongue, seen.body));
  const items = readItems(tongue, seen.body);
  assert.throws(() => JSON.parse(items.at(-1) ?? ''));
  assert.equal(wordsOf(joinSaid(tongue, items.slice(0, -1)).text), 1);
}

const breakRows: readonly Row[] = [
  ['reset-mid-0', itemsThen(0, 'reset', false), brokenBody('reset', false)],
  ['reset-mid-7', itemsThen(7, 'reset', false), brokenBody('reset', false)],
  ['cut-50', itemsThen(50, 'closed', true), brokenBody('closed', true)],
  ['stall-6', itemsThen(6, 'silent', false), brokenBody('silent', false)],
  ['cut-mid-event', itemsThen(5, 'closed', true), brokenBody('closed', true)],
  both('cut-mid-utf8', (seen) => assert.deepEqual([seen.body.at(-1), seen.isWhole], [0xc3, true])),
  ['error-event-first', errsAfter(0), refuses(200, 500)],
  ['error-event-5', errsAfter(5), refuses(200, 500)],
];

function errsAfter(count: number): Check {
  return all(ends('closed', true), (seen, tongue) => {
    const items = readBroken(tongue, seen.body);
    assert.deepEqual(
      items.map((data) => tongue.read(data).error !== undefined),
      [...Array.from({ length: count }, () => false), true],
    );
  });
}

const lineEnds = (lineEnd: string): Check => {
  return (seen) =>
    assert.equal(
      seen.body
        .toString()
        .replaceAll(lineEnd, '')
        .search(/[\r\n]/),
      -1,
    );
};

const framingRows: readonly Row[] = [
  [
    'no-done',
    (seen, tongue) => {
      if (!tongue.isEvents) return assert.throws(() => readItems(tongue, seen.body));
      says(seen, tongue);
      assert.doesNotMatch(seen.body.toString(), /message_stop/);
    },
    isHonestBody,
  ],
  ['done-twice', endsTwice, brokenBody('closed', true)],
  [
    'data-after-done',
    (seen, tongue) => {
      if (!tongue.isEvents) return assert.throws(() => readItems(tongue, seen.body));
      assert.equal(wordsOf(saidBy(seen, tongue).text), wordsOfFault);
      assert.equal(joinSaid(tongue, readItems(tongue, seen.body).slice(-1)).finish, undefined);
    },
    brokenBody('closed', true),
  ],
  ['crlf', all(isHonest, lineEnds('\r\n')), all(isHonestBody, lineEnds('\r\n'))],
  ['cr', all(isHonest, lineEnds('\r')), all(isHonestBody, lineEnds('\r'))],
  ['bom', all(isHonest, (seen) => assert.equal(seen.body[0], 0xef)), isHonestBody],
  ['comments', isHonest, isHonestBody],
  both('long-line', (seen) => assert.ok(seen.body.length > 10 * 2 ** 20)),
  ['multi-line-data', isHonest, isHonestBody],
  both('one-byte-chunks', drips),
  both('slow-drip', drips),
  ['all-at-once', all(isHonest, isFixed), all(isHonestBody, isFixed)],
  ['unknown-events', weathers, all(isHonestBody, (seen) => assert.match(seen.body.toString(), /"x_sandbox"/))],
];

function endsTwice(seen: Seen, tongue: Tongue): void {
  if (!tongue.isEvents) return assert.match(seen.body.toString(), /\]\s*\]\s*$/);
  const mark = tongue.endMark ?? 'finishReason';
  assert.equal(readItems(tongue, seen.body).filter((data) => data.includes(mark)).length, 2);
  assert.equal(wordsOf(saidBy(seen, tongue).text), wordsOfFault);
}

function drips(seen: Seen): void {
  assert.ok(seen.chunks.length > 400 && seen.chunks.every((chunk) => chunk.length === 1), String(seen.chunks.length));
}

function isFixed(seen: Seen): void {
  assert.equal(seen.headers['content-length'], String(seen.body.length));
}

function weathers(seen: Seen, tongue: Tongue): void {
  assert.match(
    seen.body.toString(),
    tongue.isEvents ? /id: 7\nretry: 10\nfield: unknown\n\nevent: weather\n/ : /"fog"/,
  );
  assert.equal(wordsOf(saidBy(seen, tongue).text), wordsOfFault);
}

const answerRows: readonly Row[] = [
  both('empty-choices', (seen, tongue) => {
    const { text, error } = tongue.isEvents && isStreamed(seen) ? saidBy(seen, tongue) : wholeOf(seen, tongue);
    assert.deepEqual([text, error], ['', undefined]);
  }),
  ['blank-finish', finishes(undefined, 0), finishesBody(undefined, 0)],
  ['filtered', finishes('filtered', 10), finishesBody('filtered', 10)],
  ['refused-first', finishes('filtered', 0), finishesBody('filtered', 0)],
];

function isStreamed(seen: Seen): boolean {
  return seen.headers['content-type']?.startsWith('text/event-stream') === true;
}

function finishes(kind: 'filtered' | undefined, words: number): Check {
  return (seen, tongue) => {
    const { text, finish } = saidBy(seen, tongue);
    assert.deepEqual([wordsOf(text), finish], [words, kind && tongue.finishes[kind]]);
  };
}

function finishesBody(kind: 'filtered' | undefined, words: number): Check {
  return (seen, tongue) => {
    const { text, finish } = wholeOf(seen, tongue);
    assert.deepEqual([wordsOf(text), finish], [words, kind && tongue.finishes[kind]]);
  };
}

const bills = (output: unknown): Row[1] => {
  return (seen, tongue) => assert.equal(saidBy(seen, tongue).output, output);
};

const billsBody = (output: unknown): Check => {
  return (seen, tongue) => assert.equal(wholeOf(seen, tongue).output, output);
};

const usageRows: readonly Row[] = [
  ['no-usage', all(isHonest, bills(undefined)), all(isHonestBody, billsBody(undefined))],
  ['usage-negative', bills(-61), billsBody(-61)],
  ['usage-huge', bills(1e18), billsBody(1e18)],
  ['usage-nan', bills('NaN'), billsBody('NaN')],
  ['usage-lies', bills(6000), billsBody(6000)],
  [
    'usage-twice',
    (seen, tongue) => assert.deepEqual(saidBy(seen, tongue).outputs.slice(-2), [60, 60]),
    (seen) => assert.equal(seen.body.toString().split(/"(?:usage|usageMetadata)": ?\{/).length, 3),
  ],
  ['usage-with-choices', all(isHonest, bills(60)), isHonestBody],
];

const rows = [...statusRows, ...rawRows, ...breakRows, ...framingRows, ...answerRows, ...usageRows];

for (const tongue of tongues) {
  for (const [mode, streamed, whole] of rows) {
    test(`${tongue.name}: fault-${mode} comes as promised, streamed and not`, async () => {
      await deliver(tongue, mode, { isStream: true, check: streamed });
      await deliver(tongue, mode, { isStream: false, check: whole });
    });
  }
}

async function deliver(
  tongue: Tongue,
  mode: string,
  { isStream, check }: { readonly isStream: boolean; readonly check: Check },
): Promise<void> {
  const before = await countDelivered(mode);
  const model = `sandbox/fault-${mode}`;
  const text = `a secret canary ${tongue.name} ${mode} ${isStream}`;
  check(await callRaw(simulator, tongue.ask(model, isStream, text), tongue.where(model, isStream)), tongue);
  assert.equal(await countDelivered(mode), before + 1, 'The simulator must know that it delivered the fault.');
}

async function countDelivered(mode: string): Promise<number> {
  const reply = await fetch(new URL('/simulator/stats', simulator.url));
  const { faults } = (await reply.json()) as { faults: Record<string, number> };
  return faults[mode] ?? 0;
}

test('every mode of the list is tried in every dialect', () => {
  const tried = new Set(rows.flatMap(([mode]) => [mode, mode.replace(/-\d+$/, '-<k>')]));

  assert.deepEqual(
    faultModes
      .filter(({ mode }) => !tried.has(mode) && !oddModes.has(mode) && !isFrameMode(mode))
      .map(({ mode }) => mode),
    [],
  );
});
