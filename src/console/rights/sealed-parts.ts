import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const partBytes = 256 * 1024;
const [nonceBytes, tagBytes] = [12, 16];

export type Copied = { readonly bytes: number; readonly parts: number; readonly hash: string };

/** More than this is no copy to download: a person of the operator hands it over. */
const copyBytesMax = 512 * 1_048_576;

/** A file of so many bytes is too large for a copy that is made by itself. */
class CopyTooLarge extends Error {
  override readonly name = 'CopyTooLarge';
}

/** Cuts what it is given into parts, each sealed under the copy's key for its own place: AES-256-GCM. */
export class SealedParts {
  readonly #key: Uint8Array;
  readonly #copy: string;
  readonly #keep: (place: number, sealed: string) => Promise<void>;
  readonly #hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #parts = 0;

  constructor(options: {
    readonly key: Uint8Array;
    readonly copy: string;
    readonly keep: (place: number, sealed: string) => Promise<void>;
  }) {
    this.#key = options.key;
    this.#copy = options.copy;
    this.#keep = options.keep;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > copyBytesMax) throw new CopyTooLarge();
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= partBytes) await this.#flush();
  }

  async end(): Promise<Copied> {
    if (this.#waitingBytes > 0) await this.#flush();
    return { bytes: this.#bytes, parts: this.#parts, hash: this.#hash.digest('hex') };
  }

  async #flush(): Promise<void> {
    const part = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const place = this.#parts;
    this.#parts += 1;
    await this.#keep(place, sealPart(this.#key, { copy: this.#copy, place }, part));
  }
}

type Place = { readonly copy: string; readonly place: number };

/** A key seals one copy alone, so a place is a nonce that never comes again. */
function sealPart(key: Uint8Array, { copy, place }: Place, part: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place)).setAAD(Buffer.from(JSON.stringify([copy, place])));
  const sealed = Buffer.concat([cipher.update(part), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), sealed]).toString('base64url');
}

export function openPart(key: Uint8Array, { copy, place }: Place, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(JSON.stringify([copy, place]))).setAuthTag(bytes.subarray(0, tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(tagBytes)), decipher.final()]);
}

function nonceOf(place: number): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt32BE(place, nonceBytes - 4);
  return nonce;
}
