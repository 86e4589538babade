// Walks over JSON text byte by byte and keeps nothing of it. Its methods take the index of a first byte and give the
// index past the last one; a negative answer `~at` says that the text is wrong at `at`.
// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

/** Bytes that end a plain run inside a string: control characters, `"` and `\`. */
const stopsRun = new Uint8Array(256);
/** What may follow a backslash: 1 stands for one character, 2 begins four hex digits. */
const escapeKind = new Uint8Array(256);
const isHex = new Uint8Array(256);
/** What a value begins with: 1 string, 2 number, 3 literal, 4 object or array. */
const startKind = new Uint8Array(256);

stopsRun.fill(1, 0, 0x20);
for (const c of '"\\') stopsRun[c.charCodeAt(0)] = 1;
for (const c of '"\\/bfnrt') escapeKind[c.charCodeAt(0)] = 1;
escapeKind[0x75] = 2;
for (const c of '0123456789abcdefABCDEF') isHex[c.charCodeAt(0)] = 1;
startKind[0x22] = 1;
for (const c of '-0123456789') startKind[c.charCodeAt(0)] = 2;
for (const c of 'tfn') startKind[c.charCodeAt(0)] = 3;
startKind[0x7b] = 4;
startKind[0x5b] = 4;

const literals = ['true', 'false', 'null'].map((word) => Uint8Array.from(word, (c) => c.charCodeAt(0)));

/** No `depthMax` may be above this. */
export const depthEnd = 1024;
/** The closing bracket of each open container; one for all, as no walk is ever interrupted by another. */
const closings = new Uint8Array(depthEnd + 1);

export class JsonSkipper {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly #view: DataView;
  readonly depthMax: number;
  /** True when the last failure was a container below `depthMax`. */
  tooDeep = false;
  /** The deepest container that was skipped so far; the outermost object has depth 1. */
  deepest = 0;
  /** Set, and never cleared here, when a string held an escape. */
  sawEscape = false;

  constructor(bytes: Uint8Array, end: number, depthMax: number) {
    if (depthMax > depthEnd) throw new RangeError('depth limit too high');
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = end;
    this.depthMax = depthMax;
  }

  /** The index of the next byte that is not white space. */
  space(at: number): number {
    const { bytes, end } = this;
    let i = at;
    while (i < end) {
      const c = bytes[i] as number;
      if (c > 0x20 || (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09)) return i;
      i++;
    }
    return i;
  }

  /** `depth` is that of the value if it is a container; the outermost container has depth 1. */
  value(at: number, depth: number): number {
    if (at >= this.end) return ~at;
    switch (startKind[this.bytes[at] as number]) {
      case 1:
        return this.string(at);
      case 2:
        return this.number(at);
      case 3:
        return this.#literal(at);
      case 4:
        return this.#container(at, depth);
      default:
        return ~at;
    }
  }

  string(at: number): number {
    const { bytes, end } = this;
    const view = this.#view;
    const lastWord = end - 4;
    let i = at + 1;
    for (;;) {
      // Four bytes at once. Of each byte the high bit is set when it is a control character, `"` or `\`; that is exact
      // up to the first such byte. See https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
      let hit = 0;
      while (i <= lastWord) {
        const w = view.getInt32(i, true);
        hit = (w - 0x20202020) | ((w ^ 0x22222222) - 0x01010101) | ((w ^ 0x5c5c5c5c) - 0x01010101);
        hit &= ~w & 0x80808080;
        if (hit !== 0) break;
        i += 4;
      }
      if (hit !== 0) {
        i += (31 - Math.clz32(hit & -hit)) >> 3;
      } else {
        while (i < end && stopsRun[bytes[i] as number] === 0) i++;
        if (i >= end) return ~end;
      }
      const c = bytes[i] as number;
      if (c === 0x22) return i + 1;
      if (c !== 0x5c) return ~i;
      this.sawEscape = true;
      i = this.#escape(i);
      if (i < 0) return i;
    }
  }

  number(at: number): number {
    const { bytes, end } = this;
    let i = bytes[at] === 0x2d ? at + 1 : at;
    if (i >= end) return ~end;
    const first = bytes[i] as number;
    if (first < 0x30 || first > 0x39) return ~i;
    i = first === 0x30 ? i + 1 : this.#digits(i + 1);
    if (i < end && bytes[i] === 0x2e) {
      const from = i + 1;
      i = this.#digits(from);
      if (i === from) return ~i;
    }
    if (i < end && ((bytes[i] as number) | 0x20) === 0x65) {
      i++;
      if (i < end && (bytes[i] === 0x2b || bytes[i] === 0x2d)) i++;
      const from = i;
      i = this.#digits(from);
      if (i === from) return ~i;
    }
    return i;
  }

  /** From the byte after a key to the first byte of its value. */
  colon(at: number): number {
    const { bytes, end } = this;
    let i = at;
    if (i < end && (bytes[i] as number) <= 0x20) i = this.space(i);
    if (i >= end || bytes[i] !== 0x3a) return ~i;
    i++;
    return i < end && (bytes[i] as number) <= 0x20 ? this.space(i) : i;
  }

  /** No recursion: it costs more than the stack of closing brackets, and deep text could exhaust it. */
  #container(at: number, depthFirst: number): number {
    const { bytes, end, depthMax } = this;
    let i = at;
    let depth = depthFirst - 1;
    let close = 0;
    for (;;) {
      // A value begins here.
      if (i >= end) return ~i;
      const first = bytes[i] as number;
      if (first === 0x7b || first === 0x5b) {
        if (++depth > depthMax) return this.#refuseDepth(i);
        if (depth > this.deepest) this.deepest = depth;
        close = first + 2;
        closings[depth] = close;
        i++;
        if (i < end && (bytes[i] as number) <= 0x20) i = this.space(i);
        if (i >= end) return ~i;
        if (bytes[i] !== close) {
          if (close === 0x7d) i = this.#key(i);
          if (i < 0) return i;
          continue;
        }
      } else {
        i = first === 0x22 ? this.string(i) : startKind[first] === 2 ? this.number(i) : this.#literal(i);
        if (i < 0) return i;
      }
      // A value has ended: whatever closes after it, then a comma.
      for (;;) {
        if (i < end && (bytes[i] as number) <= 0x20) i = this.space(i);
        if (i >= end) return ~i;
        const c = bytes[i] as number;
        if (c === 0x2c) break;
        if (c !== close) return ~i;
        i++;
        if (depth === depthFirst) return i;
        close = closings[--depth] as number;
      }
      i++;
      if (i < end && (bytes[i] as number) <= 0x20) i = this.space(i);
      if (close === 0x7d) i = this.#key(i);
      if (i < 0) return i;
    }
  }

  #key(at: number): number {
    if (at >= this.end || this.bytes[at] !== 0x22) return ~at;
    const i = this.string(at);
    return i < 0 ? i : this.colon(i);
  }

  #refuseDepth(at: number): number {
    this.tooDeep = true;
    return ~at;
  }

  #literal(at: number): number {
    const { bytes, end } = this;
    for (const word of literals) {
      if (bytes[at] !== word[0]) continue;
      for (let k = 1; k < word.length; k++) {
        if (at + k >= end || bytes[at + k] !== word[k]) return ~(at + k);
      }
      return at + word.length;
    }
    return ~at;
  }

  #digits(at: number): number {
    const { bytes, end } = this;
    let i = at;
    while (i < end && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39) i++;
    return i;
  }

  #escape(at: number): number {
    const { bytes, end } = this;
    if (at + 1 >= end) return ~end;
    const kind = escapeKind[bytes[at + 1] as number];
    if (kind === 1) return at + 2;
    if (kind !== 2) return ~(at + 1);
    for (let i = at + 2; i < at + 6; i++) {
      if (i >= end || isHex[bytes[i] as number] === 0) return ~i;
    }
    return at + 6;
  }
}
