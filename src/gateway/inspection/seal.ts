import { Buffer } from 'node:buffer';
import { createCipheriv, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto';

// RFC 8410: what stands before the 32 bytes of a public key of X25519.
const publicHead = Buffer.from('302a300506032b656e032100', 'hex');

/** Of which window and request this is: bound to both, so that it opens as nothing else. */
type Binding = { readonly inspection: string; readonly generation: string };

/**
 * Seals for the holder of a window's private key, whom this process does not know. A key of one use: its public half, the tag,
 * the ciphertext; base64url. Throws where the public key is none.
 */
export function seal(bytes: Uint8Array, publicKey: string, { inspection, generation }: Binding): string {
  const der = Buffer.concat([publicHead, Buffer.from(publicKey, 'base64url')]);
  const once = generateKeyPairSync('x25519');
  const onceBytes = once.publicKey.export({ format: 'der', type: 'spki' }).subarray(publicHead.length);
  const shared = diffieHellman({
    privateKey: once.privateKey,
    publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }),
  });
  const key = Buffer.from(hkdfSync('sha256', shared, onceBytes, `fairlead inspection ${inspection}`, 32));
  // The key is used this once, so the nonce may be the same for all.
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  cipher.setAAD(Buffer.from(`${inspection} ${generation}`));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([onceBytes, cipher.getAuthTag(), sealed]).toString('base64url');
}
