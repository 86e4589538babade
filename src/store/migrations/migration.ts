/** One step of the schema: numbered without a gap, small, and never edited once it was released. */
export type Migration = {
  readonly version: number;
  readonly name: string;
  /** Run in order, in one transaction. */
  readonly statements: readonly string[];
};
