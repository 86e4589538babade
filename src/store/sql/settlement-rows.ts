import type { Usage, UsageSource } from '#core/generation/usage.ts';
import type { LossAccount } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import { mediaColumns, mediaNames } from './media-columns.ts';
import { text } from './read-row.ts';
import { Overtaken, type Sql } from './sql.ts';

/** The money's own row of one generation. */
export type NewSettlement = {
  readonly generation: string;
  readonly wallet: string | null;
  readonly lease: string | null;
  /** Paid from what was set aside for it, and from no lease. */
  readonly operation?: string | undefined;
  readonly priceVersion: string | null;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly hold: Nano;
  /** Set on released ones: what it would have cost by our own count. */
  readonly estimate: Nano | null;
  readonly charge: Nano;
  /** What of the charge is owed to `payee`. */
  readonly cost: Nano;
  readonly payee: string | null;
  readonly payable: Nano;
  readonly state: 'settled' | 'released';
  readonly transfer: string | null;
  readonly endedAt: number;
};

export type NewLoss = {
  readonly generation: string;
  readonly account: LossAccount;
  readonly amount: Nano;
  readonly transfer: string;
};

const settlements = {
  table: 'settlement',
  columns: [
    ...['generation', 'wallet', 'lease', 'price_version', 'input', 'cached_input', 'cache_write_5m', 'cache_write_1h'],
    ...['output', 'reasoning'],
    ...mediaNames,
    ...[
      'usage_source',
      'hold',
      'estimate',
      'charge',
      'cost',
      'payee',
      'payable',
      'state',
      'transfer',
      'ended_at',
      'operation',
    ],
  ],
  otherwise: 'on conflict (generation) do nothing',
  returning: 'generation',
} as const;

const lost = { table: 'settlement_loss', columns: ['generation', 'account', 'amount', 'transfer'] } as const;

/** Those of these generations that were settled before. */
export async function findSettled(sql: Sql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql.all('select generation from settlement where generation in (:ids*)', { ids });
  return new Set(rows.map((row) => text(row, 'generation')));
}

/** Nobody settled one of them since `findSettled`, or the transaction begins again and finds it. */
export async function addSettlements(sql: Sql, rows: readonly NewSettlement[]): Promise<void> {
  const added = await sql.insert(settlements, rows.map(toColumns));
  if (added.length < rows.length) throw new Overtaken('a generation was settled by somebody else');
}

export async function addLosses(sql: Sql, rows: readonly NewLoss[]): Promise<void> {
  await sql.insert(lost, rows);
}

function toColumns(row: NewSettlement) {
  const { usage } = row;
  return {
    generation: row.generation,
    wallet: row.wallet,
    lease: row.lease,
    price_version: row.priceVersion,
    input: usage.input,
    cached_input: usage.cachedInput,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning,
    ...mediaColumns(usage),
    usage_source: row.usageSource,
    hold: row.hold,
    estimate: row.estimate,
    charge: row.charge,
    cost: row.cost,
    payee: row.payee,
    payable: row.payable,
    state: row.state,
    transfer: row.transfer,
    ended_at: Math.round(row.endedAt),
    operation: row.operation ?? null,
  };
}
