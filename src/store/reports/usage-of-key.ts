import { amount, whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';

const dayMs = 86_400_000;

/** What has a key used: in all, and since the day, week and month began, UTC? */
export async function usageOfKey(sql: Sql, key: string, now: number) {
  const total = await sql.one(
    `select key_usage.requests, key_usage.charge, key_usage.own_key_cost, coalesce(sum(usage_day.failed), 0) as failed
     from key_usage left join usage_day on usage_day.key = key_usage.key
     where key_usage.key = :key group by key_usage.requests, key_usage.charge, key_usage.own_key_cost`,
    { key },
  );
  const since = async (from: number) => {
    const row = await sql.one(
      `select coalesce(sum(requests), 0) as requests, coalesce(sum(failed), 0) as failed,
         coalesce(sum(charge), 0) as charge, coalesce(sum(own_key_cost), 0) as own_key_cost
       from usage_day where key = :key and day >= :from`,
      { key, from },
    );
    return toSum(row ?? {});
  };
  const today = Math.floor(now / dayMs);
  const date = new Date(now);
  return {
    total: total ? toSum(total) : { requests: 0, failed: 0, charge: 0n, ownKeyCost: 0n },
    day: await since(today),
    week: await since(today - ((date.getUTCDay() + 6) % 7)),
    month: await since(today - (date.getUTCDate() - 1)),
  };
}

function toSum(row: Row) {
  return {
    requests: whole(row, 'requests'),
    failed: whole(row, 'failed'),
    charge: amount(row, 'charge'),
    ownKeyCost: amount(row, 'own_key_cost'),
  };
}
