import { Buffer } from 'node:buffer';
import { type FrameKind, frameHeaderBytes, readFrame } from './frame.ts';
import type { JournalRecord } from './record.ts';
import { readSegmentHeader, segmentHeaderBytes } from './segment-header.ts';

/** Every whole record of a segment, in order; `torn`: something was begun behind them and never became whole. */
export function scanSegment(bytes: Uint8Array): { records: JournalRecord[]; torn: boolean } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  const torn = scanFrames(bytes, ({ payload, length }) => {
    // A parser: the checksum says that these are the bytes our own encoder wrote.
    records.push(JSON.parse(buffer.toString('utf8', payload, payload + length)) as JournalRecord);
  });
  return { records, torn };
}

export type ScannedFrame = {
  readonly kind: FrameKind;
  /** Where the payload begins, and how long it is. */
  readonly payload: number;
  readonly length: number;
};

/** One frame at a time, for who has more records than memory, or needs only a kind or a place; returns `torn`. */
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
