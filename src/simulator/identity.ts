import { randomBytes } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits, for ids and padding. */
export function randomLetters(count: number): string {
  let text = '';
  for (const byte of randomBytes(count)) text += letters[byte % letters.length];
  return text;
}

export function randomHex(count: number): string {
  return randomBytes(count / 2).toString('hex');
}
