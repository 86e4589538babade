import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Turn } from '../turn.ts';

// A fixed key: all simulators are one organisation, also after a restart.
const key = 'the sandbox seals its own responses';
const headBytes = 9;
const nonceBytes = 24;
const fillBytes = 160;
const sealBytes = 32;
// OpenAI's are Fernet tokens: a version byte and a time, which is why all of them begin with gAAAAA.
const version = 0x80;

/**
 * Reasoning as nobody but its maker can read it. It holds no text: what matters is whether it comes back unchanged. One
 * turn seals the same each time that it is written down.
 */
export function sealReasoning({ letters, createdMs }: Pick<Turn, 'letters' | 'createdMs'>): string {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(version);
  head.writeBigUInt64BE(BigInt(Math.floor(createdMs / 1000)), 1);
  const nonce = createHash('sha256').update(letters).digest().subarray(0, nonceBytes);
  const fill = Buffer.from(hkdfSync('sha256', key, nonce, 'fill', fillBytes));
  const content = Buffer.concat([head, nonce, fill]);
  return Buffer.concat([content, sign(content)]).toString('base64url');
}

export function isSealedHere(sealed: string): boolean {
  const bytes = Buffer.from(sealed, 'base64url');
  // The decoder forgives foreign letters and loose bits; the check does not.
  if (bytes.toString('base64url') !== sealed) return false;
  if (bytes.length !== headBytes + nonceBytes + fillBytes + sealBytes) return false;
  const content = bytes.subarray(0, -sealBytes);
  return timingSafeEqual(bytes.subarray(-sealBytes), sign(content));
}

function sign(content: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
