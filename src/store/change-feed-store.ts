/** The change feed: one row counts, so the sequence is the order of commits. */
export type ChangeStore = {
  head(): Promise<number>;
  /**
   * The oldest first. Who is farther behind than the last 100,000 gets one change instead, of kind `catalogue` with the
   * id `all` and the head's sequence: drop everything that was cached.
   */
  since(sequence: number, max: number): Promise<readonly StoredChange[]>;
  /** Asks the gateways of other trees to give back what they do not need. `what` is the keepers' own. */
  recall(what: string, now: number): Promise<void>;
  /** A hint that others have changed something, where the engine gives one: readers look each second all the same. */
  onChange(call: () => void): void;
  /** False: what others change is heard of a second late. */
  hearsAtOnce(): boolean;
};

export type StoredChange = {
  readonly sequence: number;
  readonly kind: 'key' | 'workspace' | 'catalogue' | 'recall';
  readonly id: string;
};
