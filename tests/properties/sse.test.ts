import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { SseSplitter, SseTooLongError } from '#core/protocol/sse.ts';
import { eventStreams, mutations, places } from './arbitraries.ts';
import { mutate } from './mutation.ts';
import { readRecordings, withoutRecordings } from './recordings.ts';
import { cutAt, judgeSplit, readEventStream, splitInPieces } from './sse-oracle.ts';

const streams = fc
  .tuple(eventStreams, fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, mutations))
  .map(([stream, changes]) => mutate(stream, changes));

test('any cutting of any stream gives the events of the specification and the same bytes', () => {
  const property = fc.property(streams, fc.array(places, { maxLength: 8 }), (stream, cuts) => {
    judgeSplit(stream, cutAt(stream, cuts));
  });
  fc.assert(property, { numRuns: 10_000 });
});

test('a stream that comes byte by byte gives the same events', () => {
  const property = fc.property(streams, (stream) => {
    judgeSplit(
      stream,
      Array.from(stream, (_, at) => stream.subarray(at, at + 1)),
    );
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('a stream cut in two at every place gives the same events', () => {
  const stream = Buffer.from(
    '\ufeffevent: é\r\ndata: 日本\r\n\r\n: c\r\rdata: a\rdata:b\n\ndata\r\n\r\nid: 1\n\n\n\r\n\rdata: {"x":"😀"}\n\n',
  );

  for (let at = 0; at <= stream.length; at++) judgeSplit(stream, [stream.subarray(0, at), stream.subarray(at)]);
});

test('an event goes out as soon as its blank line ended, a line feed that follows is no blank line', () => {
  const splitter = new SseSplitter();

  const ended = splitter.push(Buffer.from('data: x\r\n\r'));
  const after = splitter.push(Buffer.from('\n'));
  const next = splitter.push(Buffer.from('data: y\r\n\r\n'));

  assert.deepEqual(
    ended.events.map(({ start, end }) => [start, end]),
    [[0, 10]],
  );
  assert.equal(after.events.length, 0);
  assert.equal(Buffer.from(next.buffer).toString(), '\ndata: y\r\n\r\n');
  assert.deepEqual(
    next.events.map(({ start, end, data }) => [start, end, Buffer.from(data ?? []).toString()]),
    [[0, 12, 'y']],
  );
  assert.equal(splitter.pendingBytes, 0);
});

test('whole events are views of the chunk they came in', () => {
  const chunk = Buffer.from('data: {"a":1}\n\nevent: x\ndata: 2\n\n');

  const batch = new SseSplitter().push(chunk);

  assert.equal(batch.buffer, chunk);
  for (const { data } of batch.events) assert.equal(data?.buffer, chunk.buffer);
});

test('events handed out are not touched by what comes later', () => {
  const splitter = new SseSplitter();
  splitter.push(Buffer.from('data: fi'));
  const first = splitter.push(Buffer.from('rst\n\ndata: se'));
  const data = first.events[0]?.data;
  assert.ok(data);

  for (let k = 0; k < 100; k++) splitter.push(Buffer.from('cond, and more of it, and more'));
  splitter.push(Buffer.from('\n\n'));

  assert.equal(Buffer.from(data).toString(), 'first');
});

test('several data lines are joined by line feeds, empty ones included', () => {
  const joined = (stream: string) => readEventStream(Buffer.from(stream));

  assert.deepEqual(joined('data: a\ndata\ndata:\ndata:  b\n\n'), [{ name: null, data: 'a\n\n\n b' }]);
  judgeSplit(Buffer.from('\ufeffdata: a\r\ndata\rdata:\ndata:  b\n\n'), [
    Buffer.from('\ufeffdata: a\r\ndata\rdata:\ndata:  b\n\n'),
  ]);
});

test('an empty stream, and empty chunks, give nothing', () => {
  const splitter = new SseSplitter();

  assert.equal(splitter.push(Buffer.alloc(0)).events.length, 0);
  assert.equal(splitter.pendingBytes, 0);
  assert.equal(splitter.rest().length, 0);
});

test('an unfinished event is kept to the end of the stream', () => {
  const splitter = new SseSplitter();

  splitter.push(Buffer.from('data: 1\n\ndata: {"cut'));

  assert.equal(splitter.pendingBytes, 11);
  assert.equal(Buffer.from(splitter.rest()).toString(), 'data: {"cut');
});

test('a line at the limit passes, a longer one is refused however it comes', () => {
  const line = (bytes: number) => Buffer.from(`data: ${'x'.repeat(bytes - 6)}\n\n`);
  const push = (stream: Buffer, pieceBytes: number) => {
    const splitter = new SseSplitter({ lineBytesMax: 100 });
    for (let at = 0; at < stream.length; at += pieceBytes) splitter.push(stream.subarray(at, at + pieceBytes));
  };

  for (const pieceBytes of [1, 7, 1000]) {
    assert.doesNotThrow(() => push(Buffer.concat([line(100), line(100)]), pieceBytes));
    assert.throws(() => push(Buffer.concat([line(20), line(101)]), pieceBytes), SseTooLongError);
    assert.throws(() => push(Buffer.alloc(101, 'x'), pieceBytes), RangeError);
  }
});

test('an event of short lines that never ends is refused', () => {
  const splitter = new SseSplitter({ lineBytesMax: 100, eventBytesMax: 1_000 });

  assert.throws(() => {
    for (let k = 0; k < 1_000; k++) splitter.push(Buffer.from(': wait\n'));
  }, SseTooLongError);
});

test('a long line that comes byte by byte is copied a bounded number of times', () => {
  const splitter = new SseSplitter();
  const letter = Buffer.from('x');
  splitter.push(Buffer.from('data: '));

  for (let k = 0; k < 1_000_000; k++) splitter.push(letter);
  const { events } = splitter.push(Buffer.from('\n\n'));

  assert.equal(events[0]?.data?.length, 1_000_000);
});

test('every recorded stream splits into JSON payloads and reassembles', { skip: withoutRecordings }, () => {
  const recordings = readRecordings().filter(({ res }) => /^(data|event|:)/.test(res ?? ''));
  assert.ok(recordings.length > 100);

  for (const { id, res } of recordings) {
    const stream = Buffer.from(res);
    judgeSplit(stream, [stream]);
    judgeSplit(stream, cutAt(stream, [0.1, 0.2, 0.5, 0.5001, 0.77]));
    for (const { data } of splitInPieces(new SseSplitter(), [stream]).events) {
      if (data !== null && data !== '[DONE]') assert.doesNotThrow(() => JSON.parse(data), id);
    }
  }
});
