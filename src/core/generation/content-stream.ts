import type { RevealPurpose } from './content.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** Content that is too long to be held: it passes once, and is as private as the rest. */
export class ContentStream {
  readonly #pieces: AsyncIterable<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces;
  }

  /** The pieces themselves, for a stated purpose, once. Only the folders listed in tests/architecture.test.ts may call it. */
  reveal(_purpose: RevealPurpose): AsyncIterable<Uint8Array> {
    return this.#pieces;
  }

  /** The same, told of each piece as it passes, and when all of them have. */
  through(onPiece: () => void, onEnd: () => void = () => {}): ContentStream {
    return new ContentStream(tell(this.#pieces, onPiece, onEnd));
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError('content has no text form');
  }

  toJSON(): never {
    throw new TypeError('content has no JSON form');
  }

  [inspect](): string {
    return '[content that passes]';
  }
}

async function* tell(
  pieces: AsyncIterable<Uint8Array>,
  onPiece: () => void,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    onPiece();
    yield piece;
  }
  onEnd();
}
