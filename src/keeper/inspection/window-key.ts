import { Buffer } from 'node:buffer';
import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSecret, secretPath, writeSecret } from '../secrets/secret-file.ts';

// RFC 8410: what stands before the 32 bytes of a private or a public key of X25519.
const privateHead = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicHead = Buffer.from('302a300506032b656e032100', 'hex');
const keyBytes = 32;
const tagBytes = 16;
const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** What was sealed for one window, and whose request it was. */
export type SealedPart = { readonly inspection: string; readonly generation: string; readonly sealed: string };

/**
 * The private halves of windows' keys: each a file of its own beside the store and in no backup of it, at the keeper where the
 * window was opened. Gateways have the public half, which seals and opens nothing.
 */
export class WindowKeys {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** @param seed 32 random bytes. Returns the public half, base64url. */
  make(id: string, seed: Uint8Array): string {
    const path = this.#path(id);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeSecret(path, seed);
    const bytes = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
    return bytes.subarray(publicHead.length).toString('base64url');
  }

  /** Windows whose key lies here. */
  held(): readonly string[] {
    try {
      return readdirSync(dirname(this.#path('any'))).flatMap((name) =>
        name.startsWith(filePrefix) && idPattern.test(name.slice(filePrefix.length))
          ? [name.slice(filePrefix.length)]
          : [],
      );
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
      throw thrown;
    }
  }

  /** Undefined: the key is not here, or this was not sealed with it. */
  open({ inspection, generation, sealed }: SealedPart): Buffer | undefined {
    const seed = readSecret(this.#path(inspection));
    return seed && unseal(seed, Buffer.from(sealed, 'base64url'), { inspection, generation });
  }

  /** Written over before it goes: a key has no copy anywhere. */
  destroy(id: string): void {
    const path = this.#path(id);
    if (!readSecret(path)) return;
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(statSync(path).size));
    fsyncSync(file);
    closeSync(file);
    rmSync(path, { force: true });
  }

  #path(id: string): string {
    if (!idPattern.test(id)) throw new RangeError('no id of a window');
    return secretPath(this.#dataDir, `${filePrefix}${id}`);
  }
}

const filePrefix = 'inspection-';

/** The other half is gateway/inspection/seal.ts: a key of one use, its public half first, then tag and ciphertext. */
function unseal(
  seed: Uint8Array,
  bytes: Buffer,
  { inspection, generation }: Pick<SealedPart, 'inspection' | 'generation'>,
): Buffer | undefined {
  if (bytes.length < keyBytes + tagBytes) return undefined;
  const once = bytes.subarray(0, keyBytes);
  const publicKey = createPublicKey({ key: Buffer.concat([publicHead, once]), format: 'der', type: 'spki' });
  const shared = diffieHellman({ privateKey: privateKeyOf(seed), publicKey });
  const key = Buffer.from(hkdfSync('sha256', shared, once, `fairlead inspection ${inspection}`, keyBytes));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12));
  decipher.setAAD(Buffer.from(`${inspection} ${generation}`));
  decipher.setAuthTag(bytes.subarray(keyBytes, keyBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(keyBytes + tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function privateKeyOf(seed: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: 'der', type: 'pkcs8' });
}
