import { Buffer } from 'node:buffer';
import { type FrameKind, frameHeaderBytes, readFrame } from './frame.ts';
import type { JournalRecord } from './record.ts';
import { readSegmentHeader, segmentHeaderBytes } from './segment-header.ts';

/** Every whole record of a segment, in order; `torn`: something was begun behind them and never became whole. */
export function scanSegment(bytes: Uint8Array): { records: JournalRecord[]; torn: boolean } {
  const records: JournalRecord[] = [];
  return { torn: scanSegmentEach(bytes, (record) => records.push(record)), records };
}

/** The same, one record at a time; returns `torn`. */
export function scanSegmentEach(bytes: Uint8Array, onRecord: (record: JournalRecord) => void): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return scanFrames(bytes, (frame) => {
    // A parser: the checksum says that these are the bytes our own encoder wrote.
    onRecord(JSON.parse(buffer.toString('utf8', frame.payload, frame.payload + frame.length)) as JournalRecord);
  });
}

export type ScannedFrame = {
  readonly kind: FrameKind;
  /** Where the payload begins, and how long it is. */
  readonly payload: number;
  readonly length: number;
};

/** The frames alone, for who needs only their kind, place or generation; returns `torn`. */
export function scanFrames(bytes: Uint8Array, onFrame: (frame: ScannedFrame) => void): boolean {
  if (readSegmentHeader(bytes) === null) return bytes.some((byte) => byte !== 0);
  let at = segmentHeaderBytes;
  for (;;) {
    const frame = readFrame(bytes, at);
    if (frame === 'end') return false;
    if (frame === 'torn') return true;
    onFrame({ kind: frame.kind, payload: at + frameHeaderBytes, length: frame.length });
    at += frameHeaderBytes + frame.length;
  }
}
