/** Which agreements on processing workspaces accepted. */
export type AgreementStore = {
  /** The first word stays: false when this version was accepted before. */
  accept(given: AgreementAcceptance): Promise<boolean>;
  /** The newest first. */
  of(workspace: string): Promise<readonly AgreementAcceptance[]>;
};

export type AgreementAcceptance = {
  readonly workspace: string;
  readonly version: string;
  /** Of its clauses. */
  readonly hash: string;
  /** The hash of its annexes as they were then. */
  readonly annexes: string;
  /** With whom, as the operator called itself then. */
  readonly operator: string;
  /** The pseudonym of a person. */
  readonly actor: string;
  readonly at: number;
};
