/** A generation's record, as far as it is judged; `explain` tells it. */
export type Explained = {
  readonly attempts: readonly { readonly endpoint: string; readonly status: number; readonly verdict: string }[];
  readonly usage: { readonly input: number; readonly cached_input: number; readonly output: number };
  readonly usage_source: string;
  readonly price_version: string | null;
  readonly hold_usd: string;
  readonly charge_usd: string;
  readonly end_reason: string;
};

/** Dollars with nine places. */
export function toNano(usd: string): bigint {
  return BigInt(usd.replace('.', ''));
}
