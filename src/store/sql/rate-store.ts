import { type RateState, returnToRate, takeOfRate } from '#core/allowance/rate-state.ts';
import type { RateStore } from '../shared-rates.ts';
import { whole } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

/** What several keepers share of the rates: a row is the lock of its rate. */
export function makeRateStore(db: Database): RateStore {
  return {
    take: (id, rate, ask) =>
      db.transaction(async (sql) => {
        const taken = takeOfRate(rate, await lockState(sql, id), ask);
        await setState(sql, id, taken.state);
        return taken;
      }),
    giveBack: (id, rate, back) =>
      db.transaction(async (sql) => {
        await setState(sql, id, returnToRate(rate, await lockState(sql, id), back));
      }),
  };
}

async function lockState(sql: Sql, id: string): Promise<RateState | undefined> {
  await sql.run('insert into rate_state (rate, level, at) values (:id, 0, -1) on conflict (rate) do nothing', { id });
  const row = await sql.one(`select level, at from rate_state where rate = :id ${sql.forUpdate}`, { id });
  const at = row ? whole(row, 'at') : -1;
  return row && at >= 0 ? { level: whole(row, 'level'), at } : undefined;
}

async function setState(sql: Sql, id: string, { level, at }: RateState): Promise<void> {
  await sql.run('update rate_state set level = :level, at = :at where rate = :id', { id, level, at });
}
