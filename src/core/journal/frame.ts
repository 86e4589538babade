import { crc32c } from './crc32c.ts';
import type { JournalRecord } from './record.ts';

/**
 * A record as it lies in a segment: u32 length of the payload, u8 kind, u32 CRC-32C over kind and payload (integers
 * little-endian), payload (JSON, UTF-8).
 */
export const frameHeaderBytes = 9;

/** No record comes near; what claims to be longer is not a frame. */
export const payloadBytesMax = 128 * 1024;

export const frameKinds = { begin: 1, progress: 2, end: 3 } as const satisfies Record<JournalRecord['kind'], number>;

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

/** Writes length and kind in front of a payload that lies, or will lie, at `at + frameHeaderBytes`. */
export function writeFrameHead(
  bytes: Uint8Array,
  at: number,
  { kind, length }: { kind: FrameKind; length: number },
): void {
  writeU32(bytes, at, length);
  bytes[at + 4] = kind;
}

/** Writes the checksum of a frame whose head and payload stand. */
export function sealFrame(bytes: Uint8Array, at: number): void {
  writeU32(bytes, at + 5, frameChecksum(bytes, at));
}

/** What lies at `at`: a whole frame (its payload's length), the clean end of the records, or what was torn. */
export function readFrame(bytes: Uint8Array, at: number): { kind: FrameKind; length: number } | 'end' | 'torn' {
  if (at === bytes.length) return 'end';
  if (at + frameHeaderBytes > bytes.length) return isZero(bytes, at, bytes.length) ? 'end' : 'torn';
  const length = readU32(bytes, at);
  if (length === 0) return isZero(bytes, at, at + frameHeaderBytes) ? 'end' : 'torn';
  if (length > payloadBytesMax || at + frameHeaderBytes + length > bytes.length) return 'torn';
  const kind = bytes[at + 4];
  if (kind !== 1 && kind !== 2 && kind !== 3) return 'torn';
  return readU32(bytes, at + 5) === frameChecksum(bytes, at) ? { kind, length } : 'torn';
}

function frameChecksum(bytes: Uint8Array, at: number): number {
  const payload = at + frameHeaderBytes;
  return crc32c(bytes, payload, payload + readU32(bytes, at), crc32c(bytes, at + 4, at + 5));
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}

export function readU32(bytes: Uint8Array, at: number): number {
  // A parser's casts: callers check the bounds.
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
