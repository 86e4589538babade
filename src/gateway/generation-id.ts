import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

const digits = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz', 'latin1');
const timeDigits = 10;
const randomDigits = 16;
const pool = new Uint8Array(4096);
let used = pool.length;

const prefix = 'gen-';
const timeEnd = prefix.length + timeDigits;
/** The id that is being made: a text that is joined from many has `JSON.stringify` take twice as long wherever it stands. */
const id = Buffer.alloc(timeEnd + randomDigits, prefix, 'latin1');

/** `gen-` and 26 base-32 digits: 50 bits of time, so that ids sort by age, and 80 bits of randomness. */
export function newGenerationId(at: number): string {
  if (used + randomDigits > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let rest = at;
  for (let place = timeEnd - 1; place >= prefix.length; place -= 1) {
    id[place] = digits[rest % 32] ?? 0;
    rest = Math.floor(rest / 32);
  }
  for (let place = timeEnd; place < id.length; place += 1) id[place] = digits[(pool[used++] ?? 0) & 31] ?? 0;
  return id.toString('latin1');
}
