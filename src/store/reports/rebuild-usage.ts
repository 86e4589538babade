import { endReasons } from '#core/generation/end-reason.ts';
import { whole } from '../sql/read-row.ts';
import type { Database, Sql } from '../sql/sql.ts';
import { isFailure, usageCounts } from '../sql/usage-rows.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const dayHours = 24;

const failures = endReasons
  .filter(isFailure)
  .map((reason) => `'${reason}'`)
  .join(', ');
const columns = `workspace, hour, key, model, endpoint, ${usageCounts.join(', ')}`;
const sums = usageCounts.map((count) => {
  if (count === 'requests') return 'count(*)';
  if (count === 'failed') return `sum(case when end_reason in (${failures}) then 1 else 0 end)`;
  if (count === 'own_key_cost') return 'sum(coalesce(upstream_cost, 0))';
  return count === 'charge' ? 'sum(payable)' : `sum(${count})`;
});

/** The hours of a day as its records add up to. */
const fromRecords = `select workspace, ended_at / ${hourMs} as hour, key, model, coalesce(endpoint, '') as endpoint,
    ${sums.map((sum, index) => `${sum} as ${usageCounts[index]}`).join(', ')}
  from generation where ended_at >= :fromMs and ended_at < :untilMs
  group by workspace, ended_at / ${hourMs}, key, model, coalesce(endpoint, '')`;
const kept = `select ${columns} from usage_hour where hour >= :fromHour and hour < :untilHour`;

const dayColumns = `workspace, day, key, model, endpoint, ${usageCounts.join(', ')}`;
const fromHours = `select workspace, hour / ${dayHours} as day, key, model, endpoint,
    ${usageCounts.map((count) => `sum(${count}) as ${count}`).join(', ')}
  from usage_hour where hour >= :fromHour and hour < :untilHour
  group by workspace, hour / ${dayHours}, key, model, endpoint`;
const keptDays = `select ${dayColumns} from usage_day where day = :day`;

/**
 * Days of which every record is there. The usage log loses its oldest days, and of the one that is going a part may be gone:
 * where sums are older than the log, its first day is no measure of them.
 */
export async function recordedDays(sql: Sql): Promise<readonly number[]> {
  const row = await sql.one(
    `select (select min(ended_at) / ${dayMs} from generation) as first, (select max(ended_at) / ${dayMs} from generation) as last,
       (select min(day) from usage_day) as kept`,
  );
  if (!row || row.first === null) return [];
  const first = whole(row, 'first');
  const from = row.kept !== null && whole(row, 'kept') < first ? first + 1 : first;
  return Array.from({ length: Math.max(0, whole(row, 'last') - from + 1) }, (_, index) => from + index);
}

export async function checkUsage(sql: Sql, day: number) {
  const count = async (statement: string, values: Readonly<Record<string, number>>) =>
    whole((await sql.one(`select count(*) as count from (${statement}) as counted`, values)) ?? {}, 'count');
  const span = spanOf(day);
  const hours = { fromHour: span.fromHour, untilHour: span.untilHour };
  const of = { ...hours, day };
  return {
    sums: await count(kept, hours),
    differing:
      (await count(`${difference(fromRecords, kept)}`, span)) +
      (await count(`${difference(kept, fromRecords)}`, span)) +
      (await count(`${difference(fromHours, keptDays)}`, of)) +
      (await count(`${difference(keptDays, fromHours)}`, of)),
  };
}

/** Hour by hour, so that nobody waits long; then the day. Nobody posts meanwhile: what came in between would be counted twice. */
export async function rebuildUsage(db: Database, day: number): Promise<void> {
  for (let hour = day * dayHours; hour < (day + 1) * dayHours; hour += 1) {
    await alone(db, async (sql) => {
      await sql.run('delete from usage_hour where hour = :hour', { hour });
      const span = { fromMs: hour * hourMs, untilMs: (hour + 1) * hourMs };
      await sql.run(`insert into usage_hour (${columns}) ${fromRecords}`, span);
    });
  }
  const { fromHour, untilHour } = spanOf(day);
  await alone(db, async (sql) => {
    await sql.run('delete from usage_day where day = :day', { day });
    await sql.run(`insert into usage_day (${dayColumns}) ${fromHours}`, { fromHour, untilHour });
  });
}

function alone(db: Database, work: (sql: Sql) => Promise<void>): Promise<void> {
  return db.transaction(async (sql) => {
    if (sql.forUpdate !== '') await sql.run('lock table usage_hour, usage_day in exclusive mode');
    await work(sql);
  });
}

function difference(a: string, b: string): string {
  return `select * from (${a}) as a except select * from (${b}) as b`;
}

function spanOf(day: number) {
  return {
    fromMs: day * dayMs,
    untilMs: (day + 1) * dayMs,
    fromHour: day * dayHours,
    untilHour: (day + 1) * dayHours,
  };
}
