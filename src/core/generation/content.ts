import { Buffer } from 'node:buffer';

/** Why content may be looked at: the only ways out of `Content`. The architecture test lists who may ask. */
export type RevealPurpose =
  | 'send-upstream'
  | 'send-caller'
  | 'translate'
  | 'count'
  | 'detect'
  | 'hash'
  | 'sealed-store';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * What a caller wrote or a model answered. Its bytes are private: it has no text form, no JSON form, and inspection
 * prints its length alone, so that no logger, error, metric or store can take it by accident.
 */
export class Content {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static ofBytes(bytes: Uint8Array): Content {
    return new Content(bytes);
  }

  static ofText(text: string): Content {
    return new Content(Buffer.from(text, 'utf8'));
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** The bytes themselves, for a stated purpose. Only the folders listed in tests/architecture.test.ts may call it. */
  reveal(_purpose: RevealPurpose): Uint8Array {
    return this.#bytes;
  }

  revealText(_purpose: RevealPurpose): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength).toString('utf8');
  }

  get [Symbol.toStringTag](): string {
    return 'Content';
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError('content has no text form');
  }

  toJSON(): never {
    throw new TypeError('content has no JSON form');
  }

  [inspect](): string {
    return `[content ${this.#bytes.byteLength} B]`;
  }
}
