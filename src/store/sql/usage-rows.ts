import type { EndReason } from '#core/generation/end-reason.ts';
import type { Nano } from '#core/money/nano.ts';
import type { GenerationRow } from '../store.ts';
import { countKeyHours } from './key-activity.ts';
import { mediaColumns, mediaNames } from './media-columns.ts';
import type { Sql } from './sql.ts';

export const usageCounts = [
  ...['requests', 'failed', 'input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
  ...mediaNames,
  'charge',
  'own_key_cost',
] as const;

const place = ['workspace', 'hour', 'key', 'model', 'endpoint'] as const;

const hours = addingUp('usage_hour', place, usageCounts);
const dayPlace = ['workspace', 'day', 'key', 'model', 'endpoint'] as const;
const days = addingUp('usage_day', dayPlace, usageCounts);
const keys = addingUp('key_usage', ['key'], ['requests', 'charge', 'own_key_cost']);

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Adds what ended to the hours and keys that it belongs to, in the transaction that posts it. */
export async function addUsage(sql: Sql, generations: readonly GenerationRow[]): Promise<void> {
  const byHour = new Map<string, Record<string, string | number | bigint>>();
  const byDay = new Map<string, Record<string, string | number | bigint>>();
  const byKey = new Map<string, { key: string; requests: number; charge: Nano; own_key_cost: Nano }>();
  for (const row of generations) {
    const counted = toCounts(row);
    addTo(byHour, place, { ...counted });
    addTo(byDay, dayPlace, { ...counted, day: Math.floor(row.at / dayMs) });
    const key = byKey.get(row.key) ?? { key: row.key, requests: 0, charge: 0n, own_key_cost: 0n };
    byKey.set(row.key, {
      ...key,
      requests: key.requests + 1,
      charge: key.charge + BigInt(row.payable),
      own_key_cost: key.own_key_cost + BigInt(row.ownKey?.upstreamCost ?? 0),
    });
  }
  // Everybody takes the rows in one order, so that nobody waits for who waits for them.
  await sql.insert(hours, inOrder(byHour));
  await sql.insert(days, inOrder(byDay));
  await sql.insert(keys, inOrder(byKey));
  await countKeyHours(sql, generations);
}

function addTo(
  sums: Map<string, Record<string, string | number | bigint>>,
  columns: readonly string[],
  counted: Record<string, string | number | bigint>,
): void {
  const id = columns.map((column) => counted[column]).join('\0');
  const sum = sums.get(id);
  if (sum) for (const count of usageCounts) sum[count] = sumOf(sum[count], counted[count]);
  else sums.set(id, counted);
}

function toCounts(row: GenerationRow): Record<string, string | number | bigint> {
  const { usage } = row;
  return {
    workspace: row.workspace,
    hour: Math.floor(row.at / hourMs),
    key: row.key,
    model: row.model,
    endpoint: row.endpoint ?? '',
    requests: 1,
    failed: isFailure(row.endReason) ? 1 : 0,
    input: usage.input,
    cached_input: usage.cachedInput,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning,
    ...mediaColumns(usage),
    charge: BigInt(row.payable),
    own_key_cost: BigInt(row.ownKey?.upstreamCost ?? 0),
  };
}

/** Others broke it; what callers asked for wrongly, or left, is no failure. */
export function isFailure(end: EndReason): boolean {
  switch (end) {
    case 'failed':
    case 'timed_out':
    case 'upstream_cut':
    case 'stalled':
    case 'drained':
    case 'crashed':
      return true;
    case 'completed':
    case 'length':
    case 'wallet_empty':
    case 'filtered':
    case 'refused':
    case 'caller_left':
      return false;
  }
}

function sumOf(a: string | number | bigint | undefined, b: string | number | bigint | undefined): number | bigint {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  return Number(a) + Number(b);
}

function inOrder<Row>(rows: ReadonlyMap<string, Row>): readonly Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function addingUp(table: string, key: readonly string[], counts: readonly string[]) {
  const sums = counts.map((count) => `${count} = ${table}.${count} + excluded.${count}`);
  return {
    table,
    columns: [...key, ...counts],
    otherwise: `on conflict (${key.join(', ')}) do update set ${sums.join(', ')}`,
  };
}
