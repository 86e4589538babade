import type { BeginRecord, EndRecord, ProgressRecord } from '#core/journal/record.ts';

/** The gateway's side of its journal: nothing here waits for a disk. */
export type Journal = {
  /**
   * Takes the space that one generation's records need, so that a full disk never meets an `end` without room.
   * False: the disk or the queue of unposted records is full, and admission stops.
   */
  reserve(): boolean;
  /** Gives the space of a generation back that never began. */
  unreserve(): void;
  begin(record: BeginRecord): void;
  progress(record: ProgressRecord): void;
  /** Resolves when the record was written to the file (not synced); after 50 ms in any case, with an alarm. */
  end(record: EndRecord): Promise<void>;
  /** Everything written, synced and, if the keeper answers within the deadline, posted. */
  close(deadlineMs: number): Promise<void>;
};

export type JournalAlarm =
  /** An `end` was not written within 50 ms; the caller got its answer's last bytes all the same. */
  | 'journal-slow'
  /** No segment can be written or prepared: admission stops as soon as what is left is promised. */
  | 'journal-full'
  /** A sync or write failed: the segment is left as it is, and a new one begun. */
  | 'journal-poisoned'
  /** The journal's thread died; a new one starts. */
  | 'journal-died';

export type JournalStats = {
  /** `end` records that the keeper has not posted yet. */
  readonly unposted: number;
  /** `end` records written. */
  readonly written: number;
  readonly syncs: number;
  /** Prepared on the disk and promised to nobody. */
  readonly spaceBytes: number;
};
