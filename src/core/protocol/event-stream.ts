import { Buffer } from 'node:buffer';
import { crc32 } from './crc32.ts';

// AWS's binary event streams: frames of two lengths, headers and a payload, each guarded by a CRC.
// https://smithy.io/2.0/aws/amazon-eventstream.html

export type EventFrame = {
  /** Headers whose value is a text; others are stepped over. */
  readonly headers: ReadonlyMap<string, string>;
  /** A view of the bytes that were pushed, or of a copy: they must not change afterwards. */
  readonly payload: Uint8Array;
};

/** These bytes are no event stream: nothing after them can be believed. */
export class EventStreamError extends RangeError {
  constructor(what: 'length' | 'checksum' | 'header') {
    super(`an event stream has a wrong ${what}`);
    this.name = 'EventStreamError';
  }
}

const preludeBytes = 12;
const trailerBytes = 4;
/** The format's own bounds. */
const frameBytesMax = 16 * 1024 * 1024;
const headerBytesMax = 128 * 1024;
const nothing = Buffer.alloc(0);

/** Cuts a stream into frames at whatever bytes it comes split. */
export class EventStreamReader {
  /** The unfinished frame; only the first `#pendingBytes` are filled, the rest is room to grow. */
  #pending: Buffer = nothing;
  #pendingBytes = 0;

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The frames that these bytes complete. Throws when they are none. */
  push(bytes: Uint8Array): readonly EventFrame[] {
    const hadPending = this.#pendingBytes > 0;
    if (hadPending) this.#append(bytes);
    const window = hadPending
      ? this.#pending.subarray(0, this.#pendingBytes)
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: EventFrame[] = [];
    let at = 0;
    while (window.length - at >= preludeBytes) {
      const end = at + frameLength(window, at);
      if (end > window.length) break;
      frames.push(readFrame(window, at, end));
      at = end;
    }
    if (hadPending && at === 0) return frames;
    // The frames are views of the window, which is theirs from now on.
    this.#pending = nothing;
    this.#pendingBytes = 0;
    if (at < window.length) this.#append(window.subarray(at));
    return frames;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#pendingBytes + bytes.length;
    if (length > this.#pending.length) {
      const grown = Buffer.allocUnsafe(Math.max(256, length, 2 * this.#pendingBytes));
      grown.set(this.#pending.subarray(0, this.#pendingBytes));
      this.#pending = grown;
    }
    this.#pending.set(bytes, this.#pendingBytes);
    this.#pendingBytes = length;
  }
}

/** The prelude is checked before its lengths are believed. */
function frameLength(window: Buffer, at: number): number {
  const total = window.readUInt32BE(at);
  const headers = window.readUInt32BE(at + 4);
  if (crc32(window, at, at + 8) !== window.readUInt32BE(at + 8)) throw new EventStreamError('checksum');
  if (total > frameBytesMax || headers > headerBytesMax || total < preludeBytes + headers + trailerBytes) {
    throw new EventStreamError('length');
  }
  return total;
}

function readFrame(window: Buffer, at: number, end: number): EventFrame {
  if (crc32(window, at, end - trailerBytes) !== window.readUInt32BE(end - trailerBytes)) {
    throw new EventStreamError('checksum');
  }
  const headersEnd = at + preludeBytes + window.readUInt32BE(at + 4);
  const headers = readHeaders(window.subarray(at + preludeBytes, headersEnd));
  return { headers, payload: window.subarray(headersEnd, end - trailerBytes) };
}

/** Bytes of each type of value; the two that are absent tell their own length. */
const valueBytes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const textType = 7;

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd];
    if (type === undefined || type >= valueBytes.length) throw new EventStreamError('header');
    let valueStart = nameEnd + 1;
    let length = valueBytes[type];
    if (length === undefined) {
      if (valueStart + 2 > bytes.length) throw new EventStreamError('header');
      length = bytes.readUInt16BE(valueStart);
      valueStart += 2;
    }
    const end = valueStart + length;
    if (end > bytes.length) throw new EventStreamError('header');
    if (type === textType)
      headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', valueStart, end));
    at = end;
  }
  return headers;
}
