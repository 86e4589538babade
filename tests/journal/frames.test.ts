import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { crc32c } from '#core/journal/crc32c.ts';
import { encodeBegin, encodeEnd, encodeProgress, generationOf } from '#core/journal/encode-record.ts';
import { frameHeaderBytes, frameKinds, sealFrame, writeFrameHead } from '#core/journal/frame.ts';
import type { EndRecord, JournalRecord } from '#core/journal/record.ts';
import { scanSegment } from '#core/journal/scan.ts';
import { encodeSegmentHeader, readSegmentHeader, segmentHeaderBytes } from '#core/journal/segment-header.ts';
import { beginOf, endOf } from './records.ts';

test('the checksum is CRC-32C: its published vectors hold', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
});

test('a checksum goes on from where another stopped', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      assert.equal(crc32c(bytes, at, bytes.length, crc32c(bytes, 0, at)), crc32c(bytes));
    }),
  );
});

test('whatever byte a file is cut at, every record that was whole before it is read and nothing is invented', () => {
  const { bytes, records, boundaries } = segmentOf(12);

  for (let cut = 0; cut <= bytes.length; cut++) {
    const whole = boundaries.filter((boundary) => boundary <= cut).length;
    const scanned = scanSegment(bytes.subarray(0, cut));
    assert.deepEqual(scanned.records, records.slice(0, whole));
    const isClean = cut === 0 || cut === segmentHeaderBytes || boundaries.includes(cut);
    assert.equal(scanned.torn, !isClean, `cut at ${cut}`);
  }
});

test('prepared space behind the records is their clean end, and half a record in it is a torn tail', () => {
  const { bytes, records, boundaries } = segmentOf(3);
  const prepared = Buffer.concat([bytes, Buffer.alloc(4096)]);
  const last = boundaries[1] ?? 0;

  assert.deepEqual(scanSegment(prepared), { records, torn: false });
  for (let kept = last + 1; kept < bytes.length; kept += 7) {
    const torn = Buffer.concat([bytes.subarray(0, kept), Buffer.alloc(4096)]);
    assert.deepEqual(scanSegment(torn), { records: records.slice(0, 2), torn: true });
  }
});

test('a flipped bit ends the segment before the record that it fell on', () => {
  const { bytes, records, boundaries } = segmentOf(4);

  fc.assert(
    fc.property(fc.integer({ min: segmentHeaderBytes, max: bytes.length - 1 }), fc.nat(7), (at, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);

      const before = boundaries.filter((boundary) => boundary <= at).length;
      assert.deepEqual(scanSegment(flipped), { records: records.slice(0, before), torn: true });
    }),
    { numRuns: 1000 },
  );
});

test('any bytes at all are scanned without a throw', () => {
  const header = encodeSegmentHeader('g1');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      scanSegment(bytes);
      assert.deepEqual(scanSegment(Buffer.concat([header, bytes])).records, []);
    }),
  );
});

test('a segment names the instance that wrote it', () => {
  assert.equal(readSegmentHeader(encodeSegmentHeader('gw_01HZX3YV6T7Q8W9E')), 'gw_01HZX3YV6T7Q8W9E');
  assert.throws(() => encodeSegmentHeader(''), RangeError);
  assert.throws(() => encodeSegmentHeader('ü'), RangeError);
});

test('a record holds the declared fields and nothing else, whatever object came in', () => {
  const prompt = { prompt: 'tell nobody', toJSON: undefined };
  const begin = beginOf('gen_1');
  const end = endOf('gen_1');
  const stuffed = {
    ...end,
    ...prompt,
    usage: { ...end.usage, ...prompt },
    uses: end.uses.map((use) => ({ ...use, ...prompt })),
    attempts: end.attempts.map((attempt) => ({ ...attempt, ...prompt })),
    plan: end.plan.map((entry) => ({ ...entry, ...prompt })),
    losses: [{ account: 'loss:overrun' as const, amount: '1', ...prompt }],
    excluded: [{ endpoint: 'a', why: 'b', ...prompt }],
  };
  const stuffedBegin = { ...begin, ...prompt, holds: begin.holds.map((use) => ({ ...use, ...prompt })) };

  assert.deepEqual(JSON.parse(encodeBegin(stuffedBegin)), begin);
  assert.deepEqual(JSON.parse(encodeEnd(stuffed, 10_000)), {
    ...end,
    losses: [{ account: 'loss:overrun', amount: '1' }],
    excluded: [{ endpoint: 'a', why: 'b' }],
  });
  const progress = { kind: 'progress' as const, generation: 'gen_1', estimate: '5', ...prompt };
  assert.deepEqual(JSON.parse(encodeProgress(progress)), { kind: 'progress', generation: 'gen_1', estimate: '5' });
});

test('an end that outgrows its space loses the reasons of plan and excluded, says so, and keeps the money', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), (planned, excluded) => {
      const reasons = (count: number) =>
        Array.from({ length: count }, (_, at) => ({ endpoint: `e${at}`, why: 'dear' }));
      const record: EndRecord = { ...endOf('gen_1'), plan: reasons(planned), excluded: reasons(excluded) };

      const text = encodeEnd(record, 2000);

      assert.ok(text.length <= 2000);
      const read = JSON.parse(text) as EndRecord;
      const { plan, excluded: left, trimmed = false, ...rest } = read;
      const { plan: wholePlan, excluded: whole, ...money } = record;
      assert.deepEqual(rest, money);
      assert.equal(trimmed, plan.length < planned || left.length < excluded);
      assert.deepEqual(plan, wholePlan.slice(0, plan.length));
      assert.deepEqual(left, whole.slice(0, left.length));
    }),
  );
});

test('strings that need care survive, and the generation is found without parsing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (model) => {
      const text = encodeBegin({ ...beginOf('gen_7'), model });
      assert.equal((JSON.parse(text) as { model: string }).model, model);
      assert.equal(generationOf(text), 'gen_7');
    }),
  );
});

/** A segment of begins, progress and ends; `boundaries`: where each record's frame ends. */
function segmentOf(count: number): { bytes: Buffer; records: JournalRecord[]; boundaries: number[] } {
  const records = Array.from({ length: count }, (_, at) => recordAt(at));
  const parts: Uint8Array[] = [encodeSegmentHeader('g1')];
  const boundaries: number[] = [];
  let length = segmentHeaderBytes;
  for (const record of records) {
    const frame = frameOf(record);
    parts.push(frame);
    length += frame.length;
    boundaries.push(length);
  }
  return { bytes: Buffer.concat(parts), records, boundaries };
}

function recordAt(at: number): JournalRecord {
  const generation = `gen_${at}`;
  if (at % 3 === 0) return beginOf(generation);
  return at % 3 === 1 ? { kind: 'progress', generation, estimate: '77' } : endOf(generation);
}

function frameOf(record: JournalRecord): Uint8Array {
  const payload = Buffer.from(JSON.stringify(record));
  const frame = Buffer.alloc(frameHeaderBytes + payload.length);
  frame.set(payload, frameHeaderBytes);
  writeFrameHead(frame, 0, { kind: frameKinds[record.kind], length: payload.length });
  sealFrame(frame, 0);
  return frame;
}
