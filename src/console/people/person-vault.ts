import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const [version, nonceBytes, tagBytes, keyBytes] = [1, 12, 16, 32];

/**
 * What people are called, sealed (promise J6): AES-256-GCM under a key of each person, which is itself sealed under one that is
 * made from the pepper. A stolen database tells neither names nor addresses; without a person's key, nobody does any more.
 */
export class PersonVault {
  readonly #sealing: Uint8Array;
  readonly #finding: Uint8Array;
  /** What the sign-in library signs its cookies with. */
  readonly cookieSecret: string;

  constructor(pepper: Uint8Array) {
    const derive = (what: string) => new Uint8Array(hkdfSync('sha256', pepper, 'fairlead', what, keyBytes));
    this.#sealing = derive('keys of people, aes-256-gcm, v1');
    this.#finding = derive('look-ups of people, hmac-sha256, v1');
    this.cookieSecret = Buffer.from(derive('cookies of people, v1')).toString('base64url');
  }

  /** A new person's key, sealed: its only copy belongs into `person_key`. */
  newKey(person: string): string {
    return seal(this.#sealing, randomBytes(keyBytes), ['person key', person]);
  }

  /** What only this person's key opens. */
  sealFor(person: string, { sealedKey, field, text }: { sealedKey: string; field: string; text: string }): string {
    return seal(this.#open(person, sealedKey), Buffer.from(text, 'utf8'), [field, person]);
  }

  openFor(person: string, { sealedKey, field, sealed }: { sealedKey: string; field: string; sealed: string }): string {
    return open(this.#open(person, sealedKey), sealed, [field, person]).toString('utf8');
  }

  /** Short-lived and of nobody yet, such as what a link in a mail stands for. */
  seal(field: string, text: string): string {
    return seal(this.#sealing, Buffer.from(text, 'utf8'), [field]);
  }

  open(field: string, sealed: string): string {
    return open(this.#sealing, sealed, [field]).toString('utf8');
  }

  /** Finds again what is not kept: hex of HMAC-SHA256. */
  lookUp(field: string, text: string): string {
    return createHmac('sha256', this.#finding).update(`${field}:${text}`).digest('hex');
  }

  #open(person: string, sealedKey: string): Uint8Array {
    return open(this.#sealing, sealedKey, ['person key', person]);
  }
}

/** Moved to another person or field it does not open. */
function seal(key: Uint8Array, bytes: Uint8Array, boundTo: readonly string[]): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(JSON.stringify([version, ...boundTo])));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

function open(key: Uint8Array, sealed: string, boundTo: readonly string[]): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== version) throw new Error('what is sealed is damaged');
  const nonce = bytes.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(JSON.stringify([version, ...boundTo])));
  decipher.setAuthTag(bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
}
