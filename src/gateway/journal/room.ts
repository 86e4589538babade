import { cell } from './ring.ts';

/** What the records of one generation may take in the file; `end` is trimmed to its part. */
const beginBytesMax = 2048;
export const endBytesMax = 4096;

/** For what cannot be trimmed: a begin with many leases, the unused end of a segment. */
const slackBytes = 64 * 1024;

/** The gateway thread's count of promised room, against what the journal's thread has prepared. No I/O, no waiting. */
export class Room {
  readonly #cells: Int32Array;
  readonly #maxUnposted: number;
  /** Bytes of frames handed over, wrapping. */
  #handed = 0;
  #promised = 0;
  #reserved = 0;
  #ended = 0;

  constructor(cells: Int32Array, maxUnposted: number) {
    this.#cells = cells;
    this.#maxUnposted = maxUnposted;
  }

  reserve(): boolean {
    if (Atomics.load(this.#cells, cell.refusing) === 1) return false;
    if (this.unposted() + this.#reserved >= this.#maxUnposted) return false;
    if (this.spaceBytes() < beginBytesMax + endBytesMax + slackBytes) return false;
    this.#reserved += 1;
    this.#promise(beginBytesMax + endBytesMax);
    return true;
  }

  unreserve(): void {
    this.#reserved -= 1;
    this.#promise(-beginBytesMax - endBytesMax);
  }

  began(bytes: number): void {
    this.#handed = (this.#handed + bytes) | 0;
    this.#promise(-beginBytesMax);
  }

  /** Progress is an estimate: it takes room that nobody was promised, or goes unwritten. */
  hasProgressRoom(): boolean {
    return this.spaceBytes() > 2 * slackBytes;
  }

  progressed(bytes: number): void {
    this.#handed = (this.#handed + bytes) | 0;
  }

  ended(bytes: number): void {
    this.#handed = (this.#handed + bytes) | 0;
    this.#reserved -= 1;
    this.#ended = (this.#ended + 1) | 0;
    this.#promise(-endBytesMax);
  }

  /** How many `end` records were handed over, wrapping. */
  get endCount(): number {
    return this.#ended;
  }

  /** What was prepared died with the journal's thread; `unwrittenBytes` still need room in what the next one prepares. */
  restart(unwrittenBytes: number): void {
    this.#handed = unwrittenBytes;
    Atomics.store(this.#cells, cell.prepared, 0);
  }

  unposted(): number {
    return (this.#ended - Atomics.load(this.#cells, cell.posted)) | 0;
  }

  spaceBytes(): number {
    return ((Atomics.load(this.#cells, cell.prepared) - this.#handed) | 0) - this.#promised;
  }

  #promise(bytes: number): void {
    this.#promised += bytes;
    Atomics.store(this.#cells, cell.promised, this.#promised);
  }
}
