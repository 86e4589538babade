import type { Rate } from '#core/allowance/rate-state.ts';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import type { AbuseStore } from './abuse-cases.ts';
import type { AcceptanceStore } from './acceptance-store.ts';
import type { AggregateStore } from './aggregate-store.ts';
import type { AgreementStore } from './agreement-store.ts';
import type { AlertStore } from './alert-store.ts';
import type { BookStore } from './book-store.ts';
import type { CaseStore } from './case-store.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { ChangeStore } from './change-feed-store.ts';
import type { DormancyStore } from './dormancy-store.ts';
import type { ErasureStore } from './erasure-store.ts';
import type { GenerationsAsk } from './generations-ask.ts';
import type { HintStore } from './hints.ts';
import type { InspectionStore } from './inspection-store.ts';
import type { KeyPages, KeySecret } from './key-page.ts';
import type { JobStore } from './leading-jobs.ts';
import type { WarningStore } from './limit-warnings.ts';
import type { LinkStore } from './link-store.ts';
import type { AuditStore, InvitationStore, MemberStore } from './members.ts';
import type { ClaimStore } from './named-requests.ts';
import type { NewsStore } from './news-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { ObjectStore } from './object-store.ts';
import type { OperationStore } from './operation-store.ts';
import type { OverrunStore } from './overruns.ts';
import type { OwnKeyRecord, OwnKeyStore } from './own-keys.ts';
import type { PaymentStore, PromoStore } from './payment-store.ts';
import type { RetentionStore } from './retention-store.ts';
import type { RightsStore } from './rights/rights-store.ts';
import type { RateStore } from './shared-rates.ts';
import type { SealReceipts, TrustStore } from './trust-store.ts';
import type { UpstreamStore } from './upstreams.ts';
import type { ReportStore } from './usage-reports.ts';
import type { VisitStore } from './visit-store.ts';

/**
 * The truth: everything Fairlead knows for good, behind one asynchronous interface with an implementation per engine.
 * The only SQL of the product is in this folder. Whoever calls a method gets either its whole effect or none.
 * Instants are epoch milliseconds and come from the caller; amounts are bigint.
 */
export type Store = {
  readonly leases: LeaseStore;
  readonly postings: PostingStore;
  readonly books: BookStore;
  readonly payments: PaymentStore;
  readonly operations: OperationStore;
  readonly promos: PromoStore;
  readonly accounts: AccountStore;
  readonly catalogue: CatalogueStore;
  readonly changes: ChangeStore;
  readonly members: MemberStore;
  readonly invitations: InvitationStore;
  readonly audit: AuditStore;
  readonly objects: ObjectStore;
  readonly hints: HintStore;
  readonly reports: ReportStore;
  readonly alerts: AlertStore;
  readonly acceptances: AcceptanceStore;
  readonly aggregates: AggregateStore;
  readonly agreements: AgreementStore;
  readonly cases: CaseStore;
  readonly links: LinkStore;
  readonly news: NewsStore;
  readonly notices: NoticeStore;
  readonly visits: VisitStore;
  readonly erasures: ErasureStore;
  readonly dormancy: DormancyStore;
  readonly claims: ClaimStore;
  readonly trust: TrustStore;
  readonly ownKeys: OwnKeyStore;
  readonly upstreams: UpstreamStore;
  readonly retention: RetentionStore;
  readonly rights: RightsStore;
  readonly warnings: WarningStore;
  readonly abuse: AbuseStore;
  readonly inspections: InspectionStore;
  readonly overruns: OverrunStore;
  /** Undefined: one keeper has all rates in its memory. */
  readonly rates: RateStore | undefined;
  readonly jobs: JobStore;
  /** Epoch milliseconds by the store's clock, which all trees on one database go by. It costs nothing to ask. */
  now(): number;
  close(): Promise<void>;
};

/** The lease protocol's truth (MONEY §2): every method is one transaction of conditional statements. */
export type LeaseStore = {
  /** Registers an instance, or renews it, as alive until then. Refuses (false) one that was fenced. */
  keepAlive(instance: string, aliveUntil: number): Promise<boolean>;
  /** All of the wants, or none. I1: never makes spent + leased exceed the limit. */
  grant(instance: string, wants: readonly GrantAsk[], now: number): Promise<GrantResult>;
  /** Absolute and idempotent; never below what was posted. `done`: closes the lease once all of it is posted. */
  give(instance: string, lease: string, granted: bigint, done: boolean): Promise<void>;
  /** The living instances, beside this one, whose leases of this window have something left. */
  otherHolders(allowance: string, window: string, instance: string): Promise<readonly string[]>;
  /** Instances that are not closed, with their state. */
  instances(): Promise<readonly InstanceRow[]>;
  /** What end users have in windows that are over goes; returns how many were dropped. */
  dropEndUsers(now: number): Promise<number>;
  /** Only one whose time is over at this instant: false when it renewed in between, or was fenced before. */
  fence(instance: string, now: number): Promise<boolean>;
  /** The journal was read to its end, or its operator gave it up: what is left of its leases returns, they close. */
  release(instance: string, as: 'recovered' | 'forgotten' | 'left'): Promise<void>;
};

export type GrantAsk = {
  readonly allowance: string;
  /** Chosen by the gateway, without `~`. */
  readonly lease: string;
  readonly have: bigint;
  readonly need: bigint;
  readonly wanted: bigint;
  readonly target: bigint;
};

export type GrantResult =
  | { readonly kind: 'granted'; readonly leases: readonly GrantedLease[] }
  | {
      readonly kind: 'short';
      readonly allowance: string;
      readonly window: string;
      readonly free: bigint;
      readonly resetsAt: number | null;
      /** Others were asked for what they hold of it, and may be heard of no sooner. */
      readonly againInMs?: number;
    }
  /** The instance was fenced: it must start anew. */
  | { readonly kind: 'fenced' };

export type GrantedLease = {
  /**
   * The lease that was asked for; when that one's window has ended, another in the window of now, named `<id>~<window>`.
   * What was held against the old one is still posted against the old one.
   */
  readonly lease: string;
  readonly allowance: string;
  readonly window: string;
  readonly granted: bigint;
  readonly endsAt: number | null;
  readonly tight: boolean;
  /** What the allowance has left beyond all leases after this grant; not below zero. */
  readonly left: bigint;
};

export type InstanceRow = {
  readonly id: string;
  readonly aliveUntil: number;
  readonly state: 'alive' | 'fenced' | 'recovered' | 'forgotten' | 'left';
};

/** Settlements, usage log and ledger (MONEY §6). */
export type PostingStore = {
  /** Posts a batch in one transaction, with its receipts. Records of generations that were settled before change nothing. */
  post(records: readonly EndRecord[], now: number, seal?: SealReceipts): Promise<PostResult>;
  /** Begun and never ended, of a gateway that is gone: the customer pays nothing, the whole hold is `loss:unknown`. */
  postCrashed(
    begun: readonly { readonly begin: BeginRecord; readonly estimate: Nano }[],
    now: number,
    seal?: SealReceipts,
  ): Promise<PostResult>;
  generation(id: string): Promise<GenerationRow | undefined>;
  /** The newest first. */
  generations(ask: GenerationsAsk): Promise<readonly GenerationRow[]>;
  /** Verifies the books in both directions and I1–I3; each problem is a sentence without personal data. */
  check(): Promise<LedgerCheck>;
};

export type PostResult = {
  /** Settled by this call: those that were settled before are not counted. */
  readonly posted: number;
  /** Of these, the ones that no customer pays because their lease could not: an alarm. */
  readonly late: number;
  /** Of the late ones, those that no closed lease explains (more than a lease had left, an unknown lease): a bug of ours. */
  readonly wrong: number;
};

export type LedgerCheck = {
  readonly ok: boolean;
  readonly transfers: number;
  readonly generations: number;
  readonly problems: readonly string[];
};

/** A row of the usage log: the end record as it was, with what was really paid. */
export type GenerationRow = Omit<EndRecord, 'kind' | 'uses' | 'losses'> & {
  readonly payable: string;
  /** Undefined: it has none. */
  readonly receipt?: { readonly batch: string; readonly place: number } | undefined;
};

/** Workspaces, keys, wallets: what people and the command line change. Each change is announced in its own transaction. */
export type AccountStore = KeyPages & {
  /** Makes workspace, wallet and allowance. Name unique, else `taken`. */
  createWorkspace(input: {
    readonly name: string;
    readonly creditNano: Nano;
    /** A person who owns it from its first moment. */
    readonly owner?: string;
    readonly now: number;
  }): Promise<{ readonly id: string; readonly name: string } | 'taken'>;
  workspaces(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** By id or name. */
  workspace(idOrName: string): Promise<{ readonly id: string; readonly name: string } | undefined>;
  createKey(input: NewKey): Promise<{ readonly id: string }>;
  keys(workspace?: string): Promise<readonly KeyRow[]>;
  key(id: string): Promise<KeyRow | undefined>;
  setKeyDisabled(id: string, disabled: boolean, now: number): Promise<KeyRow | undefined>;
  /** Undefined: there is no such key. */
  updateKey(id: string, change: KeyChange): Promise<KeyRow | undefined>;
  /** A new secret; the old one works on until then. */
  rotateKey(secret: NewKeySecret): Promise<KeyRow | 'unknown' | 'too-many'>;
  /** False: there is no such key. */
  cutOldSecrets(id: string, now: number): Promise<boolean>;
  /** The newest first; those that stopped working are there for 90 days. */
  oldSecrets(id: string): Promise<readonly KeySecret[]>;
  forgetSecrets(before: number): Promise<void>;
  /** False: there is no such key. */
  deleteKey(id: string, now: number): Promise<boolean>;
  /** What a gateway must know of a key, with the change sequence at which it was read. */
  callerByHash(hash: string, now: number): Promise<{ readonly sequence: number; readonly found: CallerFound }>;
  /** All limits of a workspace and its keys, but the wallet. */
  limits(workspace: string): Promise<readonly LimitRow[]>;
  /** One of each owner, unit, window, model and upstream: setting it again moves it. */
  setLimit(limit: NewLimit): Promise<LimitRow>;
  /** False: there is no such limit in this workspace. */
  endLimit(limit: { readonly id: string; readonly workspace: string; readonly now: number }): Promise<boolean>;
  credit(input: {
    readonly workspace: string;
    readonly amount: Nano;
    readonly source: string;
    readonly now: number;
  }): Promise<void>;
  wallet(workspace: string): Promise<WalletRow | undefined>;
  /** What was set on a workspace or a key, by name. */
  ownerSettings(owner: string): Promise<Readonly<Record<string, string>>>;
  setOwnerSettings(
    owner: { readonly kind: 'workspace' | 'key'; readonly id: string },
    settings: readonly { readonly name: string; readonly value: string }[],
    now: number,
  ): Promise<void>;
  setting(name: string): Promise<string | undefined>;
  setSetting(name: string, value: string, now: number): Promise<void>;
  /** Sets it unless it is set; returns what it is then. Nobody is told. */
  claimSetting(name: string, value: string, now: number): Promise<string>;
  /** A one-use link: only its hash is stored. */
  createSetupLink(hash: string, expiresAt: number): Promise<void>;
  setupLink(hash: string, now: number): Promise<'open' | 'used' | 'unknown'>;
  /** False: it is not open. Whom it lets in becomes an operator, and owner of this workspace, in the same step. */
  useSetupLink(hash: string, now: number, first?: { person: string; workspace: string | undefined }): Promise<boolean>;
};

export type NewKey = {
  readonly name: string;
  readonly workspace: string;
  /** Hex of HMAC-SHA256(pepper, key). */
  readonly hash: string;
  /** The last four characters of the key, so that people can tell keys apart. */
  readonly hint: string;
  readonly limitNano: Nano | null;
  readonly limitRequests: number | null;
  readonly reset: 'daily' | 'weekly' | 'monthly' | 'never';
  readonly expiresAt: number | null;
  /** Words to add usage up by. */
  readonly tags?: readonly string[] | undefined;
  /** Left out: `inference`. */
  readonly role?: KeyRole | undefined;
  readonly now: number;
};

export type NewKeySecret = Pick<NewKey, 'hash' | 'hint' | 'now'> & { readonly id: string; readonly until: number };

/** `management` keys change keys, and ask no model. */
export type KeyRole = 'inference' | 'management';

/** What is left out stays; null takes a limit away. */
export type KeyChange = Partial<
  Pick<KeyRow, 'name' | 'tags' | 'disabled' | 'limitNano' | 'limitRequests' | 'reset' | 'expiresAt'>
> & { readonly now: number };

export type KeyRow = {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly disabled: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly limitNano: Nano | null;
  readonly limitRequests: number | null;
  readonly reset: 'daily' | 'weekly' | 'monthly' | 'never';
  readonly role: KeyRole;
  readonly hint: string;
  readonly tags: readonly string[];
  readonly changedAt: number | null;
};

export type CallerFound =
  | {
      readonly state: 'known';
      readonly key: string;
      readonly workspace: string;
      readonly wallet: string;
      readonly role: KeyRole;
      readonly expiresAt: number | null;
      /** The wallet's first. */
      readonly allowances: readonly StoredAllowance[];
      /** What each end user may use. */
      readonly endUserRules: readonly StoredAllowance[];
      readonly rates: readonly StoredRate[];
      readonly settings: Readonly<Record<string, string>>;
      /** That this key may use, sealed. */
      readonly ownKeys: readonly OwnKeyRecord[];
      /** In this hour since 1970 it pays for the input of what it abandons; null: it does not. */
      readonly paysAbandonedIn: number | null;
      /** That cost more than was held for them, again and again: nothing is asked there. */
      readonly stoppedEndpoints: readonly string[];
      /** Nothing is processed for it, but its rights. */
      readonly isRestricted: boolean;
      /** Pseudonyms of end users for whom nothing is processed. */
      readonly restrictedEndUsers: readonly string[];
      /** A window in which its requests are sealed for two persons of the operator; null: there is none. */
      readonly inspection: OpenInspection | null;
    }
  | { readonly state: 'unknown' | 'disabled' | 'expired' };

/** With the public key gateways seal, and open nothing. */
export type OpenInspection = {
  readonly id: string;
  readonly publicKey: string;
  readonly endsAt: number;
  readonly requestsMax: number;
};

export type StoredAllowance = {
  readonly id: string;
  readonly of: 'wallet' | 'key' | 'workspace' | 'end user' | 'operator';
  readonly unit: 'nano-usd' | 'requests';
  readonly window: 'all' | 'day' | 'week' | 'month';
  readonly limit: bigint;
  /** Only requests for this model count; null: all. */
  readonly model: string | null;
  /** Only what this upstream answers counts; null: all. */
  readonly upstream: string | null;
  /** `open`: what runs at once. */
  readonly counts: 'spent' | 'open';
};

export type StoredRate = Rate & {
  readonly id: string;
  readonly of: 'key' | 'workspace' | 'end user';
  readonly model: string | null;
};

/** What may be used by a workspace, one of its keys, or each of its end users. */
export type NewLimit = {
  readonly workspace: string;
  readonly key: string | null;
  readonly eachEndUser: boolean;
  readonly unit: 'nano-usd' | 'requests' | 'tokens' | 'concurrency';
  /** `minute`: a rate. */
  readonly window: 'minute' | 'all' | 'day' | 'week' | 'month';
  readonly model: string | null;
  /** Of what one upstream answers; never of a rate or of end users. */
  readonly upstream: string | null;
  /** Of every workspace together, and the operator's: `workspace` is where it stands. Always of one upstream. */
  readonly ofAll: boolean;
  /** Whose midnights count. */
  readonly zone: string;
  readonly limit: bigint;
  /** Of a rate: how much at once; null: as much as in a minute. */
  readonly burst: number | null;
  readonly now: number;
};

export type LimitRow = Omit<NewLimit, 'now'> & { readonly id: string };

export type WalletRow = {
  readonly wallet: string;
  /** Posted credits − posted debits. */
  readonly balance: Nano;
  readonly spent: Nano;
  /** Σ over open leases of (granted − posted); open holds are a part of it. */
  readonly leased: Nano;
};
