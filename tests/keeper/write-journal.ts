import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBegin, encodeEnd, encodeProgress } from '#core/journal/encode-record.ts';
import { frameHeaderBytes, frameKinds, sealFrame, writeFrameHead } from '#core/journal/frame.ts';
import type { JournalRecord } from '#core/journal/record.ts';
import { encodeSegmentHeader } from '#core/journal/segment-header.ts';

/** A gateway's journal as a killed process leaves it: segments of whole records, then whatever was begun. */
export function writeJournal(
  dataDir: string,
  instance: string,
  segments: readonly (readonly JournalRecord[])[],
  tail: Uint8Array = new Uint8Array(4_096),
): void {
  const directory = join(dataDir, 'journal', instance);
  mkdirSync(directory, { recursive: true });
  for (const [index, records] of segments.entries()) {
    const bytes = Buffer.concat([encodeSegmentHeader(instance), ...records.map(toFrame), tail]);
    writeFileSync(join(directory, `${String(index + 1).padStart(8, '0')}.seg`), bytes);
  }
}

function toFrame(record: JournalRecord): Buffer {
  const payload = Buffer.from(encode(record));
  const frame = Buffer.alloc(frameHeaderBytes + payload.length);
  writeFrameHead(frame, 0, { kind: frameKinds[record.kind], length: payload.length });
  payload.copy(frame, frameHeaderBytes);
  sealFrame(frame, 0);
  return frame;
}

function encode(record: JournalRecord): string {
  switch (record.kind) {
    case 'begin':
      return encodeBegin(record);
    case 'progress':
      return encodeProgress(record);
    case 'end':
      return encodeEnd(record, 1_000_000);
  }
}
