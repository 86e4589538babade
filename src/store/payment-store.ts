import type { Nano } from '#core/money/nano.ts';

/**
 * Money that comes in over a payment provider. What the provider says is kept as a fact, and what follows from the facts is
 * booked in the same transaction: an event that comes twice, late or in another order changes nothing that is right.
 */
export type PaymentStore = {
  begin(payment: NewPayment): Promise<PaymentRow>;
  /** What the provider calls it. */
  name(id: string, names: { readonly session?: string; readonly intent?: string }, now: number): Promise<void>;
  payment(id: string): Promise<PaymentRow | undefined>;
  paymentOfIntent(intent: string): Promise<PaymentRow | undefined>;
  /** The newest first. */
  paymentsOf(workspace: string, limit: number): Promise<readonly PaymentRow[]>;
  /** False: this event was taken before. */
  take(event: PaymentEvent, fact: PaymentFact | undefined, now: number): Promise<boolean>;
  invoices(workspace: string | undefined): Promise<readonly InvoiceRow[]>;
  invoice(number: number): Promise<InvoiceRow | undefined>;
  customer(workspace: string): Promise<CustomerRow | undefined>;
  setCustomer(row: CustomerRow & { readonly workspace: string; readonly now: number }): Promise<void>;
  /** Workspaces that said to be topped up, with what their wallets have. */
  topUps(): Promise<readonly TopUpRow[]>;
  /**
   * Begins a top-up, or gives the one that is to be asked for again. What is decided is decided by what is true while nobody
   * else decides for this workspace: its row is locked. Undefined: nothing is to be paid now.
   */
  beginTopUp(
    ask: { readonly workspace: string; readonly since: number; readonly now: number },
    decide: (state: TopUpState) => TopUpDecision,
  ): Promise<(PaymentRow & { readonly customer: string; readonly method: string }) | undefined>;
  /** Books what was told of payments and could not be booked then: money that lay in a batch comes back. Gives how many. */
  bookRest(now: number): Promise<number>;
  /** Payments that were told when their workspace was deleted, the newest first: what was credited to nobody. */
  late(): Promise<readonly LatePayment[]>;
};

/** `owed`: what of it has not gone back yet. `at`: when something was told of it last. */
export type LatePayment = {
  readonly id: string;
  readonly workspace: string;
  readonly amount: Nano;
  readonly owed: Nano;
  readonly at: number;
};

export type NewPayment = {
  readonly workspace: string;
  readonly kind: 'checkout' | 'auto';
  readonly provider: 'stripe';
  readonly amount: Nano;
  readonly now: number;
};

export type PaymentRow = Omit<NewPayment, 'now'> & {
  readonly id: string;
  readonly session: string | null;
  readonly intent: string | null;
  readonly state: 'open' | 'paid' | 'failed' | 'expired';
  readonly refunded: Nano;
  readonly createdAt: number;
};

export type PaymentEvent = { readonly id: string; readonly kind: string };

/** What the provider says of one payment. Amounts are totals, so that saying them again changes nothing. */
export type PaymentFact =
  | { readonly kind: 'paid'; readonly payment: string; readonly intent: string | undefined }
  | { readonly kind: 'failed' | 'expired'; readonly payment: string }
  | { readonly kind: 'refunded'; readonly payment: string; readonly total: Nano }
  | {
      readonly kind: 'dispute';
      readonly payment: string;
      readonly dispute: string;
      readonly amount: Nano;
      readonly state: 'open' | 'won' | 'lost';
    };

export type InvoiceRow = {
  readonly number: number;
  readonly kind: 'invoice' | 'credit-note';
  readonly workspace: string;
  readonly payment: string;
  readonly amount: Nano;
  readonly at: number;
};

export type CustomerRow = { readonly customer: string; readonly method: string | null };

export type TopUpRow = {
  readonly workspace: string;
  readonly setting: string;
  readonly balance: Nano;
};

export type TopUpState = {
  readonly balance: Nano;
  /** Of what was begun without its owner since the instant asked for, what moved or may have moved. */
  readonly sum: Nano;
  /** How those went, the newest first. */
  readonly states: readonly PaymentRow['state'][];
  readonly lastAt: number;
  /** The newest of which nobody knows yet what became of it. */
  readonly open: { readonly begunAt: number; readonly askedAt: number } | undefined;
};

/** `again`: the open one, under its own name. */
export type TopUpDecision = 'wait' | 'again' | { readonly add: Nano };

/** Credit that is given away, by hand or by code, and what two people book. */
export type PromoStore = {
  /** False: there is no such workspace. */
  grant(grant: NewPromo): Promise<{ readonly id: string }>;
  promos(workspace: string): Promise<readonly PromoRow[]>;
  /** Takes back what was not used in time; what gateways hold of it is taken when it returns. Gives the workspaces. */
  expire(now: number): Promise<readonly string[]>;
  addCodes(codes: readonly NewCode[]): Promise<void>;
  /** Undefined: no such code, or it was used, or it expired. Whoever is second gets nothing. */
  redeem(use: {
    readonly hash: string;
    readonly workspace: string;
    readonly now: number;
  }): Promise<{ readonly amount: Nano; readonly expiresAt: number | null } | undefined>;
  propose(adjustment: NewAdjustment): Promise<AdjustmentRow>;
  confirm(confirm: { readonly id: string; readonly by: string; readonly now: number }): Promise<ConfirmResult>;
  adjustments(): Promise<readonly AdjustmentRow[]>;
};

export type NewPromo = {
  readonly workspace: string;
  readonly amount: Nano;
  readonly expiresAt: number;
  /** A closed word. */
  readonly source: string;
  readonly now: number;
};

export type PromoRow = {
  readonly id: string;
  readonly amount: Nano;
  readonly used: Nano;
  readonly returned: Nano;
  readonly expiresAt: number;
  readonly source: string;
  readonly endedAt: number | null;
};

export type NewCode = {
  /** Hex of HMAC-SHA256(pepper, code). */
  readonly hash: string;
  readonly amount: Nano;
  /** Days after its use for which the credit lasts; null: for good. */
  readonly promoDays: number | null;
  readonly expiresAt: number;
  readonly now: number;
};

export type NewAdjustment = {
  readonly workspace: string;
  /** The other side's account. */
  readonly other: string;
  /** Above zero: the wallet gets it. */
  readonly amount: Nano;
  readonly reason: string;
  /** The id of a key. */
  readonly by: string;
  readonly now: number;
};

export type AdjustmentRow = Omit<NewAdjustment, 'now'> & {
  readonly id: string;
  readonly proposedAt: number;
  readonly confirmedBy: string | null;
};

export type ConfirmResult =
  | { readonly kind: 'confirmed'; readonly adjustment: AdjustmentRow }
  | { readonly kind: 'unknown' | 'same-person' | 'done' | 'too-much' };
