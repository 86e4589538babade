/** What people may ask of what is kept about them: all of it, and that it be left alone. */
export type RightsStore = {
  /** Tables that have something a person gets, in alphabetical order. */
  readonly tables: readonly string[];
  /** How many rows of each table are about the subject. */
  counts(subject: Subject): Promise<ReadonlyMap<string, number>>;
  /** The next rows of a table that are about the subject: what the inventory calls exportable, and no more. */
  page(subject: Subject, ask: PageAsk): Promise<SubjectPage>;
  /** What of a workspace is about one of its end users. */
  endUserRows(workspace: string, endUser: string): Promise<Readonly<Record<string, readonly SubjectRow[]>>>;
  /** How many rows of each table went; `busy`: a request of it is under way. */
  eraseEndUser(asked: { workspace: string; endUser: string; now: number }): Promise<EndUserErased | 'busy'>;
  /** From when on it holds; asked twice, it holds since the first time. */
  restrict(restriction: Restriction, now: number): Promise<void>;
  /** False: there was none. */
  lift(restriction: Restriction, now: number): Promise<boolean>;
  restrictionsOf(kind: 'person' | 'workspace', subject: string): Promise<readonly KeptRestriction[]>;
  endUsersOf(workspace: string): Promise<readonly KeptRestriction[]>;
  /** Undefined: one was begun within this span, and did not fail. */
  openCopy(copy: NewCopy, againMs: number): Promise<CopyRow | undefined>;
  addPart(copy: string, part: { readonly place: number; readonly sealed: string; readonly now: number }): Promise<void>;
  /** It waits for its turn, and is not lost. */
  keepCopy(copy: string, now: number): Promise<void>;
  endCopy(copy: string, end: CopyEnd): Promise<void>;
  /** The newest first. */
  copiesOf(person: string): Promise<readonly CopyRow[]>;
  copy(id: string): Promise<CopyRow | undefined>;
  part(copy: string, place: number): Promise<string | undefined>;
  /** Drops copies that are over, with evidence of it; how many. */
  dropCopies(now: number): Promise<number>;
};

export type EndUserErased = Readonly<Record<string, number>>;

export type Subject = {
  /** Its id in people.db. */
  readonly person: string;
  /** What it is called by everywhere else. */
  readonly pseudonym: string;
  /** The keyed hash of its address, as invitations have it. */
  readonly emailHash: string;
};

export type PageAsk = {
  readonly table: string;
  /** The place of the last row that is known. */
  readonly after: readonly (string | number)[] | undefined;
  readonly max: number;
};

export type SubjectRow = Readonly<Record<string, string | number | null>>;

export type SubjectPage = {
  readonly rows: readonly SubjectRow[];
  /** Undefined: there is nothing more. */
  readonly next: readonly (string | number)[] | undefined;
};

export const restrictionKinds = ['person', 'workspace', 'end-user'] as const;

export type Restriction = {
  readonly kind: (typeof restrictionKinds)[number];
  /** A person's id in people.db, a workspace's, or an end user's pseudonym. */
  readonly subject: string;
  /** Of an end user; else empty. */
  readonly workspace: string;
  /** `all`, or the one that its subject objects to. */
  readonly activity: string;
};

export type KeptRestriction = Restriction & { readonly since: number };

export const copyStates = ['making', 'ready', 'failed'] as const;

export type CopyRow = {
  readonly id: string;
  readonly person: string;
  readonly privacyCase: string;
  readonly state: (typeof copyStates)[number];
  /** The key of its parts, sealed for its person. */
  readonly sealKey: string;
  readonly bytes: number;
  readonly parts: number;
  /** SHA-256 of the whole archive. */
  readonly hash: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly expiresAt: number;
};

export type NewCopy = Pick<CopyRow, 'id' | 'person' | 'privacyCase' | 'sealKey' | 'createdAt' | 'expiresAt'>;

export type CopyEnd =
  | { readonly state: 'ready'; readonly bytes: number; readonly hash: string; readonly now: number }
  | { readonly state: 'failed'; readonly now: number };
