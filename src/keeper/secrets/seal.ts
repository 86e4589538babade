import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

export const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/** What a secret is sealed with, and what it is bound to: moved to another row or address it does not open. */
export type Lock = {
  readonly pepper: Uint8Array;
  /** Each use has a key of its own. */
  readonly use: string;
  readonly boundTo: string;
};

/** AES-256-GCM under a key that is made from the pepper: a stolen database alone opens nothing. */
export function seal({ pepper, use, boundTo }: Lock, secret: string, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', keyOf(pepper, use), nonce).setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Undefined: it was sealed for something else, with another pepper, or is damaged. */
export function open({ pepper, use, boundTo }: Lock, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= 1 + nonceBytes + tagBytes || bytes[0] !== version) return undefined;
  const nonce = bytes.subarray(1, 1 + nonceBytes);
  const tag = bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv('aes-256-gcm', keyOf(pepper, use), nonce, options).setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(tag);
  try {
    return decipher.update(bytes.subarray(1 + nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(pepper: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepper, 'fairlead', use, 32));
}
