import type { Buffer } from 'node:buffer';
import { type FrameKind, frameHeaderBytes, frameKinds, readU32, sealFrame } from '#core/journal/frame.ts';
import { cell, openRing, ringBytes, ringOffset, type SharedRing, skipMark } from './ring.ts';

/** Whole frames that lie in one piece in the ring, sealed and ready to be written. */
export type RingRun = {
  readonly bytes: Buffer;
  readonly frames: readonly RunFrame[];
  readonly ends: number;
  /** Where the ring's tail stands once these were written. */
  readonly next: number;
};

export type RunFrame = { readonly kind: FrameKind; readonly at: number; readonly length: number };

/** One write at most: ends are told as written after each. */
const runBytesMax = 256 * 1024;

/** The journal thread's end of the ring. */
export class RingReader {
  readonly #cells: Int32Array;
  readonly #frames: Buffer;
  #tail: number;

  constructor(ring: SharedRing) {
    const { cells, frames } = openRing(ring);
    this.#cells = cells;
    this.#frames = frames;
    this.#tail = Atomics.load(cells, cell.tail);
  }

  get tail(): number {
    return this.#tail;
  }

  isEmpty(): boolean {
    return Atomics.load(this.#cells, cell.head) === this.#tail;
  }

  /** The next frames that together fit into `roomBytes`; null when the ring is empty, no frames when the first does not fit. */
  peek(roomBytes: number): RingRun | null {
    const waiting = (Atomics.load(this.#cells, cell.head) - this.#tail) | 0;
    if (waiting === 0) return null;
    const from = ringOffset(this.#tail);
    const stop = Math.min(from + waiting, ringBytes);
    if (this.#isSkip(from)) {
      this.#advance((this.#tail + ringBytes - from) | 0);
      return this.peek(roomBytes);
    }
    const frames: RunFrame[] = [];
    const limit = Math.min(roomBytes, runBytesMax);
    let at = from;
    let ends = 0;
    while (at < stop && !this.#isSkip(at)) {
      const length = readU32(this.#frames, at);
      const size = frameHeaderBytes + length;
      if (at + size - from > (frames.length === 0 ? roomBytes : limit)) break;
      sealFrame(this.#frames, at);
      // The ring holds what ring-writer.ts put there: a kind of the table.
      const kind = this.#frames[at + 4] as FrameKind;
      frames.push({ kind, at: at - from, length: size });
      if (kind === frameKinds.end) ends += 1;
      at += size;
    }
    return { bytes: this.#frames.subarray(from, at), frames, ends, next: (this.#tail + at - from) | 0 };
  }

  /** The run was written: its room in the ring is free again. */
  take(run: RingRun): void {
    this.#advance(run.next);
  }

  #isSkip(at: number): boolean {
    return at + 4 > ringBytes || readU32(this.#frames, at) === skipMark;
  }

  #advance(tail: number): void {
    this.#tail = tail;
    Atomics.store(this.#cells, cell.tail, tail);
  }
}
