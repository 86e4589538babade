// Finds the name that an object's key stands for among a few wanted ones, without decoding the others.
// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

type Name<Value> = { readonly bytes: Uint8Array; readonly value: Value };

/** What a few names stand for, found by the bytes of a key. Names are plain ASCII. */
export class NameTable<Value> {
  readonly #byLength: (readonly Name<Value>[])[] = [];
  readonly #decoded: Uint8Array;

  constructor(values: Iterable<readonly [name: string, value: Value]>) {
    for (const [text, value] of values) {
      if (!/^[\x20-\x7e]+$/.test(text) || /["\\]/.test(text)) throw new RangeError('a wanted name is plain ASCII');
      const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
      this.#byLength[text.length] = [...(this.#byLength[text.length] ?? []), { bytes, value }];
    }
    // No holes: a hole makes every later look-up of that array slow.
    for (let length = 0; length < this.#byLength.length; length++) this.#byLength[length] ??= [];
    this.#decoded = new Uint8Array(this.#byLength.length);
  }

  /** The key's bytes without its quotes, already judged to be a JSON string without escapes. */
  find(bytes: Uint8Array, start: number, end: number): Value | null {
    return this.#match(bytes, start, end - start);
  }

  #match(bytes: Uint8Array, start: number, length: number): Value | null {
    const names = length < this.#byLength.length ? this.#byLength[length] : undefined;
    if (names === undefined) return null;
    for (let n = 0; n < names.length; n++) {
      const name = names[n] as Name<Value>;
      let k = 0;
      while (k < length && bytes[start + k] === name.bytes[k]) k++;
      if (k === length) return name.value;
    }
    return null;
  }

  /** The same of one with escapes. */
  findEscaped(bytes: Uint8Array, start: number, end: number): Value | null {
    // The longest way to write a character is six bytes: `\u006d`.
    if (end - start > 6 * (this.#byLength.length - 1)) return null;
    const decoded = this.#decoded;
    let length = 0;
    for (let i = start; i < end; ) {
      let c = bytes[i] as number;
      if (c !== 0x5c) i++;
      else if (bytes[i + 1] === 0x75) {
        c = fourHexDigits(bytes, i + 2);
        i += 6;
      } else {
        c = bytes[i + 1] as number;
        // Of the other escapes only this one stands for a character that a name may have.
        if (c !== 0x2f) return null;
        i += 2;
      }
      if (c > 0x7e || length === decoded.length) return null;
      decoded[length++] = c;
    }
    return this.#match(decoded, 0, length);
  }
}

export function fourHexDigits(bytes: Uint8Array, at: number): number {
  let code = 0;
  for (let i = at; i < at + 4; i++) {
    const c = bytes[i] as number;
    code = code * 16 + (c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57);
  }
  return code;
}
