import type { Nano } from '#core/money/nano.ts';
import { type Currency, kindOfAccount } from './account.ts';

/** What moves money, one word for each reason. A correction is a transfer of its own, never a change of another. */
export const transferKinds = [
  /** Generations of one wallet. */
  'charge',
  /** Money or promo credit that came in. */
  'credit',
  /** What the operator bears. */
  'loss',
  /** A part of one settlement, or of a payment, that goes back. */
  'refund',
  /** Promo credit that was not used in time. */
  'expiry',
  /** What two people decided by hand. */
  'adjustment',
  /** A payment that its bank took back, or gave again. */
  'dispute',
  /** Set aside for what ends later; and what is left of it then. */
  'hold',
  'release',
  /** Between a clearing account and a bank, or a payable account and who is paid. */
  'payout',
  /** What a payment provider keeps. */
  'fee',
  /** One side of a change of currency. */
  'exchange',
] as const;

export type TransferKind = (typeof transferKinds)[number];

/** One side of a transfer. A credit is positive, a debit negative. */
export type Entry = { readonly account: string; readonly currency: Currency; readonly amount: Nano };

/** A balanced set of entries in one currency; `amount` is the sum of its credits. */
export type Transfer = {
  readonly kind: TransferKind;
  readonly currency: Currency;
  readonly amount: Nano;
  readonly entries: readonly Entry[];
};

/** Throws unless the entries balance: what does not cannot be booked by anybody. */
export function transfer(kind: TransferKind, entries: readonly Entry[]): Transfer {
  const currency = entries[0]?.currency;
  if (currency === undefined || entries.length < 2) throw new Error('a transfer has two sides');
  if (entries.some((entry) => entry.currency !== currency)) throw new Error('a transfer has one currency');
  if (entries.some(({ account }) => kindOfAccount(account) === undefined)) throw new Error('an entry names an account');
  if (entries.some(({ amount }) => amount === 0n)) throw new Error('an entry moves something');
  if (new Set(entries.map(({ account }) => account)).size < entries.length) {
    throw new Error('an account stands in a transfer once');
  }
  const sum = entries.reduce((total, { amount }) => total + amount, 0n);
  if (sum !== 0n) throw new Error(`a transfer balances: this one is ${sum} off`);
  const credits = entries.reduce((total, { amount }) => (amount > 0n ? total + amount : total), 0n);
  return { kind, currency, amount: credits, entries };
}
