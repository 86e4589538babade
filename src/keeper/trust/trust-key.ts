import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { VerifySignature } from '#core/trust/public-key.ts';
import { sha256 } from '#store/sha256.ts';

/** A key of Ed25519 that signs receipts and heads of the log. */
export type TrustKey = {
  readonly id: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
  sign(text: string): string;
};

// RFC 8410: what stands before the 32 bytes of a private or a public key.
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicHead = Buffer.from('302a300506032b6570032100', 'hex');

/** @param seed 32 random bytes. */
export function trustKeyOf(seed: Uint8Array): TrustKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: 'der', type: 'pkcs8' });
  const bytes = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(publicHead.length);
  return {
    id: Buffer.from(sha256(bytes)).toString('hex').slice(0, 16),
    publicKey: bytes.toString('base64url'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** False also where the key or the signature is no such thing. */
export const verifySignature: VerifySignature = (publicKey, text, signature) => {
  const key = publicKeyOf(publicKey);
  return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
};

function publicKeyOf(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([publicHead, bytes]), format: 'der', type: 'spki' });
}
