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
 * What a caller wrote or a model answered: bytes, a text, or a JSON value. It is private: it has no text form, no JSON
 * form, and inspection prints its length alone, so that no logger, error, metric or store can take it by accident.
 */
export class Content {
  readonly #held: Uint8Array | string | JsonValue | Pieces;

  private constructor(held: Uint8Array | string | JsonValue | Pieces) {
    this.#held = held;
  }

  static ofBytes(bytes: Uint8Array): Content {
    return new Content(bytes);
  }

  /** Bytes that need not stand side by side. */
  static ofPieces(pieces: readonly Uint8Array[]): Content {
    const [only] = pieces;
    return new Content(pieces.length === 1 && only ? only : new Pieces(pieces));
  }

  static ofText(text: string): Content {
    return new Content(text);
  }

  /** What `JSON.parse` gave: an object, a list, a number … A text is better kept by `ofText`, which it equals. */
  static ofJson(value: unknown): Content {
    return new Content(typeof value === 'string' ? value : new JsonValue(value));
  }

  get byteLength(): number {
    const held = this.#held;
    if (typeof held === 'string') return Buffer.byteLength(held);
    if (held instanceof Pieces) return held.all.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return held instanceof JsonValue ? Buffer.byteLength(held.text) : held.byteLength;
  }

  /** The bytes themselves, for a stated purpose. Only the folders listed in tests/architecture.test.ts may call it. */
  reveal(_purpose: RevealPurpose): Uint8Array {
    return this.#bytes();
  }

  /** The bytes, in as many pieces as they were given in. */
  revealPieces(_purpose: RevealPurpose): readonly Uint8Array[] {
    return this.#held instanceof Pieces ? this.#held.all : [this.#bytes()];
  }

  #bytes(): Uint8Array {
    const held = this.#held;
    if (typeof held === 'string') return Buffer.from(held, 'utf8');
    if (held instanceof Pieces) return Buffer.concat(held.all);
    return held instanceof JsonValue ? Buffer.from(held.text, 'utf8') : held;
  }

  /** The text; of a JSON value, its JSON. */
  revealText(_purpose: RevealPurpose): string {
    const held = this.#held;
    if (typeof held === 'string') return held;
    if (held instanceof JsonValue) return held.text;
    if (held instanceof Pieces) return Buffer.concat(held.all).toString('utf8');
    return Buffer.from(held.buffer, held.byteOffset, held.byteLength).toString('utf8');
  }

  /** The JSON value that was kept by `ofJson`, not a copy; a text as it is. Bytes have none: undefined. */
  revealJson(_purpose: RevealPurpose): unknown {
    const held = this.#held;
    if (typeof held === 'string') return held;
    return held instanceof JsonValue ? held.value : undefined;
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
    return `[content ${this.byteLength} B]`;
  }
}

/** Told apart from bytes by its class, as pieces are. */
class JsonValue {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  get text(): string {
    return JSON.stringify(this.value) ?? 'null';
  }
}

class Pieces {
  readonly all: readonly Uint8Array[];

  constructor(all: readonly Uint8Array[]) {
    this.all = all;
  }
}
