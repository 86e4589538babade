import type { Nano } from '#core/money/nano.ts';

/** How many daily requests and dollars a token is worth. */
export type WalletRule = {
  /** Places of the token: 18 of most. */
  readonly decimals: number;
  /** Millionths of a request a day for each whole token. */
  readonly microRequestsPerToken: bigint;
  /** Nano-dollars a day for each whole token. */
  readonly nanoPerToken: Nano;
  /** No wallet gets more. */
  readonly requestsMax: bigint;
  readonly nanoMax: Nano;
};

/** What a balance in the token's smallest units is worth a day: rounded down, and never more than the rule's most. */
export function backedBy(balance: bigint, rule: WalletRule): { readonly requests: bigint; readonly nano: Nano } {
  const whole = 10n ** BigInt(rule.decimals);
  const requests = (balance * rule.microRequestsPerToken) / (whole * 1_000_000n);
  const nano = (balance * rule.nanoPerToken) / whole;
  return {
    requests: requests < rule.requestsMax ? requests : rule.requestsMax,
    nano: nano < rule.nanoMax ? nano : rule.nanoMax,
  };
}
