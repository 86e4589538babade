import { createHmac, randomBytes } from 'node:crypto';

// A provider signs what a model thought, so that it knows its own when it comes back. A fixed key: all simulators are
// one provider, also after a restart.
const key = 'the sandbox signs its own thoughts';
const nonceBytes = 48;

/** Base64 as providers send it, another text each time. `text` is what must come back unchanged with it. */
export function sign(dialect: string, text: string): string {
  return seal(dialect, text, randomBytes(nonceBytes));
}

/** Whether this simulator made the signature, in this dialect and for this text; every byte counts. */
export function isSigned(dialect: string, text: string, signature: string): boolean {
  const nonce = Buffer.from(signature, 'base64').subarray(0, nonceBytes);
  return nonce.length === nonceBytes && seal(dialect, text, nonce) === signature;
}

function seal(dialect: string, text: string, nonce: Buffer): string {
  const mark = createHmac('sha256', key).update(dialect).update('\0').update(text).update(nonce).digest();
  return Buffer.concat([nonce, mark]).toString('base64');
}
