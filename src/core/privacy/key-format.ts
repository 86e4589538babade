import { Buffer } from 'node:buffer';

/**
 * What a key looks like: prefix, 43 base62 digits of 32 random bytes, 6 base62 digits of the CRC-32 of all before.
 * The checksum tells a mistyped key from a wrong one without asking anybody, and lets secret scanners find leaked keys.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomBytes = 32;
const randomDigits = 43;
const checksumDigits = 6;

/** The key that these random bytes make. */
export function formatKey(prefix: string, random: Uint8Array): string {
  if (random.byteLength !== randomBytes) throw new RangeError('a key is made of 32 random bytes');
  const body = prefix + toBase62(BigInt(`0x${Buffer.from(random).toString('hex')}`), randomDigits);
  return body + checksum(body);
}

/** Could this be a key of ours? Says nothing about whether anybody made it. */
export function isWellFormedKey(text: string, prefix: string): boolean {
  if (text.length !== prefix.length + randomDigits + checksumDigits || !text.startsWith(prefix)) return false;
  for (let at = prefix.length; at < text.length; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  const body = text.slice(0, -checksumDigits);
  return text.endsWith(checksum(body));
}

/** A number in base 62 with leading zeros. */
export function toBase62(value: bigint, width: number): string {
  let rest = value;
  let text = '';
  while (rest > 0n) {
    text = digits.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text.padStart(width, '0');
}

function checksum(body: string): string {
  return toBase62(BigInt(crc32(body)), checksumDigits);
}

function isDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const crcTable = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE 802.3) of a text's bytes. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'utf8')) crc = ((crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  return (crc ^ 0xffffffff) >>> 0;
}
