import type { ErasedSubject, ErasureTable } from '#core/privacy/erasure/erasure-plan.ts';

/** Persons and workspaces that are being deleted, and what is left of those that were. */
/** `payments`: begun, and nobody knows yet whether they are paid. */
export type Held = { readonly leased: bigint } & Readonly<Record<'operations' | 'payments' | 'objects', number>>;

export type ErasureStore = {
  /** Asks for it; a workspace's keys do nothing from this instant on. Undefined: it is asked for already. */
  open(given: NewErasure): Promise<ErasureRow | undefined>;
  find(id: string): Promise<ErasureRow | undefined>;
  /** The one that is asked for, or under way. */
  openOf(kind: ErasedSubject, subject: string): Promise<ErasureRow | undefined>;
  childrenOf(id: string): Promise<readonly ErasureRow[]>;
  /** The newest first. */
  list(max: number): Promise<readonly ErasureRow[]>;
  /** With all that was asked for along with it, within the grace. False: it is too late, or there is no such one. */
  cancel(id: string, now: number): Promise<boolean>;
  /** Whose grace is over and who are not gone yet, the oldest first: what belongs to another one before that. */
  due(now: number, max: number): Promise<readonly ErasureRow[]>;
  /** Enters its steps; where they stand already nothing changes. */
  begin(id: string, steps: readonly string[]): Promise<void>;
  steps(id: string): Promise<readonly ErasureStepRow[]>;
  /** One piece of a step, at most so many rows, counted in the same transaction. Gives how many went. */
  erase(ask: ErasePiece): Promise<number>;
  /** How many rows of the table are still the subject's. */
  left(table: ErasureTable, subject: ErasedIds, now: number): Promise<number>;
  /** Rows that went elsewhere than in this database. */
  countRows(step: { readonly erasure: string; readonly place: number; readonly rows: number }): Promise<void>;
  /** The tables, those that others refer to before the others. */
  tableOrder(): Promise<readonly string[]>;
  stepDone(
    step: { readonly erasure: string; readonly place: number; readonly rows?: number },
    now: number,
  ): Promise<void>;
  stepVerified(step: { readonly erasure: string; readonly place: number }, now: number): Promise<void>;
  /** A second look found something: it is to be done again. */
  stepAgain(step: { readonly erasure: string; readonly name: string }): Promise<void>;
  /** Why it cannot go on just now; null: it can. */
  waits(id: string, why: string | null): Promise<void>;
  told(id: string): Promise<void>;
  addFacts(id: string, facts: Readonly<Record<string, string>>): Promise<void>;
  /** Nothing is left of it: its own id goes from this row too, in whose place the deletion's own stands. */
  unname(id: string, receipt: string): Promise<void>;
  /** It is over, in the files as well. */
  finish(id: string, now: number): Promise<void>;
  forget(before: number): Promise<void>;

  /** Why the wallet cannot be closed yet: what is still set aside. */
  heldOf(workspace: string): Promise<Held>;
  /** What is left in a wallet goes as the rule says; what was given away goes back. Nothing the second time. */
  closeWallet(ask: {
    readonly workspace: string;
    readonly rule: LeftoverRule;
    readonly reference: string;
    readonly now: number;
  }): Promise<ClosedWallet>;
  /** What it would come to now. */
  leftoverOf(workspace: string): Promise<ClosedWallet>;
  /** How many rows the law keeps, by table. */
  keptOf(workspace: string): Promise<Readonly<Record<string, number>>>;
  /** The workspaces of which this person is the only owner, that are not being deleted. */
  soleOwnerOf(
    person: string,
  ): Promise<readonly { readonly id: string; readonly name: string; readonly members: number }[]>;
  /** What lies at upstreams of workspaces that are being purged. */
  objectsDue(
    max: number,
  ): Promise<
    readonly { readonly id: string; readonly workspace: string; readonly kind: string; readonly upstream: string }[]
  >;
  /** Is a legal hold on it? */
  isHeld(workspace: string): Promise<boolean>;

  tombstones(): Promise<readonly Tombstone[]>;
  /** Those that are not there yet are added. */
  addTombstones(stones: readonly Tombstone[]): Promise<void>;
  /** Ids of workspaces that are there and not erased. */
  livingWorkspaces(): Promise<readonly string[]>;
  /** Where copies of people's keys were written. */
  keyCopies(): Promise<readonly string[]>;
  addKeyCopy(path: string, now: number): Promise<void>;
  removeKeyCopy(path: string): Promise<void>;
  /** What was deleted is gone from the files too, or from the tables' dead rows. False: somebody still reads them. */
  scrub(): Promise<boolean>;
};

export type LeftoverRule = 'refund' | 'forfeit';

/** Nano-dollars. */
export type ClosedWallet = { readonly refunded: bigint; readonly forfeited: bigint; readonly promo: bigint };

export type ErasedIds = {
  readonly subject: string;
  readonly pseudonym: string;
  /** The keyed hash of a person's address; empty where there is none. */
  readonly address: string;
};

export type ErasePiece = {
  readonly erasure: string;
  readonly place: number;
  readonly table: ErasureTable;
  readonly ids: ErasedIds;
  readonly max: number;
  readonly now: number;
};

export type NewErasure = ErasedIds & {
  readonly kind: ErasedSubject;
  /** A person's pseudonym, a key's id, or `command-line`. */
  readonly askedBy: string;
  /** What it was asked for along with. */
  readonly parent: string | null;
  readonly askedAt: number;
  readonly purgeAt: number;
  readonly dueAt: number;
  readonly facts: Readonly<Record<string, string>>;
};

export type ErasureState = (typeof erasureStates)[number];

export const erasureStates = ['pending', 'purging', 'done', 'cancelled'] as const;

export type ErasureRow = NewErasure & {
  readonly id: string;
  readonly state: ErasureState;
  readonly endedAt: number | null;
  readonly waits: string | null;
  readonly told: boolean;
  /** JSON, once it is done. */
  readonly receipt: string | null;
};

export type ErasureStepRow = {
  readonly place: number;
  readonly name: string;
  readonly rows: number;
  readonly doneAt: number | null;
  readonly verifiedAt: number | null;
};

/** That somebody was deleted: a keyed hash of the id, nobody's name. */
export type Tombstone = { readonly hash: string; readonly kind: ErasedSubject; readonly at: number };
