import { join } from 'node:path';
import { generationOf } from '#core/journal/encode-record.ts';
import { frameHeaderBytes, frameKinds } from '#core/journal/frame.ts';
import { scanFrames } from '#core/journal/scan.ts';
import type { JournalAlarm } from '../journal.ts';
import type { FileIo } from './file-io.ts';
import { type Disk, openDisk } from './open-disk.ts';
import { cell, openRing, type SharedRing } from './ring.ts';
import { RingReader } from './ring-reader.ts';
import { SegmentBook } from './segment-book.ts';
import { SegmentFiles } from './segment-files.ts';
import { SegmentWriter } from './segment-writer.ts';
import { Shipper, type UnpostedEnd } from './shipper.ts';

export type JournalLoopOptions = {
  readonly ring: SharedRing;
  readonly dataDir: string;
  readonly instance: string;
  readonly keeperSocket: string;
  readonly segmentBytes: number;
  readonly startThrough: number;
};

const syncWaitMs = 20;
/** Waiting in slices keeps the event loop, and with it what keeper and disk say, waiting no longer than this. */
const sliceMs = 10;
/** So long after the last record a blocked thread is cheaper to wake than a sleeping event loop. */
const alertMs = 10;
/** Records that come this close together are collected in naps, and the gateway thread need not wake anybody. */
const quickMs = 0.4;
const napMs = 0.1;

/** All that the journal's thread does: write, have it synced, ship, sleep. It never waits for the disk. */
export class JournalLoop {
  readonly #options: JournalLoopOptions;
  readonly #cells: Int32Array;
  readonly #ring: RingReader;
  readonly #io: FileIo;
  readonly #disk: Disk;
  readonly #files: SegmentFiles;
  readonly #book = new SegmentBook();
  readonly #writer: SegmentWriter;
  readonly #shipper: Shipper;
  #closeAtMs = Number.POSITIVE_INFINITY;
  #wakeUp: () => void = () => undefined;
  #waiter: Promise<unknown> | null = null;

  constructor(options: JournalLoopOptions, { io, onAlarm }: { io: FileIo; onAlarm: (alarm: JournalAlarm) => void }) {
    const { instance, keeperSocket, segmentBytes, startThrough } = options;
    this.#options = options;
    this.#io = io;
    this.#cells = openRing(options.ring).cells;
    this.#ring = new RingReader(options.ring);
    const directory = this.#directory();
    this.#disk = openDisk({ directory, instance, segmentBytes }, (reply) => {
      this.#writer.heard(reply, performance.now());
      this.#wakeUp();
    });
    this.#files = new SegmentFiles({ io, directory, segmentBytes, post: (job) => this.#disk.post(job) });
    this.#writer = new SegmentWriter({
      io,
      cells: this.#cells,
      ring: this.#ring,
      files: this.#files,
      book: this.#book,
      onAlarm,
      onEnd: (end) => this.#shipper.add(end, performance.now()),
    });
    this.#shipper = new Shipper({
      instance,
      keeperSocket,
      startThrough,
      readPayload: (end) => this.#readPayload(end),
      onPosted: (ends) => this.#onPosted(ends),
      onChange: () => this.#wakeUp(),
    });
    this.#adoptAll();
  }

  /** Resolves when the first segment is prepared, or cannot be. */
  async start(): Promise<void> {
    while (!this.#writer.begin(performance.now()) && this.#files.isPreparing) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakeUp = resolve;
      await promise;
    }
    this.#wakeUp = () => undefined;
  }

  /** Asks `run` to end when everything is posted, or at the deadline. */
  close(deadlineMs: number): void {
    this.#closeAtMs = performance.now() + deadlineMs;
    this.#wakeUp();
  }

  async run(): Promise<void> {
    let lastTurnMs = performance.now();
    let lastWroteMs = 0;
    while (!this.#isDone()) {
      const wrote = this.#writer.drain(performance.now()) > 0;
      const nowMs = performance.now();
      this.#attend(nowMs);
      if (nowMs - lastTurnMs > sliceMs) {
        await turn();
        lastTurnMs = performance.now();
      }
      const sinceWroteMs = nowMs - lastWroteMs;
      if (wrote) lastWroteMs = nowMs;
      if (wrote && sinceWroteMs < quickMs) Atomics.wait(this.#cells, cell.nap, 0, napMs);
      else if (wrote || sinceWroteMs < alertMs) this.#waitBlocked();
      else {
        await this.#waitIdle();
        lastTurnMs = performance.now();
      }
    }
    await this.#finish();
  }

  /** Sync, prepare, ship: whatever is due. */
  #attend(nowMs: number): void {
    if (nowMs >= this.#writer.syncDueMs(syncWaitMs)) this.#writer.sync();
    this.#writer.prepareAhead(nowMs);
    this.#shipper.advance(nowMs, this.#closeAtMs !== Number.POSITIVE_INFINITY);
  }

  #isDone(): boolean {
    if (this.#closeAtMs === Number.POSITIVE_INFINITY) return false;
    return performance.now() >= this.#closeAtMs || (this.#ring.isEmpty() && this.#shipper.isIdle());
  }

  async #finish(): Promise<void> {
    this.#writer.drain(performance.now());
    this.#shipper.stop();
    this.#writer.finish();
    await this.#disk.close();
    if (!this.#writer.isEmpty()) return;
    try {
      this.#io.removeDirectory(this.#directory());
    } catch {
      // Somebody put a file there: then the directory stays, which recovery reads as empty.
    }
  }

  #waitBlocked(): void {
    Atomics.store(this.#cells, cell.asleep, 1);
    const due = this.#writer.syncDueMs(syncWaitMs) - performance.now();
    Atomics.wait(this.#cells, cell.head, this.#ring.tail, Math.min(sliceMs, Math.max(0, due)));
    Atomics.store(this.#cells, cell.asleep, 0);
  }

  async #waitIdle(): Promise<void> {
    Atomics.store(this.#cells, cell.asleep, 1);
    const due = Math.min(
      this.#writer.syncDueMs(syncWaitMs),
      this.#writer.retryDueMs(),
      this.#shipper.dueMs(),
      this.#closeAtMs,
    );
    if (this.#listen()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakeUp = resolve;
      const waitMs = Math.max(1, due - performance.now());
      const timer = due === Number.POSITIVE_INFINITY ? null : setTimeout(resolve, waitMs);
      await promise;
      if (timer) clearTimeout(timer);
      this.#wakeUp = () => undefined;
    }
    Atomics.store(this.#cells, cell.asleep, 0);
  }

  /** False: records are waiting already. One waiter at a time: an unanswered one stays with the engine. */
  #listen(): boolean {
    if (!this.#ring.isEmpty()) return this.#writer.isStuck();
    if (this.#waiter) return true;
    const waiter = Atomics.waitAsync(this.#cells, cell.head, this.#ring.tail);
    if (!waiter.async) return false;
    this.#waiter = waiter.value.then(() => {
      this.#waiter = null;
      this.#wakeUp();
    });
    return true;
  }

  #onPosted(ends: readonly UnpostedEnd[]): void {
    for (const end of ends) this.#book.posted(end.segment);
    Atomics.add(this.#cells, cell.posted, ends.length);
    this.#writer.deleteFree();
    this.#wakeUp();
  }

  #readPayload(end: UnpostedEnd): string {
    const bytes = this.#io.read(
      this.#files.path(end.segment),
      end.at + frameHeaderBytes,
      end.length - frameHeaderBytes,
    );
    return bytes.toString('utf8');
  }

  /** After the death of an earlier thread of this instance: what it left unposted is shipped (again). */
  #adoptAll(): void {
    let count = 0;
    for (const number of this.#files.existing()) {
      const bytes = this.#io.readAll(this.#files.path(number));
      scanFrames(bytes, ({ kind, payload, length }) => {
        const generation = generationOf(bytes.toString('utf8', payload, payload + length));
        if (kind === frameKinds.begin) this.#book.began(generation, number);
        if (kind !== frameKinds.end) return;
        this.#book.ended(generation, number);
        const at = payload - frameHeaderBytes;
        const end = { segment: number, at, length: length + frameHeaderBytes, payload: null, isPosted: false };
        this.#shipper.add(end, performance.now());
        count += 1;
      });
      this.#writer.adopt(number);
    }
    // What is shipped again is counted as posted again: so that the difference stays true.
    Atomics.store(this.#cells, cell.posted, (Atomics.load(this.#cells, cell.written) - count) | 0);
    this.#writer.deleteFree();
  }

  #directory(): string {
    return join(this.#options.dataDir, 'journal', this.#options.instance);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
