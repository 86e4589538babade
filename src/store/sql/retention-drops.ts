import { timeDigits } from '../new-id.ts';
import { text, whole } from './read-row.ts';
import type { Sql } from './sql.ts';

/** What a row that went was called, and when it was recorded. */
export type Dropped = { readonly name: string; readonly at: number };

const hourMs = 3_600_000;

/** @param workspace the column that names it. */
const isHeld = (workspace: string) =>
  `exists (select 1 from legal_hold where legal_hold.workspace = ${workspace} and legal_hold.ended_at is null)`;

/** Ids sort by their time of birth, so the primary key finds the old ones; what ended since stays. */
export async function dropUsageLog(sql: Sql, cutoff: number, max: number): Promise<readonly Dropped[]> {
  const rows = await sql.all(
    `select id, ended_at from generation where id < :bound and ended_at < :cutoff and not ${isHeld('generation.workspace')}
     order by id limit :max`,
    { bound: `gen-${timeDigits(cutoff)}`, cutoff, max },
  );
  const ids = rows.map((row) => text(row, 'id'));
  if (ids.length > 0) await sql.run('delete from generation where id in (:ids*)', { ids });
  return rows.map((row) => ({ name: text(row, 'id'), at: whole(row, 'ended_at') }));
}

const workspacesMax = 50;

/** Some workspaces a step. The names are found by leaps through the primary key, not by a walk over the hours. */
export async function dropUsageHours(sql: Sql, cutoff: number): Promise<readonly Dropped[]> {
  const hour = Math.floor(cutoff / hourMs);
  const found = await sql.all(
    `with recursive each (workspace) as (
       select min(workspace) from usage_hour
       union all
       select (select min(usage_hour.workspace) from usage_hour where usage_hour.workspace > each.workspace)
       from each where each.workspace is not null
     )
     select workspace from each where workspace is not null and not ${isHeld('each.workspace')}
       and exists (select 1 from usage_hour where usage_hour.workspace = each.workspace and usage_hour.hour < :hour)
     order by workspace limit ${workspacesMax}`,
    { hour },
  );
  const dropped: Dropped[] = [];
  for (const row of found) dropped.push(...(await dropHoursOf(sql, text(row, 'workspace'), hour)));
  return dropped;
}

async function dropHoursOf(sql: Sql, workspace: string, hour: number): Promise<readonly Dropped[]> {
  const of = { workspace, hour };
  const rows = await sql.all(
    'select hour, key, model, endpoint from usage_hour where workspace = :workspace and hour < :hour',
    of,
  );
  await sql.run('delete from usage_hour where workspace = :workspace and hour < :hour', of);
  // Their sums by the day; a cutoff is a midnight.
  await sql.run('delete from usage_day where workspace = :workspace and day < :day', {
    workspace,
    day: Math.floor(hour / 24),
  });
  return rows.map((row) => ({
    name: [workspace, whole(row, 'hour'), text(row, 'key'), text(row, 'model'), text(row, 'endpoint')].join(' '),
    at: whole(row, 'hour') * hourMs,
  }));
}

/** They name nobody. While a workspace is held back its receipts may need them. */
export async function dropReceiptBatches(sql: Sql, cutoff: number, max: number): Promise<readonly Dropped[]> {
  const rows = await sql.all(
    `select id, at from receipt_batch where id < :bound and at < :cutoff and not exists (select 1 from legal_hold where ended_at is null)
     order by id limit :max`,
    { bound: `rb_${timeDigits(cutoff)}`, cutoff, max },
  );
  const ids = rows.map((row) => text(row, 'id'));
  if (ids.length > 0) await sql.run('delete from receipt_batch where id in (:ids*)', { ids });
  return rows.map((row) => ({ name: text(row, 'id'), at: whole(row, 'at') }));
}
