import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { measureChatDelta } from '#core/protocol/json-delta.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { jsonDocuments, mutations } from './arbitraries.ts';
import { chunkPayloads } from './chunk-arbitraries.ts';
import { judgeDelta } from './delta-oracle.ts';
import { mutate } from './mutation.ts';
import { readRecordings, withoutRecordings } from './recordings.ts';

const nothing = { content: false, outputBytes: 0, mediaBytes: 0, finish: null, hasUsage: false, hasError: false };

function measure(payload: string) {
  return measureChatDelta(Buffer.from(payload));
}

function measureDelta(delta: unknown) {
  return measure(JSON.stringify({ choices: [{ index: 0, delta }] }));
}

test('a chunk is measured as one would with JSON.parse, in any order and writing', () => {
  fc.assert(fc.property(chunkPayloads, judgeDelta), { numRuns: 6_000 });
});

test('a broken chunk is told from a valid one exactly as JSON.parse does', () => {
  const broken = fc.tuple(chunkPayloads, mutations).map(([payload, changes]) => mutate(payload, changes));
  fc.assert(fc.property(broken, judgeDelta), { numRuns: 6_000 });
  fc.assert(fc.property(jsonDocuments, judgeDelta), { numRuns: 1_000 });
});

test('what is no JSON object measures nothing', () => {
  for (const payload of ['', '[DONE]', '{', 'null', '[]', '"x"', '{"choices":[]}}', '\ufeff{}']) {
    assert.deepEqual(measure(payload), { valid: false, ...nothing }, payload);
  }
  assert.deepEqual(measure('{}'), { valid: true, ...nothing });
});

test('a role, an empty string or null is no content', () => {
  const empty = {
    role: 'assistant',
    content: '',
    refusal: null,
    reasoning: '',
    tool_calls: [{ index: 0, id: 'call_1' }],
  };

  assert.deepEqual(measureDelta(empty), { valid: true, ...nothing });
  assert.equal(measureDelta({ content: [{ type: 'text', text: '' }], audio: { id: 'audio_1' } }).content, false);
});

test('every unit of output is content', () => {
  const units = [
    [{ content: 'a' }, { content: [{ type: 'text', text: 'a' }] }, { refusal: 'a' }, { reasoning: 'a' }],
    [{ reasoning_content: 'a' }, { reasoning_details: [{ type: 'reasoning.encrypted', data: 'a' }] }],
    [{ tool_calls: [{ function: { name: 'a' } }] }, { tool_calls: [{}, { function: { arguments: 'a' } }] }],
    [{ tool_calls: [{ custom: { input: 'a' } }] }, { function_call: { arguments: 'a' } }, { audio: { data: 'a' } }],
    [{ images: [{ type: 'image_url', image_url: { url: 'a' } }] }, { audio: { transcript: 'a' } }],
  ];

  for (const delta of units.flat()) {
    assert.partialDeepStrictEqual(measureDelta(delta), { content: true, outputBytes: 1 }, JSON.stringify(delta));
  }
  assert.partialDeepStrictEqual(measureDelta({ annotations: [{}] }), { content: true, outputBytes: 0 });
});

test('reasoning that is told in several fields counts once', () => {
  const twice = { reasoning: 'abc', reasoning_content: 'abc', reasoning_details: [{ text: 'abc' }], content: 'de' };

  assert.equal(measureDelta(twice).outputBytes, 5);
});

test('bytes are those of the decoded text', () => {
  assert.equal(
    measure('{"choices":[{"delta":{"content":"\\n\\u00e9\\u65e5\\ud83d\\ude00\\ud83d\\/é"}}]}').outputBytes,
    16,
  );
});

test('an escape counts as the bytes of its character', () => {
  const bytes = (content: string) => measure(`{"choices":[{"delta":{"content":"${content}"}}]}`).outputBytes;

  assert.deepEqual(
    ['\\u007f', '\\u0080', '\\u07ff', '\\u0800', '\\udc00', '\\uDBFF\\uDFFF'].map(bytes),
    [1, 2, 2, 3, 3, 4],
  );
});

test('images and encoded audio are told apart from text', () => {
  const mixed = measureDelta({ content: 'ab', audio: { data: 'AAAA', transcript: 'c' } });

  assert.partialDeepStrictEqual(mixed, { outputBytes: 7, mediaBytes: 4 });
});

test('the first finish reason is read as written, an empty one is none', () => {
  assert.equal(
    measure('{"choices":[{"finish_reason":null},{"finish_reason":"STOP"},{"finish_reason":"x"}]}').finish,
    'STOP',
  );
  assert.equal(measure('{"choices":[{"finish_reason":""}]}').finish, null);
  assert.equal(measure('{"finish_reason":"stop","choices":[{"delta":{"finish_reason":"stop"}}]}').finish, null);
});

test('words of a chunk inside its text are text', () => {
  const delta = measureDelta({ content: '"finish_reason":"stop","usage":{},"error":{}' });

  assert.partialDeepStrictEqual(delta, { content: true, finish: null, hasUsage: false, hasError: false });
});

test('usage is an object, an error is anything but null', () => {
  assert.equal(measure('{"usage":null,"error":null}').hasUsage, false);
  assert.equal(measure('{"usage":{}}').hasUsage, true);
  assert.equal(measure('{"usage":null,"error":null}').hasError, false);
  assert.equal(measure('{"error":"overloaded"}').hasError, true);
  assert.equal(measure('{"choices":[{"error":{}}]}').hasError, false);
});

test('every recorded chunk is measured as with JSON.parse', { skip: withoutRecordings }, () => {
  let chunks = 0;
  for (const { res } of readRecordings().filter(({ stream }) => stream)) {
    for (const { data } of new SseSplitter().push(Buffer.from(res)).events) {
      if (data === null) continue;
      judgeDelta(data);
      chunks++;
    }
  }
  assert.ok(chunks > 5_000);
});
