import type { Dialect } from './dialect.ts';

/** One event of a stream, in the order: open, deltas, finish, usage, done. A dialect may leave out all but deltas. */
export type StreamEvent = {
  /** `finish` says why the answer ends, `usage` comes apart from it, `done` is the mark after which nothing follows. */
  readonly kind: 'open' | 'delta' | 'finish' | 'usage' | 'done';
  /** What stands before and after the data on the wire: field names, event names, commas, line ends. */
  readonly before: string;
  readonly data: string;
  readonly after: string;
  /** How many tokens of the answer go out with it. */
  readonly tokens: number;
};

export function writeText({ before, data, after }: StreamEvent): string {
  return before + data + after;
}

/** An event on the wire: text, but for a dialect of binary frames. */
export function writeEvent(event: StreamEvent, dialect: Pick<Dialect, 'writeFrame'>): string | Uint8Array {
  return dialect.writeFrame?.(event) ?? writeText(event);
}
