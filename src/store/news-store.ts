/** Who agreed to get news by mail, and what was sent. */
export type NewsStore = {
  /** The newest first: what a person agreed to, and when it took that back. */
  consentsOf(person: string): Promise<readonly MailConsent[]>;
  /** False: it had agreed to this wording already. An earlier wording's consent ends with it. */
  consent(given: { readonly person: string; readonly wording: number; readonly now: number }): Promise<boolean>;
  /** What is not written yet is not written any more. False: there was nothing to take back. */
  withdraw(taken: { readonly person: string; readonly way: 'page' | 'link'; readonly now: number }): Promise<boolean>;
  /** A letter to everybody who agrees to this wording now; how many that are. */
  send(letter: {
    readonly subject: string;
    readonly text: string;
    readonly wording: number;
    readonly now: number;
  }): Promise<{
    readonly id: string;
    readonly people: number;
  }>;
  /** The newest first, a hundred at most. */
  list(): Promise<readonly SentNews[]>;
  /**
   * Letters to write; each goes to one taker, and to another one when the first has not said what became of it for so long. Whoever does
   * not agree any more, or had its processing restricted, gets none.
   */
  takeMail(take: TakeNews): Promise<readonly NewsLetter[]>;
  mailed(letter: {
    readonly news: string;
    readonly person: string;
    readonly state: 'sent' | 'failed' | 'none';
    readonly now: number;
  }): Promise<void>;
  mailDue(): Promise<number>;
};

export type MailConsent = {
  readonly wording: number;
  readonly givenAt: number;
  readonly withdrawnAt: number | null;
  readonly withdrawnWay: 'page' | 'link' | null;
};

export type TakeNews = {
  readonly max: number;
  readonly now: number;
  readonly againAfterMs: number;
  readonly wording: number;
};

export type NewsLetter = {
  readonly news: string;
  readonly person: string;
  readonly subject: string;
  readonly text: string;
};

export type SentNews = {
  readonly id: string;
  readonly subject: string;
  readonly at: number;
  readonly people: number;
  readonly sent: number;
  readonly failed: number;
};
