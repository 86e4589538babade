import { type WindowKind, windowAt } from '#core/allowance/window.ts';
import type { NewId } from '../new-id.ts';
import type { LimitRow, NewLimit } from '../store.ts';
import { announce } from './change-store.ts';
import { eachEndUser, moveEndUsers } from './end-user-rows.ts';
import { amount, flag, text, textOrNull, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';
import { takeBackWarnings } from './warning-rows.ts';

const windows = ['all', 'day', 'week', 'month'] as const satisfies readonly WindowKind[];

/** Makes a limit, or moves the one that there is of its owners, unit, window, model and upstream. */
export async function setLimitRow(sql: Sql, limit: NewLimit, newId: NewId): Promise<LimitRow> {
  await lockOwner(sql, limit);
  const id = limit.window === 'minute' ? await setRate(sql, limit, newId) : await setAllowance(sql, limit, newId);
  await announceLimit(sql, limit, limit.now);
  const row = (await limitRows(sql, limit.workspace)).find((each) => each.id === id);
  if (!row) throw new Error('a limit that was set is gone');
  return row;
}

/** One that is of everybody concerns every caller that is known. */
async function announceLimit(
  sql: Sql,
  { workspace, key, ofAll }: Pick<NewLimit, 'workspace' | 'key' | 'ofAll'>,
  now: number,
): Promise<void> {
  if (ofAll) await announce(sql, 'catalogue', 'all', now);
  else await announce(sql, key === null ? 'workspace' : 'key', key ?? workspace, now);
}

/** Its owner's row is the lock of its limits: of two changes at once, the second finds what the first made. */
async function lockOwner(sql: Sql, { workspace, key }: Pick<NewLimit, 'workspace' | 'key'>): Promise<void> {
  if (key === null) await sql.one(`select id from workspace where id = :workspace ${sql.forUpdate}`, { workspace });
  else await sql.one(`select id from key where id = :key ${sql.forUpdate}`, { key });
}

/** False: there is no such limit in this workspace. */
export async function endLimitRow(
  sql: Sql,
  { id, workspace, now }: { readonly id: string; readonly workspace: string; readonly now: number },
): Promise<boolean> {
  const found = (await limitRows(sql, workspace)).find((each) => each.id === id);
  if (!found) return false;
  const table = found.window === 'minute' ? 'rate' : 'allowance';
  await sql.run(`update ${table} set ended_at = :now where id = :id`, { id, now });
  if (table === 'allowance') await sql.run('update allowance set ended_at = :now where rule = :id', { id, now });
  await announceLimit(sql, found, now);
  return true;
}

/** All limits of a workspace and its keys but the wallet, those of the workspace first. */
export async function limitRows(sql: Sql, workspace: string): Promise<readonly LimitRow[]> {
  const allowances = await sql.all(
    `select id, key, unit, "window", model, upstream, zone, counts, "limit", end_user, of_all
     from allowance
     where workspace = :workspace and rule is null and owner <> 'wallet' and ended_at is null order by key, unit, id`,
    { workspace },
  );
  const rates = await sql.all(
    `select id, key, unit, model, per_minute, burst, end_user from rate
     where workspace = :workspace and ended_at is null order by key, unit, id`,
    { workspace },
  );
  const rows = [...allowances.map(toAllowance), ...rates.map(toRate)].map((row) => ({ ...row, workspace }));
  return [...rows.filter(({ key }) => key === null), ...rows.filter(({ key }) => key !== null)];
}

function toAllowance(row: Row) {
  const counts = word(row, 'counts', ['spent', 'open']);
  return {
    id: text(row, 'id'),
    key: textOrNull(row, 'key'),
    eachEndUser: row.end_user !== null,
    unit: counts === 'open' ? ('concurrency' as const) : word(row, 'unit', ['nano-usd', 'requests']),
    window: word(row, 'window', windows),
    model: textOrNull(row, 'model'),
    upstream: textOrNull(row, 'upstream'),
    ofAll: flag(row, 'of_all'),
    zone: text(row, 'zone'),
    limit: amount(row, 'limit'),
    burst: null,
  };
}

function toRate(row: Row) {
  return {
    id: text(row, 'id'),
    key: textOrNull(row, 'key'),
    eachEndUser: row.end_user !== null,
    unit: word(row, 'unit', ['requests', 'tokens']),
    window: 'minute' as const,
    model: textOrNull(row, 'model'),
    upstream: null,
    ofAll: false,
    zone: 'UTC',
    limit: amount(row, 'per_minute'),
    burst: whole(row, 'burst'),
  };
}

async function setRate(sql: Sql, limit: NewLimit, newId: NewId): Promise<string> {
  const { workspace, key, unit, model } = limit;
  const endUser = limit.eachEndUser ? eachEndUser : null;
  const row = await sql.one(
    `select id from rate where workspace = :workspace and unit = :unit and ended_at is null
       and ${same('key', key)} and ${same('model', model)} and ${same('end_user', endUser)}`,
    { workspace, unit, ...given({ key, model, end_user: endUser }) },
  );
  const id = row ? text(row, 'id') : newId('rate');
  const burst = limit.burst ?? Number(limit.limit);
  if (row) {
    await sql.run('update rate set per_minute = :limit, burst = :burst where id = :id', {
      id,
      limit: limit.limit,
      burst,
    });
  } else {
    await sql.run(
      `insert into rate (id, workspace, key, unit, model, per_minute, burst, end_user)
       values (:id, :workspace, :key, :unit, :model, :limit, :burst, :endUser)`,
      { id, workspace, key, unit, model, limit: limit.limit, burst, endUser },
    );
  }
  return id;
}

async function setAllowance(sql: Sql, limit: NewLimit, newId: NewId): Promise<string> {
  const { workspace, key, model, upstream, zone, now } = limit;
  const ofAll = limit.ofAll ? 1 : 0;
  const endUser = limit.eachEndUser ? eachEndUser : null;
  const window = word({ window: limit.window }, 'window', windows);
  const counts = limit.unit === 'concurrency' ? 'open' : 'spent';
  const unit = limit.unit === 'concurrency' ? 'requests' : limit.unit;
  const row = await sql.one(
    `select id from allowance
     where workspace = :workspace and owner = :owner and unit = :unit and "window" = :window and zone = :zone
       and counts = :counts and ended_at is null and rule is null and ${same('key', key)} and ${same('model', model)}
       and ${same('end_user', endUser)} and ${same('upstream', upstream)} and of_all = :ofAll`,
    {
      ...{ workspace, owner: ownerOf(key), unit, window, zone, counts, ofAll },
      ...given({ key, model, upstream, end_user: endUser }),
    },
  );
  if (row) {
    const id = text(row, 'id');
    await sql.run('update allowance set "limit" = :limit, version = version + 1 where id = :id', {
      id,
      limit: limit.limit,
    });
    await sql.run(
      `update allowance_window set "limit" = :limit,
         lowered_at = case when spent + leased > :limit then :now else lowered_at end
       where allowance = :id and "window" = :window`,
      { id, limit: limit.limit, now, window: windowAt(window, now, zone).id },
    );
    await takeBackWarnings(sql, id);
    await moveEndUsers(sql, id, { limit: limit.limit, now });
    return id;
  }
  const id = newId('alw');
  await sql.run(
    `insert into allowance (id, owner, workspace, key, unit, "window", "limit", model, upstream, zone, counts, end_user,
       of_all)
     values (:id, :owner, :workspace, :key, :unit, :window, :limit, :model, :upstream, :zone, :counts, :endUser, :ofAll)`,
    {
      ...{ id, owner: ownerOf(key), workspace, key, unit, window, limit: limit.limit },
      ...{ model, upstream, zone, counts, endUser, ofAll },
    },
  );
  return id;
}

function ownerOf(key: string | null): 'key' | 'workspace' {
  return key === null ? 'workspace' : 'key';
}

/** A name is compared, an absent one must be absent: `= null` is never true. */
function same(column: string, value: string | null): string {
  return value === null ? `${column} is null` : `${column} = :${column}`;
}

function given(values: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
