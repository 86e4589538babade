import { parseDecimal } from '#core/money/nano.ts';
import type { WalletRuleConfig } from './config.ts';
import type { FileSettings } from './file-schema.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];

export function toWalletRule(written: NonNullable<FileSettings['wallet_rule']>): WalletRuleConfig {
  // The schema judged them.
  const exact = (value: string | number, places: number) => parseDecimal(String(value), places) ?? 0n;
  return {
    ...{ rpc: written.rpc, chainId: written.chain_id, token: written.token, decimals: written.decimals ?? 18 },
    microRequestsPerToken: exact(written.requests_per_token, 6),
    nanoPerToken: exact(written.usd_per_token, 9),
    requestsMax: BigInt(written.requests_max ?? 1_000_000),
    nanoMax: exact(written.usd_max ?? '10000', 9),
    refreshMs: (written.refresh_minutes ?? 60) * minuteMs,
    staleMs: (written.stale_hours ?? 24) * hourMs,
  };
}
