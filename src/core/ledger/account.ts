/** Usage is priced and held in USD alone, in nano-dollars; other currencies come in and go out through `fx:` accounts. */
export type Currency = string;

/** What an account is for. The part of its id before the first `:` says it. */
export const accountKinds = [
  /** What a customer has prepaid and not used: we owe it. */
  'wallet',
  /** What is ours of what customers paid: the margin, fees, what our own hosts answered. */
  'revenue',
  /** What we owe to who answered: `payable:provider:<upstream>`, `payable:seller:<seller>`. */
  'payable',
  /** Credit that was given away, until it is used or expires. */
  'promo',
  /** Money on its way: what a payment provider has and we do not yet, what an operator says came in. */
  'clearing',
  /** What customers got back. */
  'refund',
  /** What belongs to a tax office. */
  'tax',
  /** Where one currency ends and another begins. */
  'fx',
  /** Set aside for what ends later than its request: `hold:<operation>`. */
  'hold',
  /** What nobody pays us: by why. */
  'loss',
  /** What we pay and no customer asked for: fees of payment providers. */
  'expense',
] as const;

export type AccountKind = (typeof accountKinds)[number];

/** The scale of a currency's amounts: 10 to the minus this. A nano-dollar is 10⁻⁹. */
export function exponentOf(currency: Currency): number {
  return currency === 'USD' ? 9 : (minorUnits[currency] ?? 2);
}

/** Where a currency's smallest coin is no hundredth. */
const minorUnits: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  CLP: 0,
  KWD: 3,
  BHD: 3,
  JOD: 3,
  USDC: 6,
};

/** Undefined: no account may be named so. */
export function kindOfAccount(id: string): AccountKind | undefined {
  const kind = accountKinds.find((each) => id === each || id.startsWith(`${each}:`));
  return kind !== undefined && accountPattern.test(id) ? kind : undefined;
}

/** Ids and closed words: the books are never erased, so nobody's name stands there. */
const accountPattern = /^[a-z]+(:[A-Za-z0-9][A-Za-z0-9._@-]{0,63}){0,2}$/;

/** An account that is made when the first entry names it; a wallet's is made with its workspace. */
export function isMadeOnUse(id: string): boolean {
  const kind = kindOfAccount(id);
  return kind !== undefined && kind !== 'wallet' && kind !== 'loss';
}

/** What customers have prepaid and not used, named by the wallet's random id alone. */
export function walletAccount(wallet: string): string {
  return `wallet:${wallet}`;
}

export const revenueAccount = 'revenue';

export const refundAccount = 'refund';

/** What is set aside for what ends later than its request. */
export function holdAccount(operation: string): string {
  return `hold:${operation}`;
}

/** Credit that was given away. */
export const promoAccount = 'promo';

/** What the payment provider has of ours, until it pays it out. */
export const stripeClearingAccount = 'clearing:stripe';

/** Money that came in by hand, against no payment provider. */
export const manualClearingAccount = 'clearing:manual';

/** What we owe to those who answered, where nobody knows to whom. */
export const upstreamsPayableAccount = 'payable:upstreams';

/** Could an account be named after it? */
export function isPayeeName(payee: string): boolean {
  return typeof payee === 'string' && kindOfAccount(payableAccount(payee)) === 'payable';
}

/** Who is paid for an answer: `provider:<upstream>`, `seller:<seller>`. */
export function payableAccount(payee: string): string {
  return `payable:${payee}`;
}
