import { Buffer } from 'node:buffer';
import { type FrameKind, frameHeaderBytes, frameKinds, payloadBytesMax, writeFrameHead } from '#core/journal/frame.ts';
import { cell, openRing, ringBytes, ringOffset, type SharedRing, skipMark } from './ring.ts';

const lazyMs = 2;

/** The gateway thread's end of the ring. What finds no room waits here, in order: nothing that was admitted is lost. */
export class RingWriter {
  readonly #cells: Int32Array;
  readonly #frames: Buffer;
  #head = 0;
  #isWaking = false;
  #lazyWake: NodeJS.Timeout | undefined;
  #overflow: { kind: FrameKind; text: string }[] = [];

  constructor(ring: SharedRing) {
    const { cells, frames } = openRing(ring);
    this.#cells = cells;
    this.#frames = frames;
  }

  /** Returns the bytes that the frame will take in the file. */
  push(kind: FrameKind, text: string): number {
    if (text.length * 3 > payloadBytesMax) throw new RangeError('journal record too large');
    if (this.#overflow.length > 0) this.flush();
    const written = this.#overflow.length > 0 ? 0 : this.#put(kind, text);
    if (written > 0) return written;
    this.#overflow.push({ kind, text });
    return frameHeaderBytes + Buffer.byteLength(text);
  }

  /** Puts into the ring what waits, as far as there is room. */
  flush(): void {
    let moved = 0;
    for (const { kind, text } of this.#overflow) {
      if (this.#put(kind, text) === 0) break;
      moved += 1;
    }
    if (moved > 0) this.#overflow = this.#overflow.slice(moved);
  }

  /** A quarter of the ring stays for generations that have begun. */
  isCrowded(): boolean {
    return this.#overflow.length > 0 || this.#used() > (ringBytes / 4) * 3;
  }

  /** At most this many bytes of frames were handed over and not written. */
  unwrittenBytes(): number {
    const waiting = this.#overflow.map(({ text }) => frameHeaderBytes + Buffer.byteLength(text));
    return waiting.reduce((sum, bytes) => sum + bytes, this.#used());
  }

  hasOverflow(): boolean {
    return this.#overflow.length > 0;
  }

  #used(): number {
    return (this.#head - Atomics.load(this.#cells, cell.tail)) | 0;
  }

  #put(kind: FrameKind, text: string): number {
    // UTF-8 takes at most three bytes for each unit of a string.
    const roomMax = frameHeaderBytes + text.length * 3;
    let at = ringOffset(this.#head);
    const skipped = at + roomMax > ringBytes ? ringBytes - at : 0;
    if (this.#used() + skipped + roomMax > ringBytes) return 0;
    if (skipped > 0) {
      if (skipped >= 4) this.#frames.writeUInt32LE(skipMark, at);
      at = 0;
    }
    const length = this.#frames.write(text, at + frameHeaderBytes, 'utf8');
    writeFrameHead(this.#frames, at, { kind, length });
    this.#head = (this.#head + skipped + frameHeaderBytes + length) | 0;
    Atomics.store(this.#cells, cell.head, this.#head);
    if (Atomics.load(this.#cells, cell.asleep) === 1) this.#wakeSoon(kind);
    return frameHeaderBytes + length;
  }

  /**
   * Waking a thread costs microseconds. An `end` is waited for: whatever this turn of the event loop hands over wakes it
   * once. Nobody waits for the others: they lie in the ring for two milliseconds, and mostly go along with an `end`.
   */
  #wakeSoon(kind: FrameKind): void {
    if (kind !== frameKinds.end) {
      this.#lazyWake ??= setTimeout(() => {
        this.#lazyWake = undefined;
        if (Atomics.load(this.#cells, cell.asleep) === 1) this.wake();
      }, lazyMs);
    } else if (!this.#isWaking) {
      this.#isWaking = true;
      setImmediate(() => {
        this.#isWaking = false;
        this.wake();
      });
    }
  }

  wake(): void {
    Atomics.store(this.#cells, cell.asleep, 0);
    Atomics.notify(this.#cells, cell.head);
  }
}
