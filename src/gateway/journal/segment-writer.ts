import { Buffer } from 'node:buffer';
import { generationOf } from '#core/journal/encode-record.ts';
import { frameHeaderBytes, frameKinds } from '#core/journal/frame.ts';
import type { JournalAlarm } from '../journal.ts';
import type { FileIo } from './file-io.ts';
import { cell } from './ring.ts';
import type { RingReader, RingRun, RunFrame } from './ring-reader.ts';
import type { SegmentBook } from './segment-book.ts';
import type { DiskReply } from './segment-disk.ts';
import type { Segment, SegmentFiles } from './segment-files.ts';
import type { UnpostedEnd } from './shipper.ts';

export type SegmentWriterOptions = {
  readonly io: FileIo;
  readonly cells: Int32Array;
  readonly ring: RingReader;
  readonly files: SegmentFiles;
  readonly book: SegmentBook;
  readonly onAlarm: (alarm: JournalAlarm) => void;
  readonly onEnd: (end: UnpostedEnd) => void;
};

/** A frame that a power cut could still take: written again elsewhere when its segment is poisoned. */
type Unsynced = { readonly bytes: Buffer; readonly generation: string; readonly end: UnpostedEnd | null };

const retryMs = 1000;

/** Then sync and socket have their turn. */
const drainFramesMax = 4096;

/**
 * Brings frames from the ring into segments at once, and has them synced by another thread meanwhile. A segment that
 * failed once is never used again.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  /** Written to the end or poisoned; the numbers that may be deleted. */
  readonly #left = new Set<number>();
  #current: Segment | null = null;
  /** Of the current segment, behind what is being synced. */
  #unsynced: Unsynced[] = [];
  /** Asked of the disk, the oldest first. */
  readonly #syncing: { readonly segment: Segment; readonly frames: readonly Unsynced[] }[] = [];
  #rewrite: Unsynced[] = [];
  #unsyncedSinceMs = 0;
  #retryAtMs = 0;
  #isFull = false;
  #poisonedAtMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = 0;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Writes what the ring holds. Returns how many frames; none when there is nothing to write into. */
  drain(nowMs: number): number {
    const { ring, files } = this.#options;
    let count = 0;
    while (count < drainFramesMax && !(ring.isEmpty() && this.#rewrite.length === 0)) {
      const segment = this.#current ?? this.begin(nowMs);
      if (!segment) break;
      if (!this.#writeAgain(segment, nowMs)) continue;
      const run = ring.peek(files.room(segment));
      if (!run) break;
      if (run.frames.length === 0) this.#leave(segment);
      else count += this.#write(segment, run, nowMs);
    }
    return count;
  }

  /** One sync at a time: those that a slow disk could not do meanwhile are one. */
  syncDueMs(syncWaitMs: number): number {
    const isDue = this.#unsynced.length > 0 && this.#syncing.length === 0;
    return isDue ? this.#unsyncedSinceMs + syncWaitMs : Number.POSITIVE_INFINITY;
  }

  sync(): void {
    if (!this.#current || this.#unsynced.length === 0) return;
    this.#syncing.push({ segment: this.#current, frames: this.#unsynced });
    this.#unsynced = [];
    this.#options.files.sync(this.#current);
  }

  /** What the disk's thread answers. */
  heard(reply: DiskReply, nowMs: number): void {
    if (reply.kind === 'synced') return this.#synced(reply.isDurable, nowMs);
    const { files, cells, onAlarm } = this.#options;
    files.prepared(reply);
    if (reply.kind === 'prepared') {
      this.#isFull = false;
      Atomics.add(cells, cell.prepared, files.capacity);
    } else {
      this.#retryAtMs = nowMs + retryMs;
      if (!this.#isFull) onAlarm('journal-full');
      this.#isFull = true;
    }
    this.#tellWhetherRefusing();
  }

  /** Has a segment prepared when less than one lies beyond what is promised: a poisoned one then has its successor. */
  prepareAhead(nowMs: number): void {
    const { files, cells } = this.#options;
    const current = this.#current ? files.room(this.#current) : 0;
    const wanted = Atomics.load(cells, cell.promised) * 1.5 + files.capacity;
    if (current + files.readyCount * files.capacity < wanted && nowMs >= this.#retryAtMs) files.prepare();
  }

  retryDueMs(): number {
    // Its answer wakes us.
    if (this.#options.files.isPreparing) return Number.POSITIVE_INFINITY;
    if (this.#isFull) return this.#retryAtMs;
    return this.isStuck() ? this.#pausedUntilMs : Number.POSITIVE_INFINITY;
  }

  /** Something is to be written and there is nothing to write into. */
  isStuck(): boolean {
    return !this.#current && (this.#rewrite.length > 0 || !this.#options.ring.isEmpty());
  }

  /** A segment that an earlier thread of this instance left behind. */
  adopt(number: number): void {
    this.#left.add(number);
  }

  /** Deletes what holds neither an open generation nor an unposted `end`. */
  deleteFree(): void {
    for (const number of this.#left) {
      if (!this.#options.book.isFree(number)) continue;
      this.#options.files.remove(number);
      this.#left.delete(number);
    }
  }

  /** The end: what was written is synced; what is free is deleted, the current segment too. */
  finish(): void {
    this.sync();
    const { files } = this.#options;
    files.discardReady();
    if (this.#current) {
      files.close(this.#current);
      this.#left.add(this.#current.number);
      this.#current = null;
    }
    this.deleteFree();
  }

  /** Nothing is left of it on the disk, once the disk has done what it was asked. */
  isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** The next segment; null when none can be had now. */
  begin(nowMs: number): Segment | null {
    const { files } = this.#options;
    if (nowMs < this.#pausedUntilMs) return null;
    this.#current = files.takeReady();
    if (!this.#current && nowMs >= this.#retryAtMs) files.prepare();
    this.#tellWhetherRefusing();
    return this.#current;
  }

  #synced(isDurable: boolean, nowMs: number): void {
    const done = this.#syncing.shift();
    if (isDurable) Atomics.add(this.#options.cells, cell.syncs, 1);
    else if (done) this.#poison(done.segment, nowMs, done.frames);
  }

  #tellWhetherRefusing(): void {
    const isRefusing =
      !this.#current && (this.#options.files.readyCount === 0 || this.#pausedUntilMs > this.#poisonedAtMs);
    Atomics.store(this.#options.cells, cell.refusing, isRefusing ? 1 : 0);
  }

  #write(segment: Segment, run: RingRun, nowMs: number): number {
    const { io, cells, ring } = this.#options;
    try {
      io.write(segment.file, run.bytes, segment.position);
    } catch {
      this.#poison(segment, nowMs);
      return 0;
    }
    if (this.#unsynced.length === 0) this.#unsyncedSinceMs = nowMs;
    const copy = Buffer.from(run.bytes);
    for (const frame of run.frames) this.#account(segment, copy, frame);
    segment.position += run.bytes.length;
    ring.take(run);
    if (run.ends > 0) {
      Atomics.add(cells, cell.written, run.ends);
      if (Atomics.exchange(cells, cell.awaited, 0) === 1) Atomics.notify(cells, cell.written);
    }
    return run.frames.length;
  }

  #account(segment: Segment, copy: Buffer, { kind, at, length }: RunFrame): void {
    if (kind === frameKinds.progress) return;
    const bytes = copy.subarray(at, at + length);
    const payload = bytes.toString('utf8', frameHeaderBytes);
    const generation = generationOf(payload);
    if (kind === frameKinds.begin) {
      this.#options.book.began(generation, segment.number);
      this.#unsynced.push({ bytes, generation, end: null });
      return;
    }
    const end = { segment: segment.number, at: segment.position + at, length, payload, isPosted: false };
    this.#options.book.ended(generation, segment.number);
    this.#unsynced.push({ bytes, generation, end });
    this.#options.onEnd(end);
  }

  /** False: the segment failed or is full, and another must be begun. */
  #writeAgain(segment: Segment, nowMs: number): boolean {
    const { io, cells, book, files } = this.#options;
    for (let next = this.#rewrite[0]; next; next = this.#rewrite[0]) {
      const { bytes, generation, end } = next;
      if (bytes.length > files.room(segment)) {
        this.#leave(segment);
        return false;
      }
      if (end ? !end.isPosted : book.isBegun(generation)) {
        try {
          io.write(segment.file, bytes, segment.position);
        } catch {
          this.#poison(segment, nowMs);
          return false;
        }
        if (end) {
          book.moved(end.segment, segment.number);
          end.segment = segment.number;
          end.at = segment.position;
        } else book.began(generation, segment.number);
        segment.position += bytes.length;
        Atomics.sub(cells, cell.prepared, bytes.length);
        this.#unsynced.push(next);
      }
      this.#rewrite.shift();
    }
    return true;
  }

  /** The segment is full. */
  #leave(segment: Segment): void {
    this.sync();
    this.#giveUp(segment);
  }

  /** The page cache may call what was never written clean, so nothing is tried again on this file. */
  #poison(segment: Segment, nowMs: number, failed: readonly Unsynced[] = []): void {
    // A disk that fails again at once is left alone for a while.
    if (nowMs - this.#poisonedAtMs < retryMs) this.#pausedUntilMs = nowMs + retryMs;
    this.#poisonedAtMs = nowMs;
    const isCurrent = this.#current === segment;
    this.#rewrite = [...failed, ...(isCurrent ? this.#unsynced : []), ...this.#rewrite];
    if (isCurrent) {
      this.#unsynced = [];
      this.#giveUp(segment);
    }
    this.#options.onAlarm('journal-poisoned');
  }

  #giveUp(segment: Segment): void {
    const { files, cells } = this.#options;
    Atomics.sub(cells, cell.prepared, files.room(segment));
    files.close(segment);
    this.#left.add(segment.number);
    this.#current = null;
    this.#tellWhetherRefusing();
    this.deleteFree();
  }
}
