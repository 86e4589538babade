import { Buffer } from 'node:buffer';

/**
 * Shared memory of the gateway thread and the journal's: a ring of frames, filled by one and emptied by the other, and
 * the cells below. Counts are 32-bit and wrap: only differences are meaningful.
 */
export type SharedRing = { readonly cells: SharedArrayBuffer; readonly frames: SharedArrayBuffer };

export const cell = {
  /** Bytes put into the ring; the journal's thread sleeps on it. */
  head: 0,
  /** Bytes taken out of it, that is, written to the file. */
  tail: 1,
  /** 1: the journal's thread sleeps and wants to be woken. */
  asleep: 2,
  /** `end` records written; the gateway thread sleeps on it. */
  written: 3,
  /** 1: the gateway thread wants to be woken when `written` grows. */
  awaited: 4,
  /** `end` records posted by the keeper. */
  posted: 5,
  /** Bytes of room that segments were prepared for, less what was lost with a segment. */
  prepared: 6,
  /** Bytes promised to open generations, told by the gateway thread. */
  promised: 7,
  /** 1: writing failed and nothing is prepared to go on with. */
  refusing: 8,
  syncs: 9,
  /** Never notified: waiting on it is a nap. */
  nap: 10,
} as const;

/** At 8,000 generations a second, half a second of a stalled disk. */
export const ringBytes = 8 * 1024 * 1024;

/** In place of a frame's length: nothing more before the ring's end. */
export const skipMark = 0xffff_ffff;

export function createRing(): SharedRing {
  return { cells: new SharedArrayBuffer(64), frames: new SharedArrayBuffer(ringBytes) };
}

export function openRing(ring: SharedRing): { cells: Int32Array; frames: Buffer } {
  return { cells: new Int32Array(ring.cells), frames: Buffer.from(ring.frames) };
}

export function ringOffset(position: number): number {
  return position & (ringBytes - 1);
}
