import { randomFillSync } from 'node:crypto';

const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const randomDigits = 16;
const pool = new Uint8Array(4096);
let used = pool.length;

/** `gen-` and 26 base-32 digits: 50 bits of time, so that ids sort by age, and 80 bits of randomness. */
export function newGenerationId(at: number): string {
  if (used + randomDigits > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let time = '';
  let rest = at;
  for (let digit = 0; digit < 10; digit += 1) {
    time = digits.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (let digit = 0; digit < randomDigits; digit += 1) random += digits.charAt((pool[used++] ?? 0) & 31);
  return `gen-${time}${random}`;
}
