import { Buffer } from 'node:buffer';

// Cuts a stream of server-sent events into whole events without altering a byte of it.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

export type SseEvent = {
  /** Its place in the batch's buffer, blank line included. The spans of all events and `rest()` make the stream. */
  readonly start: number;
  readonly end: number;
  /** The `event:` field; null when there is none or it is empty. */
  readonly name: string | null;
  /** The payload: a view of the buffer when it is one line, else its lines joined; null when there is no data field. */
  readonly data: Uint8Array | null;
};

export type SseBatch = { readonly buffer: Uint8Array; readonly events: readonly SseEvent[] };

/** An upstream that never ends its line, or its event, would otherwise fill the memory. */
export class SseTooLongError extends RangeError {
  readonly limitBytes: number;

  constructor(what: 'line' | 'event', limitBytes: number) {
    super(`a server-sent ${what} is longer than ${limitBytes} bytes`);
    this.name = 'SseTooLongError';
    this.limitBytes = limitBytes;
  }
}

const nothing = new Uint8Array(0);
const noEvents: readonly SseEvent[] = [];

export class SseSplitter {
  readonly #lineBytesMax: number;
  readonly #eventBytesMax: number;
  /** The unfinished event; only the first `#pendingBytes` are filled, the rest is room to grow. */
  #pending: Uint8Array = nothing;
  #pendingBytes = 0;
  /** Where to read on, and where the unfinished line began, both counted from the unfinished event's first byte. */
  #scan = 0;
  #lineStart = 0;
  #isAfterCr = false;
  #isFirstLine = true;
  #dataLines = 0;
  #firstDataLine = 0;
  /** The values of the last data line and of the last `event:` line, counted like `#scan`. */
  #dataStart = 0;
  #dataEnd = 0;
  #nameStart = -1;
  #nameEnd = -1;

  constructor(options: { readonly lineBytesMax?: number; readonly eventBytesMax?: number } = {}) {
    this.#lineBytesMax = options.lineBytesMax ?? 64 * 1024 * 1024;
    this.#eventBytesMax = options.eventBytesMax ?? Math.max(this.#lineBytesMax, 64 * 1024 * 1024);
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The unfinished bytes: at the end of a stream, an event that was cut. */
  rest(): Uint8Array {
    return this.#pending.subarray(0, this.#pendingBytes);
  }

  /** The events that these bytes complete. The bytes must not change afterwards: the events are views of them. */
  push(bytes: Uint8Array): SseBatch {
    const hadPending = this.#pendingBytes > 0;
    if (hadPending) this.#append(bytes);
    const window = hadPending ? this.rest() : bytes;
    const end = window.length;

    const events: SseEvent[] = [];
    const consumed = this.#split(window, events);
    if (events.length === 0) {
      if (!hadPending && end > 0) this.#append(bytes);
      return { buffer: nothing, events: noEvents };
    }

    // The events are views of the window, which is theirs from now on.
    this.#pending = nothing;
    this.#pendingBytes = 0;
    if (consumed < end) {
      this.#append(window.subarray(consumed, end));
      this.#firstDataLine -= consumed;
      this.#dataStart -= consumed;
      this.#dataEnd -= consumed;
      if (this.#nameStart >= 0) this.#nameStart -= consumed;
      this.#nameEnd -= consumed;
    }
    this.#scan -= consumed;
    this.#lineStart -= consumed;
    return { buffer: window, events };
  }

  /** Reads lines from where it stopped; gives the end of the last whole event. */
  #split(window: Uint8Array, events: SseEvent[]): number {
    const end = window.length;
    let eventStart = 0;
    let i = this.#scan;
    if (this.#isAfterCr && i < end) {
      // The CR has ended its line already; this LF is the other half of that line end and not a blank line.
      this.#isAfterCr = false;
      if (window[i] === 0x0a) i++;
      this.#lineStart = i;
    }
    // Searching for one byte is many times as fast as looking at each, and of CR there is mostly none.
    let lf = -1;
    let cr = -1;
    for (;;) {
      if (lf < i) lf = placeOf(0x0a, window, i);
      if (cr < i) cr = placeOf(0x0d, window, i);
      i = Math.min(lf, cr);
      if (i - this.#lineStart > this.#lineBytesMax) throw new SseTooLongError('line', this.#lineBytesMax);
      if (i >= end) break;
      const lineEnd = i;
      i++;
      if (window[lineEnd] === 0x0d) {
        if (i >= end) this.#isAfterCr = true;
        else if (window[i] === 0x0a) i++;
      }
      if (this.#readLine(window, this.#lineStart, lineEnd)) {
        events.push(this.#takeEvent(window, eventStart, i));
        eventStart = i;
      }
      this.#lineStart = i;
    }
    if (end - eventStart > this.#eventBytesMax) throw new SseTooLongError('event', this.#eventBytesMax);
    this.#scan = i;
    return eventStart;
  }

  /** True for the blank line that ends an event. */
  #readLine(window: Uint8Array, lineStart: number, end: number): boolean {
    let start = lineStart;
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      const hasMark =
        end - start >= 3 && window[start] === 0xef && window[start + 1] === 0xbb && window[start + 2] === 0xbf;
      if (hasMark) start += 3;
    }
    if (start === end) return true;
    const first = window[start] as number;
    if (first === 0x64 && isField(window, start, end, dataField)) {
      if (this.#dataLines++ === 0) this.#firstDataLine = start;
      this.#dataStart = valueStart(window, start + 4, end);
      this.#dataEnd = end;
    } else if (first === 0x65 && isField(window, start, end, eventField)) {
      this.#nameStart = valueStart(window, start + 5, end);
      this.#nameEnd = end;
    }
    return false;
  }

  #takeEvent(window: Uint8Array, start: number, end: number): SseEvent {
    let name: string | null = null;
    if (this.#nameStart >= 0) {
      if (this.#nameEnd > this.#nameStart) name = decodeText(window, this.#nameStart, this.#nameEnd);
      this.#nameStart = -1;
    }
    let data: Uint8Array | null = null;
    if (this.#dataLines === 1) data = window.subarray(this.#dataStart, this.#dataEnd);
    else if (this.#dataLines > 1) data = joinDataLines(window, this.#firstDataLine, end);
    this.#dataLines = 0;
    return { start, end, name, data };
  }

  /** Room doubles, so that a long event that comes byte by byte is copied a bounded number of times. */
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

/** The end of the window where it does not stand in it. */
function placeOf(byte: number, window: Uint8Array, from: number): number {
  const at = window.indexOf(byte, from);
  return at < 0 ? window.length : at;
}

const dataField = Buffer.from('data');
const eventField = Buffer.from('event');

/** A field's name is followed by a colon, or is the whole line. */
function isField(window: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  const past = start + name.length;
  if (past > end) return false;
  for (let k = 0; k < name.length; k++) {
    if (window[start + k] !== name[k]) return false;
  }
  return past === end || window[past] === 0x3a;
}

/** `at` is where the colon stands, if there is one; one space after it is not part of the value. */
function valueStart(window: Uint8Array, at: number, end: number): number {
  if (at >= end) return end;
  return at + 1 < end && window[at + 1] === 0x20 ? at + 2 : at + 1;
}

function decodeText(window: Uint8Array, start: number, end: number): string {
  return Buffer.from(window.buffer, window.byteOffset + start, end - start).toString('utf8');
}

/** Reads an event of several data lines again, so that nothing need be kept for each line while it comes in. */
function joinDataLines(window: Uint8Array, start: number, end: number): Uint8Array {
  const joined = new Uint8Array(end - start);
  let length = 0;
  let lineStart = start;
  for (let i = start; i < end; i++) {
    const c = window[i];
    if (c !== 0x0a && c !== 0x0d) continue;
    if (isField(window, lineStart, i, dataField)) {
      const line = window.subarray(valueStart(window, lineStart + 4, i), i);
      joined.set(line, length);
      length += line.length;
      joined[length++] = 0x0a;
    }
    lineStart = i + 1;
  }
  return joined.subarray(0, length - 1);
}
