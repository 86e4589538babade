// The journal of one gateway process: the gateway thread's side, over a thread that writes, syncs and ships.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { encodeBegin, encodeEnd, encodeProgress } from '#core/journal/encode-record.ts';
import { frameHeaderBytes, frameKinds } from '#core/journal/frame.ts';
import type { BeginRecord, EndRecord, ProgressRecord } from '#core/journal/record.ts';
import type { Journal, JournalAlarm, JournalStats } from '../journal.ts';
import type { JournalLoopOptions } from './journal-loop.ts';
import type { FromJournalThread, ToJournalThread } from './journal-thread.ts';
import { PendingEnds } from './pending-ends.ts';
import { cell, createRing, openRing } from './ring.ts';
import { RingWriter } from './ring-writer.ts';
import { endBytesMax, Room } from './room.ts';

export type OpenJournalOptions = {
  readonly dataDir: string;
  /** One per process start, never reused. */
  readonly instance: string;
  readonly keeperSocket: string;
  readonly onAlarm: (alarm: JournalAlarm) => void;
  readonly maxUnposted?: number;
  readonly segmentBytes?: number;
};

export type OpenJournal = Journal & { stats(): JournalStats };

/** Resolves when the first segment is prepared; with a full disk as well, but then nothing can be reserved. */
export async function openJournal(options: OpenJournalOptions): Promise<OpenJournal> {
  const journal = new ThreadedJournal(options);
  await journal.start();
  return journal;
}

const segmentBytesDefault = 16 * 1024 * 1024;
/** A segment holds the largest record many times. */
const segmentBytesMin = 1024 * 1024;
const maxUnpostedDefault = 100_000;
const restartMs = 100;
/** `through` grows over the threads of one instance too: each counts from its own billion. */
const throughStep = 1_000_000_000_000;

class ThreadedJournal implements OpenJournal {
  readonly #options: OpenJournalOptions;
  readonly #shared = createRing();
  readonly #cells = openRing(this.#shared).cells;
  readonly #ring = new RingWriter(this.#shared);
  readonly #room: Room;
  readonly #pending = new PendingEnds(this.#cells, (late) => this.#onTick(late));
  #worker: Worker | null = null;
  #starts = 0;
  #isRunning = false;
  #isClosing = false;
  #onClosed: () => void = () => undefined;

  constructor(options: OpenJournalOptions) {
    this.#options = options;
    this.#room = new Room(this.#cells, options.maxUnposted ?? maxUnpostedDefault);
  }

  reserve(): boolean {
    return this.#isRunning && !this.#isClosing && !this.#ring.isCrowded() && this.#room.reserve();
  }

  unreserve(): void {
    this.#room.unreserve();
  }

  begin(record: BeginRecord): void {
    this.#room.began(this.#ring.push(frameKinds.begin, encodeBegin(record)));
    this.#watchOverflow();
  }

  progress(record: ProgressRecord): void {
    if (!this.#isRunning || this.#ring.isCrowded() || !this.#room.hasProgressRoom()) return;
    this.#room.progressed(this.#ring.push(frameKinds.progress, encodeProgress(record)));
  }

  end(record: EndRecord): Promise<void> {
    this.#room.ended(this.#ring.push(frameKinds.end, encodeEnd(record, endBytesMax - frameHeaderBytes)));
    this.#watchOverflow();
    if (this.#isRunning) return this.#pending.wait(this.#room.endCount);
    // Nobody writes now: the record waits in memory for the next thread, and the caller does not.
    this.#options.onAlarm('journal-slow');
    return Promise.resolve();
  }

  stats(): JournalStats {
    return {
      unposted: this.#room.unposted(),
      written: Atomics.load(this.#cells, cell.written) >>> 0,
      syncs: Atomics.load(this.#cells, cell.syncs) >>> 0,
      spaceBytes: Math.max(0, this.#room.spaceBytes()),
    };
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    this.#ring.flush();
    const worker = this.#worker;
    if (!worker) return;
    const closed = Promise.withResolvers<void>();
    this.#onClosed = closed.resolve;
    worker.postMessage({ kind: 'close', deadlineMs } satisfies ToJournalThread);
    // The thread keeps the deadline itself; this one is for a thread that hangs in the disk.
    const timer = setTimeout(() => void worker.terminate(), deadlineMs + 1000);
    await closed.promise;
    clearTimeout(timer);
    this.#pending.stop();
  }

  async start(): Promise<void> {
    const { dataDir, instance, keeperSocket, segmentBytes = segmentBytesDefault } = this.#options;
    const workerData: JournalLoopOptions = {
      ring: this.#shared,
      dataDir,
      instance,
      keeperSocket,
      segmentBytes: Math.max(segmentBytes, segmentBytesMin),
      startThrough: this.#starts * throughStep,
    };
    this.#starts += 1;
    const file = new URL(`./journal-thread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: 'journal', workerData });
    this.#worker = worker;
    const ready = Promise.withResolvers<void>();
    worker.on('message', (message: FromJournalThread) => {
      if (message.kind === 'alarm') this.#options.onAlarm(message.alarm);
      if (message.kind !== 'ready') return;
      this.#isRunning = true;
      ready.resolve();
    });
    let fault: unknown = new Error('the journal thread ended');
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      ready.reject(fault);
      this.#onExit();
    });
    await ready.promise;
  }

  #onExit(): void {
    this.#worker = null;
    const wasRunning = this.#isRunning;
    this.#isRunning = false;
    this.#pending.releaseAll();
    this.#onClosed();
    if (this.#isClosing) return;
    if (wasRunning) this.#options.onAlarm('journal-died');
    else if (this.#starts === 1) return;
    this.#room.restart(this.#ring.unwrittenBytes());
    // A start that fails ends in another `exit`, and so in another try.
    setTimeout(() => {
      if (!this.#isClosing) void this.start().catch(() => undefined);
    }, restartMs);
  }

  #watchOverflow(): void {
    if (this.#ring.hasOverflow()) this.#pending.startTimer();
  }

  #onTick(late: number): void {
    if (late > 0) this.#options.onAlarm('journal-slow');
    if (!this.#ring.hasOverflow()) return;
    this.#ring.flush();
    this.#pending.startTimer();
  }
}
