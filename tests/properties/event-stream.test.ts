// AWS's frames come out as they went in, at whatever bytes they are split; what is no frame is refused.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventStreamError, EventStreamReader } from '#core/protocol/event-stream.ts';
import { EventStreamSplitter, exceptionWord } from '#core/protocol/event-stream-splitter.ts';
import { converseEvent, exceptionFrame, frameOf, invokeChunk } from '../support/aws-frames.ts';

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => Buffer.from(bytes.subarray(places[index], end)));
}

const header = fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 40 }));
const frame = fc.record({
  headers: fc.uniqueArray(header, { selector: ([name]) => name, maxLength: 4 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});

test('frames come out as they were written, however the bytes are split', () => {
  const property = fc.property(
    fc.array(frame, { maxLength: 5 }),
    fc.array(fc.nat(), { maxLength: 20 }),
    (all, cuts) => {
      const bytes = Buffer.concat(all.map(({ headers, payload }) => frameOf(Object.fromEntries(headers), payload)));
      const reader = new EventStreamReader();

      const found = pieces(bytes, cuts).flatMap((piece) => [...reader.push(piece)]);

      assert.deepEqual(
        found.map(({ headers, payload }) => [Object.fromEntries(headers), Buffer.from(payload).toString('hex')]),
        all.map(({ headers, payload }) => [Object.fromEntries(headers), Buffer.from(payload).toString('hex')]),
      );
      assert.equal(reader.pendingBytes, 0);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('one wrong byte anywhere in a frame is noticed', () => {
  const good = converseEvent('metadata', { usage: { inputTokens: 1 } });
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 0x41;
    assert.throws(() => new EventStreamReader().push(bad), EventStreamError, `byte ${at}`);
  }
});

test('a length that no frame has is refused before anything is kept for it', () => {
  const bytes = frameOf({}, Buffer.alloc(17 * 1024 * 1024));

  assert.throws(() => new EventStreamReader().push(bytes.subarray(0, 12)), EventStreamError);
});

test('events of both kinds become server-sent events, named, with the bytes of their JSON', () => {
  const splitter = new EventStreamSplitter();
  const inner = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'é\n"' } };

  const { buffer, events } = splitter.push(
    Buffer.concat([converseEvent('contentBlockDelta', { delta: { text: 'a' } }), invokeChunk(inner)]),
  );

  assert.deepEqual(
    events.map(({ name, data }) => [name, JSON.parse(Buffer.from(data ?? []).toString())]),
    [
      ['contentBlockDelta', { delta: { text: 'a' } }],
      ['content_block_delta', inner],
    ],
  );
  const text = Buffer.from(buffer).toString();
  assert.equal(
    text,
    text
      .split('\n\n')
      .slice(0, 2)
      .map((event) => `${event}\n\n`)
      .join(''),
  );
  assert.match(text, /^event: contentBlockDelta\ndata: \{/);
});

test('an exception becomes an error in closed words, without its message', () => {
  const { buffer } = new EventStreamSplitter().push(exceptionFrame('throttlingException', 'secret words'));

  const text = Buffer.from(buffer).toString();
  assert.match(text, /^event: error\ndata: .*"rate_limit_error"/);
  assert.doesNotMatch(text, /secret/);
  assert.equal(exceptionWord('ValidationException'), 'invalid_request_error');
  assert.equal(exceptionWord('ModelStreamErrorException'), 'api_error');
  assert.equal(exceptionWord(undefined), 'api_error');
});
