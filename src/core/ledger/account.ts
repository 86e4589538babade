/** What an account is for. Its id is `<kind>` or `<kind>:<whose>`. */
export const accountKinds = ['wallet', 'revenue', 'clearing', 'payable', 'loss', 'fx'] as const;

export type AccountKind = (typeof accountKinds)[number];

/** Usage is priced and held in USD alone; other currencies come in and go out through `fx:` accounts. */
export const currencies = { USD: { exponent: 9 } } as const satisfies Record<string, { readonly exponent: number }>;

export type Currency = keyof typeof currencies;

/** What customers have prepaid and not used: a liability, named by the wallet's random id alone. */
export function walletAccount(wallet: string): string {
  return `wallet:${wallet}`;
}

export const revenueAccount = 'revenue';

/** Money that came in by hand, against no payment provider. */
export const manualClearingAccount = 'clearing:manual';

/** What we owe to those who answered, for what no customer pays. */
export const upstreamsPayableAccount = 'payable:upstreams';
