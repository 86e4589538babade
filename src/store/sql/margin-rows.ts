import type { MarginRow } from '../book-store.ts';
import type { GenerationRow } from '../store.ts';
import { amount, text, whole } from './read-row.ts';
import type { NewSettlement } from './settlement-rows.ts';
import type { Sql } from './sql.ts';

const dayMs = 86_400_000;

const sums = {
  table: 'margin_day',
  columns: ['day', 'endpoint', 'requests', 'charge', 'cost'],
  otherwise: `on conflict (day, endpoint) do update set requests = margin_day.requests + excluded.requests,
    charge = margin_day.charge + excluded.charge, cost = margin_day.cost + excluded.cost`,
} as const;

/** Adds what was settled to the days of its endpoints, in the transaction that posts it. */
export async function addMargins(
  sql: Sql,
  generations: readonly GenerationRow[],
  settlements: readonly NewSettlement[],
): Promise<void> {
  const settled = new Map(settlements.map((row) => [row.generation, row]));
  const byEndpoint = new Map<
    string,
    { day: number; endpoint: string; requests: number; charge: bigint; cost: bigint }
  >();
  for (const { generation, endpoint, at } of generations) {
    const row = settled.get(generation);
    if (endpoint === null || endpoint === undefined || row?.state !== 'settled') continue;
    const day = Math.floor(at / dayMs);
    const key = `${day} ${endpoint}`;
    const sum = byEndpoint.get(key) ?? { day, endpoint, requests: 0, charge: 0n, cost: 0n };
    byEndpoint.set(key, sum);
    sum.requests += 1;
    sum.charge += row.payable;
    sum.cost += row.cost;
  }
  // Everybody takes the rows in one order, so that nobody waits for who waits for them.
  await sql.insert(
    sums,
    [...byEndpoint].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
  );
}

/** By day and endpoint, in that order. */
export async function marginsOf(
  sql: Sql,
  { fromDay, untilDay }: { readonly fromDay: number; readonly untilDay: number },
): Promise<readonly MarginRow[]> {
  const rows = await sql.all(
    `select day, endpoint, requests, charge, cost from margin_day
     where day >= :fromDay and day < :untilDay order by day, endpoint`,
    { fromDay, untilDay },
  );
  return rows.map((row) => ({
    day: whole(row, 'day'),
    endpoint: text(row, 'endpoint'),
    requests: whole(row, 'requests'),
    charge: amount(row, 'charge'),
    cost: amount(row, 'cost'),
  }));
}
