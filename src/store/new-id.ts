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
