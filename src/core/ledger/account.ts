/** Usage is priced and held in USD alone, in nano-dollars; other currencies come in and go out through `fx:` accounts. */
export type Currency = 'USD';

/** What customers have prepaid and not used: a liability, named by the wallet's random id alone. */
export function walletAccount(wallet: string): string {
  return `wallet:${wallet}`;
}

export const revenueAccount = 'revenue';

/** Money that came in by hand, against no payment provider. */
export const manualClearingAccount = 'clearing:manual';

/** What we owe to those who answered, for what no customer pays. */
export const upstreamsPayableAccount = 'payable:upstreams';
