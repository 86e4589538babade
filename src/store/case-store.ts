/** What people and authorities ask about privacy, and what went wrong: each with its clock. */
export const caseRegisters = ['request', 'legal', 'incident'] as const;

export type CaseRegister = (typeof caseRegisters)[number];

export type CaseRow = {
  readonly id: string;
  readonly register: CaseRegister;
  readonly kind: string;
  readonly country: string | null;
  readonly workspace: string | null;
  readonly receivedAt: number;
  readonly dueAt: number;
  /** Percent of the time for which a reminder was sent. */
  readonly reminded: number;
  readonly closedAt: number | null;
  readonly outcome: string | null;
  /** Closed words, numbers, and what an operator wrote: JSON. */
  readonly facts: Readonly<Record<string, string>>;
  /** What a person wrote, sealed under a key of this case, which is gone when the case is closed. */
  readonly sealed: string | null;
  readonly sealKey: string | null;
  /** The pseudonym of whoever was signed in and asked. */
  readonly person: string | null;
  /** The pseudonym of an end user whom the workspace named. */
  readonly endUser: string | null;
};

export type NewCase = Pick<
  CaseRow,
  'register' | 'kind' | 'country' | 'workspace' | 'receivedAt' | 'dueAt' | 'facts' | 'sealed' | 'sealKey'
> & {
  /** A hash of the message that brought it: it is taken once. */
  readonly message: string | null;
  readonly person?: string | null;
  readonly endUser?: string | null;
};

export type CaseStore = {
  /** The case, and whether the same message had brought it before. */
  open(given: NewCase): Promise<{ readonly id: string; readonly isNew: boolean }>;
  find(id: string): Promise<CaseRow | undefined>;
  /** The newest first. */
  list(register: CaseRegister, max: number): Promise<readonly CaseRow[]>;
  /** What this person asked, the newest first. */
  ofPerson(person: string, max: number): Promise<readonly CaseRow[]>;
  /** Those open, the most urgent first. */
  due(max: number): Promise<readonly CaseRow[]>;
  remind(id: string, percent: number): Promise<void>;
  /** What is sealed instead: a case that is open keeps its key. False: it was sealed anew since `before`, or is closed. */
  reseal(id: string, change: { readonly before: string; readonly sealed: string }): Promise<boolean>;
  addFacts(id: string, facts: Readonly<Record<string, string>>): Promise<void>;
  /** What a person wrote, and its key, go. False: there is no such open case. */
  close(id: string, outcome: string, now: number): Promise<boolean>;
  /** How many were opened since then, by register, kind and outcome. */
  counts(since: number): Promise<readonly CaseCount[]>;
  /** The endpoints that were sent something of a workspace between two instants, also where they failed; at most so many requests. */
  seenBy(
    workspace: string,
    span: { readonly from: number; readonly until: number },
    max: number,
  ): Promise<ReadonlyMap<string, number>>;
  openCount(register: CaseRegister): Promise<number>;
  /** Drops what was closed before then. */
  forget(before: number): Promise<void>;
};

export type CaseCount = Pick<CaseRow, 'register' | 'kind' | 'outcome'> & { readonly count: number };
