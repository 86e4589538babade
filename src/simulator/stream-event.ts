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

export function writeEvent({ before, data, after }: StreamEvent): string {
  return before + data + after;
}
