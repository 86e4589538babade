/** Which versions of the policy workspaces accepted. */
export type AcceptanceStore = {
  /** The first word stays: false when this version was accepted before. */
  accept(given: PolicyAcceptance): Promise<boolean>;
  /** The newest first. */
  of(workspace: string): Promise<readonly PolicyAcceptance[]>;
};

export type PolicyAcceptance = {
  readonly workspace: string;
  /** As receipts name it. */
  readonly version: string;
  /** Of the text that was accepted. */
  readonly hash: string;
  /** The pseudonym of a person, or a key's id. */
  readonly actor: string;
  readonly at: number;
};
