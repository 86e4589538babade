// The journal of one gateway process: what a record holds, how it lies in a file, and how a file is read after a kill.

/** CRC-32C (Castagnoli) of bytes[from, to); `seed` is the CRC of what came before them. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  let crc = ~seed;
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    crc ^= byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
    crc =
      entry(7, crc) ^
      entry(6, crc >>> 8) ^
      entry(5, crc >>> 16) ^
      entry(4, crc >>> 24) ^
      entry(3, byte(bytes, at + 4)) ^
      entry(2, byte(bytes, at + 5)) ^
      entry(1, byte(bytes, at + 6)) ^
      entry(0, byte(bytes, at + 7));
  }
  for (; at < to; at++) crc = entry(0, crc ^ byte(bytes, at)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

// A parser's casts: every index below lies inside its array.
function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function entry(table: number, index: number): number {
  return tables[(table << 8) | (index & 0xff)] as number;
}

const polynomialReversed = 0x82f63b78;

// Table k moves a byte over k further zero bytes, so that eight bytes are folded in at once.
const tables = buildTables();

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomialReversed : crc >>> 1;
    built[index] = crc;
  }
  for (let at = 256; at < built.length; at++) {
    const before = built[at - 256] as number;
    built[at] = (before >>> 8) ^ (built[before & 0xff] as number);
  }
  return built;
}
