import { leftOutOf } from '../rights/left-out.ts';
import { amount, whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';
import { usageCounts } from '../sql/usage-rows.ts';
import { reportRowsMax, type UsageAsk, type UsageCounts, type UsageQuestion, type UsageSum } from '../usage-reports.ts';
import { byDay } from './by-day.ts';
import { byEndpoint } from './by-endpoint.ts';
import { byHour } from './by-hour.ts';
import { byKey } from './by-key.ts';
import { byModel } from './by-model.ts';
import { byProvider } from './by-provider.ts';
import { byTag } from './by-tag.ts';
import { byWorkspace } from './by-workspace.ts';
import type { ReportQuestion } from './report-question.ts';

const questions: Readonly<Record<UsageQuestion, ReportQuestion>> = {
  hour: byHour,
  day: byDay,
  workspace: byWorkspace,
  key: byKey,
  tag: byTag,
  model: byModel,
  endpoint: byEndpoint,
  provider: byProvider,
};

const dayHours = 24;

/** Usage by any of the questions together: sums of hours or days, never a walk through the usage log. */
export async function usageBy(sql: Sql, ask: UsageAsk): Promise<readonly UsageSum[]> {
  const rows = await sql.all(statementOf(ask), {
    ...spanOf(ask),
    ...(ask.workspace === undefined ? {} : { workspace: ask.workspace }),
    ...(ask.key === undefined ? {} : { key: ask.key }),
  });
  const named = ask.by.some((name) => questions[name].names !== undefined);
  return named ? await foldNames(sql, rows, ask) : rows.map((row) => ({ ...placeOf(row, ask), ...countsOf(row) }));
}

/** Days are enough where nobody asks for hours, and the span is whole days. */
function unitOf({ by, fromHour, untilHour }: UsageAsk): 'hour' | 'day' {
  return by.includes('hour') || fromHour % dayHours !== 0 || untilHour % dayHours !== 0 ? 'hour' : 'day';
}

function spanOf(ask: UsageAsk): { readonly from: number; readonly until: number } {
  const { fromHour, untilHour } = ask;
  return unitOf(ask) === 'hour'
    ? { from: fromHour, until: untilHour }
    : { from: fromHour / dayHours, until: untilHour / dayHours };
}

function statementOf(ask: UsageAsk): string {
  const unit = unitOf(ask);
  const grouped = ask.by.map((name) => questions[name].column(unit));
  const columns = ask.by.map((name, index) => `${grouped[index]} as by_${name}`);
  const sums = usageCounts.map((count) => `coalesce(sum(usage.${count}), 0) as ${count}`);
  const where = [
    `usage.${unit} >= :from and usage.${unit} < :until`,
    // Whoever looks at its own usage sees it; nobody else's look finds what is to be left alone.
    ask.workspace === undefined ? `usage.workspace not in ${leftOutOf('explain')}` : 'usage.workspace = :workspace',
    ...(ask.key === undefined ? [] : ['usage.key = :key']),
  ];
  const places = [...new Set(grouped)].join(', ');
  return `select ${[...columns, ...sums].join(', ')} from usage_${unit} as usage where ${where.join(' and ')}
    ${places === '' ? '' : `group by ${places} order by ${places}`} limit ${reportRowsMax + 1}`;
}

function placeOf(row: Row, { by }: UsageAsk): Readonly<Record<string, string | number>> {
  return Object.fromEntries(by.map((name) => [name, questions[name].read(row, `by_${name}`)]));
}

/** Rows that go under other names are added up again: under each of them. */
async function foldNames(sql: Sql, rows: readonly Row[], ask: UsageAsk): Promise<readonly UsageSum[]> {
  const namers = await Promise.all(ask.by.map(async (name) => await questions[name].names?.(sql, ask)));
  const sums = new Map<string, UsageSum>();
  for (const row of rows) {
    const place = placeOf(row, ask);
    let places: readonly Readonly<Record<string, string | number>>[] = [{}];
    ask.by.forEach((name, index) => {
      const value = place[name] ?? '';
      const names = namers[index]?.(value) ?? [value];
      places = places.flatMap((each) => names.map((one) => ({ ...each, [name]: one })));
    });
    for (const each of places) {
      const id = JSON.stringify(Object.values(each));
      const known = sums.get(id);
      sums.set(id, known ? { ...each, ...plus(known, countsOf(row)) } : { ...each, ...countsOf(row) });
    }
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

function plus(a: UsageCounts, b: UsageCounts): UsageCounts {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    audioInput: a.audioInput + b.audioInput,
    audioOutput: a.audioOutput + b.audioOutput,
    audioSeconds: a.audioSeconds + b.audioSeconds,
    images: a.images + b.images,
    charge: a.charge + b.charge,
    ownKeyCost: a.ownKeyCost + b.ownKeyCost,
  };
}

function countsOf(row: Row): UsageCounts {
  return {
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
