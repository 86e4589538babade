import type { DatabaseSync } from 'node:sqlite';
import type { Usage, UsageSource } from '#core/generation/usage.ts';
import type { LossAccount } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import { prepareHot } from './hot-statement.ts';
import { mediaColumns } from './media-columns.ts';

/** The money's own row of one generation. */
export type NewSettlement = {
  readonly generation: string;
  readonly wallet: string | null;
  readonly lease: string | null;
  readonly priceVersion: string | null;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly hold: Nano;
  /** Set on released ones: what it would have cost by our own count. */
  readonly estimate: Nano | null;
  readonly charge: Nano;
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

export function makeSettlementRows(db: DatabaseSync) {
  const add = prepareHot(
    db,
    `insert into settlement (generation, wallet, lease, price_version, input, cached_input, cache_write_5m,
       cache_write_1h, output, reasoning,
       audio_input, audio_output, audio_seconds, images, usage_source, hold, estimate, charge, payable, state, transfer, ended_at)
     values (:generation, :wallet, :lease, :price_version, :input, :cached_input, :cache_write_5m,
       :cache_write_1h, :output, :reasoning,
       :audio_input, :audio_output, :audio_seconds, :images, :usage_source, :hold, :estimate, :charge, :payable, :state, :transfer, :ended_at)
     on conflict (generation) do nothing`,
  );
  const addLoss = db.prepare(
    `insert into settlement_loss (generation, account, amount, transfer)
     values (:generation, :account, :amount, :transfer)`,
  );
  return {
    /** False: it was settled before. */
    add(row: NewSettlement): boolean {
      const { usage } = row;
      const changes = add({
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
        payable: row.payable,
        state: row.state,
        transfer: row.transfer,
        ended_at: Math.round(row.endedAt),
      });
      return changes === 1;
    },
    addLoss(row: NewLoss): void {
      addLoss.run(row);
    },
  };
}
