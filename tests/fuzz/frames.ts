import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { EventStreamError, EventStreamReader } from '#core/protocol/event-stream.ts';
import { EventStreamSplitter } from '#core/protocol/event-stream-splitter.ts';
import { converseEvent, exceptionFrame, frameOf, invokeChunk } from '../support/aws-frames.ts';
import type { Change } from './fuzz.ts';

const delta = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => ({ contentBlockIndex: 0, delta: { text } }));
const odd = fc
  .tuple(fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ maxLength: 12 })), fc.uint8Array())
  .map(([headers, payload]) => frameOf(headers, payload));

/** Streams of the two kinds that Bedrock sends, and of frames that nobody sends. */
export const frameStreams: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      delta.map((value) => converseEvent('contentBlockDelta', value)),
      delta.map((value) => invokeChunk({ type: 'content_block_delta', ...value })),
      fc.constantFrom('throttlingException', 'x:y', '').map((name) => exceptionFrame(name, 'secret')),
      odd,
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((frames) => Buffer.concat(frames));

/** Changes bytes inside a frame and seals it again, so that what stands behind the checksums is read. */
export const changeFrames: Change = (base, other, random) => {
  const { frames } = framesOf(random() < 0.3 ? Buffer.concat([base, other]) : base);
  const changed = frames.map((frame) => (random() < 0.5 ? reseal(Buffer.from(frame), random) : frame));
  const bytes = Buffer.concat(changed);
  return random() < 0.2 ? bytes.subarray(0, random() * bytes.length) : bytes;
};

function reseal(frame: Buffer, random: () => number): Buffer {
  const body = frame.subarray(12, -4);
  for (let count = random() * 4; count > 0 && body.length > 0; count -= 1) {
    // Most of it where the headers are.
    const at = Math.floor(random() ** 2 * body.length);
    body.writeUInt8(Math.floor(random() * 256), at);
  }
  if (random() < 0.3) frame.writeUInt32BE(Math.floor(random() * (body.length + 8)), 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

/** The frames before the first that is none, by the specification; `isBroken`: there is such a one. */
function framesOf(bytes: Buffer): { readonly frames: readonly Buffer[]; readonly isBroken: boolean } {
  const frames: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= 12) {
    const [total, headers] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    const isFrame =
      crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32BE(at + 8) &&
      total <= 16 * 1024 * 1024 &&
      headers <= 128 * 1024 &&
      total >= 16 + headers;
    if (!isFrame) return { frames, isBroken: true };
    if (at + total > bytes.length) return { frames, isBroken: false };
    const frame = bytes.subarray(at, at + total);
    if (crc32(frame.subarray(0, -4)) !== frame.readUInt32BE(total - 4)) return { frames, isBroken: true };
    frames.push(frame);
    at += total;
  }
  return { frames, isBroken: false };
}

/** At any split the same frames come out, up to the same place; what is kept meanwhile is one frame at most. */
export function judgeFrames(input: Buffer, random: () => number): void {
  const expected = framesOf(input);
  const reader = new EventStreamReader();
  const found: string[] = [];
  let isBroken = false;
  try {
    for (let at = 0; at < input.length; ) {
      const next = Math.min(input.length, at + 1 + Math.floor(random() ** 3 * 4_096));
      for (const { payload } of reader.push(Buffer.from(input.subarray(at, next)))) {
        found.push(Buffer.from(payload).toString('latin1'));
      }
      at = next;
      assert.ok(reader.pendingBytes <= input.length);
    }
  } catch (thrown) {
    assert.ok(thrown instanceof EventStreamError, String(thrown));
    isBroken = true;
  }
  const payloads = expected.frames.map((frame) => frame.subarray(12 + frame.readUInt32BE(4), -4).toString('latin1'));
  // A frame whose checksums hold may still have headers that are none, which the reader sees and this list does not.
  assert.deepEqual(found, payloads.slice(0, found.length));
  if (!isBroken) assert.deepEqual([found.length, expected.isBroken], [payloads.length, false]);
  if (expected.isBroken) assert.ok(isBroken, 'what is no frame was taken');
  judgeEvents(input);
}

/** What goes on is whole server-sent events, whatever the frames hold. */
function judgeEvents(input: Buffer): void {
  try {
    const { buffer, events } = new EventStreamSplitter().push(input);
    const text = Buffer.from(buffer).toString('latin1');
    for (const { start, end } of events) {
      const event = text.slice(start, end);
      assert.match(event, /^(?:event: [A-Za-z_.]+\n)?data: [^\r\n]*\n\n$/);
    }
    assert.equal(events.at(-1)?.end ?? 0, text.length);
  } catch (thrown) {
    if (!(thrown instanceof EventStreamError)) throw thrown;
  }
}
