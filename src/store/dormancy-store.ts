/** Which accounts and keys are used, and what becomes of persons who do not come any more. */
export type DormancyStore = {
  /** The person is here. It ends what was begun; it is written down once a day otherwise. */
  active(person: string, now: number): Promise<void>;
  /** Keys that were used; what is known to be later stays. */
  usedKeys(uses: readonly KeyUse[]): Promise<void>;
  keyUses(keys: readonly string[]): Promise<ReadonlyMap<string, Omit<KeyUse, 'key'>>>;
  /** Persons that were never seen count as active now. */
  enter(persons: readonly string[], now: number): Promise<void>;
  /** One turn: whoever is active again is left alone, whoever is not is to be told, told again, or closed. */
  advance(ask: DormancyAsk): Promise<void>;
  /** Letters to write; each goes to one taker, and to another one when the first has not said what became of it for so long. */
  takeMail(take: TakeDormancyMail): Promise<readonly DormancyLetter[]>;
  /**
   * `unsent`: no server took it, for whatever reason, so it waits for another day; `failed`: nobody reads at its address, which is
   * tried on five days; `none`: there is nobody to write to.
   */
  mailed(person: string, state: 'sent' | 'unsent' | 'failed' | 'none', now: number): Promise<void>;
  mailDue(now: number): Promise<number>;
  /** Was it told twice, and did it not come since? */
  isOver(person: string, dormantSince: number): Promise<boolean>;
  /** It cannot be closed now, and is asked again at that instant. */
  waits(person: string, why: string, until: number): Promise<void>;
  /** A workspace of the person's under a legal hold. */
  isHeld(person: string): Promise<boolean>;
  /** Has the workspace another member who is active? */
  hasActiveOthers(workspace: string, person: string, dormantSince: number): Promise<boolean>;
  counts(): Promise<readonly DormancyCount[]>;
};

/** `network`: null where only the instant is known. */
export type KeyUse = { readonly key: string; readonly at: number; readonly network: string | null };

/** Whoever was active last at `dormantSince` or before is dormant. */
export type DormancyAsk = { readonly dormantSince: number; readonly secondLetterMs: number; readonly now: number };

export type TakeDormancyMail = {
  readonly max: number;
  readonly now: number;
  readonly againAfterMs: number;
  readonly noticeDays: number;
};

export type DormancyLetter = {
  readonly person: string;
  readonly kind: 'first' | 'second' | 'closing';
  readonly closesAt: number;
};

export type DormancyCount = {
  readonly told: number;
  readonly mail: string;
  readonly waits: string | null;
  readonly people: number;
};
