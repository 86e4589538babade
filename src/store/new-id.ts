import { randomBytes } from 'node:crypto';

/** Makes ids that nobody can guess, such as `ws_` and 24 letters and digits (142 bits). */
export type NewId = (prefix: string) => string;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const length = 24;

export const newId: NewId = (prefix) => {
  let id = '';
  while (id.length < length) {
    for (const byte of randomBytes(32)) {
      // 248 is the largest multiple of 62: above it letters would not be equally likely.
      if (byte < 248 && id.length < length) id += alphabet[byte % 62];
    }
  }
  return `${prefix}_${id}`;
};

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten digits of an instant that sort as it does: what ids that are found by age begin with, as a generation's. */
export function timeDigits(at: number): string {
  let time = '';
  for (let rest = at, digit = 0; digit < 10; digit += 1) {
    time = digits.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time;
}
