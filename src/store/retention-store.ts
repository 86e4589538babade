/** Drops what is over, in small steps, and keeps evidence of it. */
export type RetentionStore = {
  /**
   * One step: drops at most so many rows of what was recorded before this instant, but for workspaces that are held back.
   * Gives how many; the evidence is written in the same transaction.
   */
  drop(
    what: RetentionSubject,
    ask: { readonly cutoff: number; readonly max: number; readonly now: number },
  ): Promise<number>;
  /** The newest first. */
  runs(max: number): Promise<readonly RetentionRun[]>;
  hold(hold: NewLegalHold): Promise<LegalHold>;
  /** False: there is no such hold, or it ended before. */
  endHold(id: string, now: number): Promise<boolean>;
  /** Those that hold now. */
  holds(): Promise<readonly LegalHold[]>;
};

/** In the order in which they are dropped: a batch of receipts goes after the generations that are in it. */
export const retentionSubjects = ['generation', 'usage_hour', 'receipt_batch'] as const;

export type RetentionSubject = (typeof retentionSubjects)[number];

/** What leaves evidence when it goes: copies for people go by their own clock. */
export const evidenceSubjects = [...retentionSubjects, 'privacy_copy'] as const;

export type RetentionRun = {
  readonly subject: (typeof evidenceSubjects)[number];
  /** What was recorded before it went. */
  readonly cutoff: number;
  readonly rows: number;
  /** When the first and the last of what went were recorded. */
  readonly oldest: number;
  readonly newest: number;
  /** SHA-256 over the digest before and the names of the rows, step by step. */
  readonly digest: string;
  readonly at: number;
};

export type NewLegalHold = {
  readonly workspace: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** When somebody must ask whether it is still needed. */
  readonly reviewAt: number;
  readonly now: number;
};

export type LegalHold = Omit<NewLegalHold, 'now'> & { readonly id: string; readonly createdAt: number };
