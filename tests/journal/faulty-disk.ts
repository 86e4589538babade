import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { encodeBegin, encodeEnd } from '#core/journal/encode-record.ts';
import { frameKinds } from '#core/journal/frame.ts';
import { type FileIo, fileIo } from '#gateway/journal/file-io.ts';
import { cell, createRing, openRing } from '#gateway/journal/ring.ts';
import { RingReader } from '#gateway/journal/ring-reader.ts';
import { RingWriter } from '#gateway/journal/ring-writer.ts';
import { SegmentBook } from '#gateway/journal/segment-book.ts';
import { type DiskJob, type DiskReply, SegmentDisk } from '#gateway/journal/segment-disk.ts';
import { SegmentFiles } from '#gateway/journal/segment-files.ts';
import { SegmentWriter } from '#gateway/journal/segment-writer.ts';
import type { JournalAlarm } from '#gateway/journal.ts';
import { temporaryFolder } from './journal-under-test.ts';
import { beginOf, endOf } from './records.ts';

type Call = 'write' | 'sync' | 'create' | 'syncDirectory';

/** The thread's own writer over real files, with a clock of the test's and calls that fail when told to. */
export function faultyDisk(context: TestContext) {
  const directory = join(temporaryFolder(context), 'g1');
  const failing = new Map<Call, number>();
  const names = new Map<number, string>();
  const syncsOf: string[] = [];
  /** Counts down the calls of any kind to the one that fails, or at which everything ends. */
  const countdown = { left: 0, isEnd: false, isOver: false, wasTorn: false };
  const mayFail = (call: Call): void => {
    if (countdown.isOver && countdown.isEnd) throw new Error('the process is gone');
    countdown.left -= 1;
    if (countdown.left === 0) {
      countdown.isOver = true;
      throw new Error(`EIO: ${call}, the one that was told to`);
    }
    const left = failing.get(call) ?? 0;
    failing.set(call, left - 1);
    if (left > 0) throw new Error(`EIO: ${call}`);
  };
  const io: FileIo = {
    ...fileIo,
    create: (path) => {
      mayFail('create');
      const file = fileIo.create(path);
      names.set(file, path.slice(-10));
      return file;
    },
    write: (file, bytes, position) => {
      try {
        mayFail('write');
      } catch (thrown) {
        // A part of it may have come to the file all the same.
        if (countdown.isOver && !countdown.wasTorn) fileIo.write(file, bytes.subarray(0, bytes.length >> 1), position);
        countdown.wasTorn = true;
        throw thrown;
      }
      fileIo.write(file, bytes, position);
    },
    sync: (file) => {
      if (isPrepared) syncsOf.push(names.get(file) ?? '');
      mayFail('sync');
      fileIo.sync(file);
    },
    syncDirectory: (path) => {
      mayFail('syncDirectory');
      fileIo.syncDirectory(path);
    },
  };
  let isPrepared = false;
  const shared = createRing();
  const { cells } = openRing(shared);
  const ring = new RingWriter(shared);
  const alarms: JournalAlarm[] = [];
  const segmentBytes = 64 * 1024;
  const replies: DiskReply[] = [];
  const jobs: DiskJob[] = [];
  const thread = new SegmentDisk({
    io,
    directory,
    instance: 'g1',
    segmentBytes,
    reply: (reply) => replies.push(reply),
  });
  const files = new SegmentFiles({ io, directory, segmentBytes, post: (job) => jobs.push(job) });
  const writer = new SegmentWriter({
    io,
    cells,
    ring: new RingReader(shared),
    files,
    book: new SegmentBook(),
    onAlarm: (alarm) => alarms.push(alarm),
    onEnd: () => undefined,
  });
  /** Both threads in turn until neither has anything to do; with `isSlow` the disk's does nothing. */
  const turn = (nowMs: number): void => {
    do {
      writer.drain(nowMs);
      if (isSlow) return;
      for (const job of jobs.splice(0)) thread.run(job);
      while (thread.prepareSlice());
      for (const reply of replies.splice(0)) writer.heard(reply, nowMs);
    } while (jobs.length > 0);
    writer.drain(nowMs);
  };
  let isSlow = false;
  writer.begin(0);
  turn(0);
  isPrepared = true;
  return {
    directory,
    writer,
    alarms,
    turn,
    prepare: () => {
      files.prepare();
      turn(0);
    },
    sync: (nowMs: number) => {
      writer.sync();
      turn(nowMs);
    },
    slow: (is: boolean) => {
      isSlow = is;
    },
    /** The segment of each sync since the first was prepared. */
    syncsOf,
    fail: (call: Call, times: number) => failing.set(call, times),
    /** The n-th call from now on fails; with `isEnd` it is the last that the process makes. */
    failNth: (nth: number, isEnd: boolean) =>
      Object.assign(countdown, { left: nth, isEnd, isOver: false, wasTorn: false }),
    /** The call that was to fail has come. */
    hasFailed: () => countdown.isOver,
    heal: () => failing.clear(),
    written: () => Atomics.load(cells, cell.written),
    refuses: () => Atomics.load(cells, cell.refusing) === 1,
    generate: (generation: string, nowMs = 0) => {
      ring.push(frameKinds.begin, encodeBegin(beginOf(generation)));
      ring.push(frameKinds.end, encodeEnd(endOf(generation), 4000));
      turn(nowMs);
    },
  };
}

/** A file system of its own; null where nobody may mount one. */
export function smallDisk(context: TestContext, megabytes = 20): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'fl-small-'));
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return null;
  }
  context.after(() => {
    execFileSync('/bin/umount', ['-l', folder]);
    rmdirSync(folder);
  });
  return folder;
}
