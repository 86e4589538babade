import { crc32c } from './crc32c.ts';
import { readU32, writeU32 } from './frame.ts';

/** Magic `FLJ1`, u8 version, u8 length of the instance id, the id (ASCII), zeros, u32 CRC-32C over all before it. */
export const segmentHeaderBytes = 128;

const magic = [0x46, 0x4c, 0x4a, 0x31];
const version = 1;
const idAt = 6;
const checksumAt = segmentHeaderBytes - 4;
const instanceShape = /^[\x21-\x7e]{1,112}$/;

export function encodeSegmentHeader(instance: string): Uint8Array {
  if (!instanceShape.test(instance)) throw new RangeError('an instance id is 1 to 112 visible ASCII characters');
  const bytes = new Uint8Array(segmentHeaderBytes);
  bytes.set(magic);
  bytes[4] = version;
  bytes[5] = instance.length;
  for (let at = 0; at < instance.length; at++) bytes[idAt + at] = instance.charCodeAt(at);
  writeU32(bytes, checksumAt, crc32c(bytes, 0, checksumAt));
  return bytes;
}

/** The instance that wrote this segment; null when the header never became whole, or another version wrote it. */
export function readSegmentHeader(bytes: Uint8Array): string | null {
  if (bytes.length < segmentHeaderBytes || magic.some((value, at) => bytes[at] !== value)) return null;
  if (bytes[4] !== version || readU32(bytes, checksumAt) !== crc32c(bytes, 0, checksumAt)) return null;
  return String.fromCharCode(...bytes.subarray(idAt, idAt + (bytes[5] ?? 0)));
}
