/** Which generations of a workspace somebody wants to see. */
export type GenerationsAsk = {
  readonly workspace: string;
  readonly key: string | undefined;
  /** Older than this one. */
  readonly before: string | undefined;
  readonly limit: number;
};
