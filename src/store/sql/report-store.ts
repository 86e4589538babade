import type { WindowKind } from '#core/allowance/window.ts';
import type { ReportStore, UsageAsk, UsageSum } from '../usage-reports.ts';
import { amount, text, whole } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';
import { usageCounts } from './usage-rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What people ask about usage: sums of its hours, never a walk through the usage log. */
export function makeReportStore(db: Database): ReportStore {
  return {
    usageOfKey: (key, now) => usageOfKey(db, key, now),
    usage: (ask) => usageBy(db, ask),
  };
}

async function usageOfKey(sql: Sql, key: string, now: number) {
  const total = await sql.one(
    `select key_usage.requests, key_usage.charge, key_usage.own_key_cost, coalesce(sum(usage_hour.failed), 0) as failed
     from key_usage left join usage_hour on usage_hour.key = key_usage.key
     where key_usage.key = :key group by key_usage.requests, key_usage.charge, key_usage.own_key_cost`,
    { key },
  );
  const since = async (window: Exclude<WindowKind, 'all'>) => {
    const from = startOf(window, now) / hourMs;
    const row = await sql.one(
      `select coalesce(sum(requests), 0) as requests, coalesce(sum(failed), 0) as failed,
         coalesce(sum(charge), 0) as charge, coalesce(sum(own_key_cost), 0) as own_key_cost
       from usage_hour where key = :key and hour >= :from`,
      { key, from },
    );
    return toSum(row ?? {});
  };
  return {
    total: total ? toSum(total) : { requests: 0, failed: 0, charge: 0n, ownKeyCost: 0n },
    day: await since('day'),
    week: await since('week'),
    month: await since('month'),
  };
}

/** The first instant of a window of UTC: core/allowance/window.ts says when it ends. */
function startOf(kind: Exclude<WindowKind, 'all'>, now: number): number {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const today = new Date(midnight);
  switch (kind) {
    case 'day':
      return midnight;
    case 'week':
      return midnight - ((today.getUTCDay() + 6) % 7) * dayMs;
    case 'month':
      return midnight - (today.getUTCDate() - 1) * dayMs;
  }
}

function toSum(row: Row) {
  return {
    requests: whole(row, 'requests'),
    failed: whole(row, 'failed'),
    charge: amount(row, 'charge'),
    ownKeyCost: amount(row, 'own_key_cost'),
  };
}

const groupings = {
  hour: 'usage_hour.hour',
  day: 'usage_hour.hour / 24',
  workspace: 'usage_hour.workspace',
  key: 'usage_hour.key',
  model: 'usage_hour.model',
  endpoint: 'usage_hour.endpoint',
} as const satisfies Record<UsageAsk['by'][number], string>;

const rowsMax = 100_000;

async function usageBy(sql: Sql, { workspace, key, by, fromHour, untilHour }: UsageAsk): Promise<readonly UsageSum[]> {
  const columns = by.map((name) => `${groupings[name]} as by_${name}`);
  const sums = usageCounts.map((count) => `coalesce(sum(${count}), 0) as ${count}`);
  const grouped = by.map((name) => groupings[name]);
  const where = [
    'hour >= :fromHour and hour < :untilHour',
    ...(workspace === undefined ? [] : ['workspace = :workspace']),
    ...(key === undefined ? [] : ['key = :key']),
  ];
  const rows = await sql.all(
    `select ${[...columns, ...sums].join(', ')} from usage_hour where ${where.join(' and ')}
     ${grouped.length === 0 ? '' : `group by ${grouped.join(', ')} order by ${grouped.join(', ')}`} limit ${rowsMax}`,
    {
      fromHour,
      untilHour,
      ...(workspace === undefined ? {} : { workspace }),
      ...(key === undefined ? {} : { key }),
    },
  );
  return rows.map((row) => toUsageSum(row, by));
}

function toUsageSum(row: Row, by: UsageAsk['by']): UsageSum {
  const words = (name: 'workspace' | 'key' | 'model' | 'endpoint') =>
    by.includes(name) ? { [name]: text(row, `by_${name}`) } : {};
  const numbers = (name: 'hour' | 'day') => (by.includes(name) ? { [name]: whole(row, `by_${name}`) } : {});
  return {
    ...numbers('hour'),
    ...numbers('day'),
    ...words('workspace'),
    ...words('key'),
    ...words('model'),
    ...words('endpoint'),
    requests: whole(row, 'requests'),
    failed: whole(row, 'failed'),
    input: whole(row, 'input'),
    cachedInput: whole(row, 'cached_input'),
    cacheWrite5m: whole(row, 'cache_write_5m'),
    cacheWrite1h: whole(row, 'cache_write_1h'),
    output: whole(row, 'output'),
    reasoning: whole(row, 'reasoning'),
    audioInput: whole(row, 'audio_input'),
    audioOutput: whole(row, 'audio_output'),
    audioSeconds: whole(row, 'audio_seconds'),
    images: whole(row, 'images'),
    charge: amount(row, 'charge'),
    ownKeyCost: amount(row, 'own_key_cost'),
  };
}
