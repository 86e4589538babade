import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { factsOfEvents } from '#core/protocol/event-facts.ts';
import { chunksOf, encodeEvents, fixture, readStream, saidIn, shown } from './gemini.ts';

const streams = [
  'text-signed-at-its-end.sse',
  'parallel-calls-signed-once.sse',
  'arguments-in-pieces.sse',
  'error-after-text.sse',
];

test('any cutting of a stream gives the same facts and the same events', () => {
  for (const name of streams) {
    const bytes = fixture(name);
    const whole = readStream([bytes]);
    const property = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, at) => Buffer.from(bytes.subarray(places[at], end)));
      const read = readStream(pieces);
      assert.deepEqual(read.facts, whole.facts);
      assert.deepEqual(shown(read.events), shown(whole.events));
    });
    fc.assert(property, { numRuns: 200 });
  }
});

test('a relay and a translation find the same finish, usage and error', () => {
  for (const name of streams) {
    for (const chunk of fixture(name)
      .toString()
      .split(/(?<=\n\r?\n)/)) {
      const { facts, events } = readStream([Buffer.from(chunk)]);
      const found = factsOfEvents(events);
      assert.deepEqual(
        facts.map(({ finish, usage, error }) => ({ finish, usage, error })),
        [{ finish: found.finish, usage: found.usage, error: found.error }],
        name,
      );
    }
  }
});

test('text, signature, finish and the last usage of a stream come out, in this order', () => {
  const { facts, events } = readStream([fixture('text-signed-at-its-end.sse')]);

  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['start', 'text-delta', 'usage', 'text-delta', 'usage', 'state', 'part-end', 'finish', 'usage'],
  );
  const last = facts.at(-1);
  assert.equal(last?.finish, 'stop');
  assert.equal(last?.isTerminal, false);
  assert.deepEqual(last?.usage, {
    input: 9,
    cachedInput: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 36,
    reasoning: 30,
  });
  assert.equal(facts[0]?.outputBytes, Buffer.byteLength('Grüße, '));
});

test('a stop after a call in any chunk is the end by a call, and traffic alone is no usage', () => {
  const { facts } = readStream([fixture('parallel-calls-signed-once.sse')]);

  assert.deepEqual(
    facts.map(({ hasContent, finish, usage }) => [hasContent, finish, usage?.input]),
    [
      [true, undefined, undefined],
      [true, undefined, undefined],
      [false, 'tool-calls', 9],
    ],
  );
});

test('calls keep their names, arguments to the last digit, and the one signature of a set', () => {
  const { events } = readStream([fixture('parallel-calls-signed-once.sse')]);

  const calls = events.filter(({ kind }) => kind.startsWith('tool-call'));
  assert.deepEqual(shown(calls), [
    {
      kind: 'tool-call-start',
      choice: 0,
      call: 0,
      id: 'call_01ARZ3NDEKTSV4RRFFQ69G5FAV_0',
      name: 'weather',
      form: 'function',
      state: { family: 'google', kind: 'signature', value: 'c2lnLWNhbGw=' },
    },
    { kind: 'tool-call-delta', choice: 0, call: 0, input: '{"city":"Köln","id":12345678901234567890}' },
    { kind: 'tool-call-end', choice: 0, call: 0 },
    {
      kind: 'tool-call-start',
      choice: 0,
      call: 1,
      id: 'call_01ARZ3NDEKTSV4RRFFQ69G5FAV_1',
      name: 'weather',
      form: 'function',
    },
    { kind: 'tool-call-delta', choice: 0, call: 1, input: '{"city":"Rom"}' },
    { kind: 'tool-call-end', choice: 0, call: 1 },
  ]);
  assert.match(encodeEvents(events), /"id":12345678901234567890\}/);
});

test('arguments that come in pieces are put together by their paths', () => {
  const { events } = readStream([fixture('arguments-in-pieces.sse')]);

  const inputs = events.filter(({ kind }) => kind === 'tool-call-delta');
  assert.deepEqual(shown(inputs), [
    {
      kind: 'tool-call-delta',
      choice: 0,
      call: 0,
      input: '{"rows":[{"name":"apple","price":0.5},{"fresh one":true}]}',
    },
    { kind: 'tool-call-delta', choice: 0, call: 1, input: '{}' },
  ]);
});

test('what is decoded and encoded again says the same', () => {
  for (const name of streams.slice(0, 2)) {
    const bytes = fixture(name);
    const { events } = readStream([bytes]);

    const again = chunksOf(encodeEvents(events));

    assert.deepEqual(saidIn(again), saidIn(chunksOf(bytes.toString())), name);
  }
});

test('an error in the stream is an error with the word of Google, in lower case', () => {
  const { facts, events } = readStream([fixture('error-after-text.sse')]);

  assert.equal(facts.at(-1)?.error, 'resource_exhausted');
  assert.deepEqual(events.at(-1), { kind: 'error', code: 'resource_exhausted' });
});

function one(data: string) {
  return readStream([Buffer.from(`data: ${data}\n\n`)]);
}

test('a chunk that is no JSON object passes, or is an error to a translation; a line that is no event is nothing', () => {
  for (const data of ['{"candidates":[', '[]', '1', `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`]) {
    assert.deepEqual([one(data).facts[0]?.error, one(data).facts[0]?.isMalformed], [undefined, true]);
    assert.deepEqual(one(data).events, [{ kind: 'error', code: 'unknown' }]);
  }
  for (const text of ['{"error":{"code":500}}\n\n', ': keepalive\n\n', 'data: [DONE]\n\n', 'data:\n\n']) {
    const { facts, events } = readStream([Buffer.from(text)]);
    assert.equal(facts[0]?.error, undefined);
    assert.equal(facts[0]?.hasContent, false);
    assert.deepEqual(events, []);
  }
});

test('usage may come alone after the finish, and content after it is an error, not silence', () => {
  const finish = '{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"MAX_TOKENS"}]}';
  const usage = '{"usageMetadata":{"promptTokenCount":1,"totalTokenCount":3,"thoughtsTokenCount":2}}';
  const more = '{"candidates":[{"content":{"parts":[{"text":"b"}]}}]}';

  const { facts, events } = readStream([Buffer.from(`data: ${finish}\n\ndata: ${usage}\n\ndata: ${more}\n\n`)]);

  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['start', 'text-delta', 'part-end', 'finish', 'usage', 'error'],
  );
  assert.deepEqual([facts[0]?.finish, facts[1]?.isUsageOnly, facts[1]?.usage?.output], ['length', true, 2]);
});

const finishes = {
  SAFETY: 'filtered',
  RECITATION: 'filtered',
  MODEL_ARMOR: 'filtered',
  IMAGE_SAFETY: 'filtered',
  MALFORMED_FUNCTION_CALL: 'other',
  UNEXPECTED_TOOL_CALL: 'other',
  SOMETHING_NEW: 'other',
  CONTINUATION: 'paused',
};

test('each finish has its word, and what nobody knows is no stop', () => {
  for (const [said, word] of Object.entries(finishes)) {
    assert.equal(one(`{"candidates":[{"finishReason":"${said}"}]}`).facts[0]?.finish, word, said);
  }
  assert.equal(one('{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}').facts[0]?.finish, undefined);
});

test('a count that is no number is a lie', () => {
  assert.ok(Number.isNaN(one('{"usageMetadata":{"promptTokenCount":"many"}}').facts[0]?.usage?.input));
});

test('paths that lead too far, or into a prototype, do no harm', () => {
  const pieces = ['$.__proto__.polluted', '$.rows[999999]', '$.a..b', 'a', `$${'.a'.repeat(100)}`, '$.list[2]'].map(
    (jsonPath) => ({ jsonPath, stringValue: 'x' }),
  );
  const call = { functionCall: { name: 'f', partialArgs: pieces } };

  const { events } = one(JSON.stringify({ candidates: [{ content: { parts: [call] } }] }));

  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  assert.deepEqual(shown(events.find(({ kind }) => kind === 'tool-call-delta')), {
    kind: 'tool-call-delta',
    choice: 0,
    call: 0,
    input: '{"__proto__":{"polluted":"x"},"list":[null,null,"x"]}',
  });
});
