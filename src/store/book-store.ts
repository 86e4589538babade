import type { AccountKind } from '#core/ledger/account.ts';
import type { TransferKind } from '#core/ledger/transfer.ts';
import type { Nano } from '#core/money/nano.ts';
import type { BillLine } from '#core/money/provider-bill.ts';

/** The books as people read them, and the transfers that people make. Amounts are in the account's own scale. */
export type BookStore = {
  /** In the order of their ids. */
  accounts(kind?: AccountKind): Promise<readonly AccountRow[]>;
  /** The newest first; `before`: of entries older than this sequence. Undefined: there is no such account. */
  statement(ask: StatementAsk): Promise<readonly StatementRow[] | undefined>;
  /** Of each kind and currency: what stands on either side. */
  trialBalance(): Promise<readonly TrialRow[]>;
  /** The money's own row of a generation, with what went back. */
  settlement(generation: string): Promise<SettlementRow | undefined>;
  /** Gives back a part of a settlement; undefined: all that is left of it. */
  refund(ask: RefundAsk): Promise<RefundResult>;
  /** What has no end yet, with the instant at which something last moved there. */
  unresolved(): Promise<readonly Unresolved[]>;
  keepReconciliation(kept: KeptReconciliation): Promise<void>;
  lastReconciliation(): Promise<KeptReconciliation | undefined>;
  /** What a provider says it is owed, by day and its own names of models. */
  keepBill(bill: {
    readonly upstream: string;
    readonly lines: readonly BillLine[];
    readonly now: number;
  }): Promise<void>;
  billed(span: BillSpan): Promise<readonly BilledRow[]>;
  /** What we say it is owed. */
  /** What endpoints brought and cost, by day; the second day is not included. */
  margins(span: { readonly fromDay: number; readonly untilDay: number }): Promise<readonly MarginRow[]>;
  costs(span: BillSpan): Promise<readonly CostRow[]>;
};

export type Unresolved = { readonly what: string; readonly amount: bigint; readonly since: number };

type KeptReconciliation = {
  /** Since 1970, UTC. */
  readonly day: number;
  readonly at: number;
  readonly ok: boolean;
  /** JSON of ids, numbers and our own sentences. */
  readonly report: string;
};

/** Days since 1970, the second one not included. */
type BillSpan = { readonly upstream: string; readonly fromDay: number; readonly untilDay: number };

export type BilledRow = BillLine;

export type CostRow = {
  readonly day: number;
  readonly endpoint: string;
  readonly requests: number;
  readonly input: number;
  readonly output: number;
  readonly cost: Nano;
};

export type AccountRow = {
  readonly id: string;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly exponent: number;
  readonly balance: bigint;
};

export type StatementAsk = {
  readonly account: string;
  readonly from: number;
  readonly until: number;
  readonly before: number | undefined;
  readonly limit: number;
};

export type StatementRow = {
  readonly sequence: number;
  readonly at: number;
  readonly transfer: string;
  readonly kind: TransferKind;
  readonly reference: string | null;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
};

export type TrialRow = {
  readonly kind: AccountKind;
  readonly currency: string;
  readonly accounts: number;
  /** The sum of balances below zero, as a positive number, and of those above. */
  readonly debit: bigint;
  readonly credit: bigint;
};

export type SettlementRow = {
  readonly generation: string;
  readonly wallet: string | null;
  readonly charge: Nano;
  readonly payable: Nano;
  readonly cost: Nano;
  readonly payee: string | null;
  readonly transfer: string | null;
  readonly refunded: Nano;
  readonly state: 'settled' | 'released';
};

export type RefundAsk = {
  readonly generation: string;
  readonly amount: Nano | undefined;
  /** A closed word: the books are never erased. */
  readonly reason: string;
  readonly now: number;
};

export type RefundResult =
  | { readonly kind: 'refunded'; readonly transfer: string; readonly amount: Nano; readonly left: Nano }
  | { readonly kind: 'unknown' }
  /** Nothing was paid, or all of it went back, or less is left than was asked for. */
  | { readonly kind: 'too-much'; readonly left: Nano };

/** One day of one endpoint. */
export type MarginRow = {
  readonly day: number;
  readonly endpoint: string;
  readonly requests: number;
  /** What customers paid. */
  readonly charge: Nano;
  /** What is owed for it to who answered. */
  readonly cost: Nano;
};
