import { amount, text, whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';
import type { KeySum, KeyUsage } from '../usage-reports.ts';

const dayMs = 86_400_000;
const spans = ['day', 'week', 'month'] as const;
const counts = ['requests', 'failed', 'charge', 'own_key_cost'] as const;

const nothing: KeySum = { requests: 0, failed: 0, charge: 0n, ownKeyCost: 0n };

/** What has each key used: in all, and since the day, week and month began, UTC? */
export async function usageOfKeys(
  sql: Sql,
  keys: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, KeyUsage>> {
  if (keys.length === 0) return new Map();
  const totals = await sql.all('select key, requests, charge, own_key_cost from key_usage where key in (:keys*)', {
    keys,
  });
  const sums = spans.flatMap((span) =>
    counts.map((count) => `coalesce(sum(case when day >= :${span} then ${count} else 0 end), 0) as ${span}_${count}`),
  );
  const days = await sql.all(
    `select key, coalesce(sum(failed), 0) as failed, ${sums.join(', ')} from usage_day where key in (:keys*) group by key`,
    { keys, ...beginnings(now) },
  );
  const dayRows = new Map(days.map((row) => [text(row, 'key'), row]));
  const totalRows = new Map(totals.map((row) => [text(row, 'key'), row]));
  return new Map(keys.map((key) => [key, toUsage(totalRows.get(key), dayRows.get(key))]));
}

/** The days on which they began. */
function beginnings(now: number): Readonly<Record<(typeof spans)[number], number>> {
  const day = Math.floor(now / dayMs);
  const date = new Date(now);
  return { day, week: day - ((date.getUTCDay() + 6) % 7), month: day - (date.getUTCDate() - 1) };
}

function toUsage(total: Row | undefined, days: Row | undefined): KeyUsage {
  const since = (span: (typeof spans)[number]) => (days ? toSum(days, `${span}_`) : nothing);
  return {
    total: total ? toSum({ ...total, failed: days?.failed ?? 0n }, '') : nothing,
    ...{ day: since('day'), week: since('week'), month: since('month') },
  };
}

function toSum(row: Row, of: string): KeySum {
  return {
    requests: whole(row, `${of}requests`),
    failed: whole(row, `${of}failed`),
    charge: amount(row, `${of}charge`),
    ownKeyCost: amount(row, `${of}own_key_cost`),
  };
}
