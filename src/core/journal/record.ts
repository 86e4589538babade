import type { DroppableField } from '#core/generation/dropped.ts';
import type { EndReason } from '#core/generation/end-reason.ts';
import type { Usage, UsageSource } from '#core/generation/usage.ts';

/**
 * What a gateway writes down of each generation: ids, numbers and closed words only. Amounts are decimal strings of
 * nano-USD (or of whole requests), since a journal record is JSON.
 */
export type JournalRecord = BeginRecord | ProgressRecord | EndRecord;

/** What one generation takes from one allowance. */
export type LeaseUse = { readonly lease: string; readonly amount: string };

/** Written before the first byte goes upstream. */
export type BeginRecord = {
  readonly kind: 'begin';
  readonly generation: string;
  readonly at: number;
  readonly workspace: string;
  readonly key: string;
  readonly model: string;
  readonly surface: string;
  /** The whole hold, a part per lease; the wallet's first. */
  readonly holds: readonly LeaseUse[];
  /** The money of the hold, nano-USD: an upper bound of what the generation can cost anybody. */
  readonly hold: string;
  /** What the input alone can cost at most, nano-USD. */
  readonly inputCharge: string;
};

/** Written for streams, each second or 1,000 output tokens. */
export type ProgressRecord = {
  readonly kind: 'progress';
  readonly generation: string;
  /** What it would cost had it ended now, nano-USD, by our own count. */
  readonly estimate: string;
  /** What is held by now, where that grows; nano-USD. */
  readonly hold?: string | undefined;
};

/** Written before the caller gets its terminal bytes. */
export type EndRecord = {
  readonly kind: 'end';
  readonly generation: string;
  readonly startedAt: number;
  readonly at: number;
  readonly workspace: string;
  readonly key: string;
  readonly model: string;
  readonly surface: string;
  readonly stream: boolean;
  /** HTTP status that the caller got; 0 when it left before any. */
  readonly status: number;
  readonly endReason: EndReason;
  /** The fault's word when the generation did not end well. */
  readonly fault: string | null;
  /** The endpoint that answered, or null. */
  readonly endpoint: string | null;
  readonly priceVersion: string | null;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly disputed: boolean;
  readonly hold: string;
  /** What the customer pays, nano-USD; never above the hold. */
  readonly charge: string;
  /** What of the charge is owed to who answered, nano-USD, and to whom: `provider:<upstream>`, `seller:<seller>`. Absent: nothing, nobody. */
  readonly cost?: string | undefined;
  readonly payee?: string | undefined;
  /** What each allowance loses; the wallet's first. Leases of the hold that lose nothing stand with "0". */
  readonly uses: readonly LeaseUse[];
  /** What the operator bears, by ledger account (`loss:overrun` …), nano-USD. */
  readonly losses: readonly { readonly account: LossAccount; readonly amount: string }[];
  readonly attempts: readonly AttemptRecord[];
  /** `by`, on the first alone: the strategy. */
  readonly plan: readonly {
    readonly endpoint: string;
    readonly why: string;
    readonly by?: string | undefined;
    /** Asked with this key of the workspace itself. */
    readonly ownKey?: string | undefined;
  }[];
  readonly excluded: readonly { readonly endpoint: string; readonly why: string }[];
  /** The dialect spoken with the endpoint that answered; another than the surface's was a translation. */
  readonly upstreamProtocol: string | null;
  /** What the translation left out, in closed words. */
  readonly dropped: readonly DroppableField[];
  /** Splices that were made to the caller's bytes, by name. */
  readonly splices: readonly string[];
  /** Milliseconds from the caller's first byte to its first content; null when there was none. */
  readonly firstContentMs: number | null;
  readonly clampedTo: number | null;
  /** The workspace's own key that answered: what its provider is likely to have asked, nano-USD; `charge` is our fee. */
  readonly ownKey?: { readonly id: string; readonly upstreamCost: string } | undefined;
  /** Set by the journal alone: `plan` or `excluded` were cut to the space that was reserved. */
  readonly trimmed?: true;
};

export type AttemptRecord = {
  readonly endpoint: string;
  readonly provider: string;
  readonly region: string;
  /** The upstream's HTTP status; 0 when there was none. */
  readonly status: number;
  readonly verdict: string;
  readonly ms: number;
  /** Asked with this key of the workspace itself. */
  readonly ownKey?: string | undefined;
};

export const lossAccounts = [
  'loss:unknown',
  'loss:abandoned',
  'loss:overrun',
  'loss:late',
  'loss:upstream',
  'loss:hedge',
] as const;

export type LossAccount = (typeof lossAccounts)[number];
