import { endUserAllowance, endUsersMax, otherEndUsers, ruleOf } from '#core/allowance/end-user.ts';
import { windowAt } from '#core/allowance/window.ts';
import type { GrantAsk } from '../store.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

/** The end user of a rule's own row: it stands for each of them. */
export const eachEndUser = '*';

/**
 * The rows that these wants are of: an end user's is made when it is first needed, and with ten thousand of them alive in a
 * workspace whoever comes new shares one row with the others. The asked name of each row, by the row's id.
 */
export async function openEndUsers(
  sql: Sql,
  wants: readonly GrantAsk[],
): Promise<{ readonly wants: readonly GrantAsk[]; readonly askedAs: ReadonlyMap<string, string> }> {
  const askedAs = new Map<string, string>();
  const opened: GrantAsk[] = [];
  // One after the other, in order of id: that is the order in which everybody takes locks.
  for (const want of wants) {
    const rule = ruleOf(want.allowance);
    const allowance = rule === undefined ? want.allowance : await openEndUser(sql, rule, want.allowance);
    askedAs.set(allowance, want.allowance);
    opened.push(allowance === want.allowance ? want : { ...want, allowance });
  }
  return { wants: opened, askedAs };
}

async function openEndUser(sql: Sql, rule: string, id: string): Promise<string> {
  if (await hasAllowance(sql, id)) return id;
  const ruleRow = await sql.one(
    `select id, workspace, unit, "window", "limit", model, zone, counts from allowance
     where id = :rule and end_user = '${eachEndUser}' and ended_at is null ${sql.forUpdate}`,
    { rule },
  );
  // Nothing is free of a rule that is none any more.
  if (!ruleRow) return id;
  const isFull = (await countEndUsers(sql, text(ruleRow, 'workspace'))) >= endUsersMax;
  const endUser = isFull ? otherEndUsers : id.slice(rule.length + 1);
  await addEndUser(sql, ruleRow, endUser);
  return endUserAllowance(rule, endUser);
}

async function hasAllowance(sql: Sql, id: string): Promise<boolean> {
  return (await sql.one(`select id from allowance where id = :id ${sql.forShare}`, { id })) !== undefined;
}

async function countEndUsers(sql: Sql, workspace: string): Promise<number> {
  const row = await sql.one(
    'select count(*) as count from allowance where workspace = :workspace and key is null and rule is not null',
    { workspace },
  );
  return whole(row ?? {}, 'count');
}

async function addEndUser(sql: Sql, rule: Row, endUser: string): Promise<void> {
  await sql.run(
    `insert into allowance (id, owner, workspace, unit, "window", "limit", model, zone, counts, rule, end_user)
     values (:id, 'workspace', :workspace, :unit, :window, :limit, :model, :zone, :counts, :rule, :endUser)
     on conflict (id) do nothing`,
    {
      id: endUserAllowance(text(rule, 'id'), endUser),
      workspace: text(rule, 'workspace'),
      unit: text(rule, 'unit'),
      window: text(rule, 'window'),
      limit: amount(rule, 'limit'),
      model: textOrNull(rule, 'model'),
      zone: text(rule, 'zone'),
      counts: text(rule, 'counts'),
      rule: text(rule, 'id'),
      endUser,
    },
  );
}

/** A rule that moved moves for everybody; what is used of it stays used. */
export async function moveEndUsers(sql: Sql, rule: string, { limit, now }: { limit: bigint; now: number }) {
  await sql.run('update allowance set "limit" = :limit, version = version + 1 where rule = :rule', { rule, limit });
  await sql.run(
    `update allowance_window set "limit" = :limit,
       lowered_at = case when spent + leased > :limit then :now else lowered_at end
     where allowance in (select id from allowance where rule = :rule)`,
    { rule, limit, now },
  );
}

/**
 * What end users had in windows that are over goes, with the leases of it, and so does what nobody uses: then a row says
 * nothing that its absence would not. What is leased stays until it came back.
 */
export async function dropEndUsers(sql: Sql, now: number): Promise<number> {
  const rules = await sql.all(
    `select id, "window", zone, ended_at from allowance where end_user = '${eachEndUser}'
     and exists (select 1 from allowance each where each.rule = allowance.id)`,
  );
  await sql.run(`delete from rate_state where at < :old and rate like '%/%'`, { old: now - rateKeptMs });
  let dropped = 0;
  for (const rule of rules) {
    const kind = word(rule, 'window', ['all', 'day', 'week', 'month']);
    const window = rule.ended_at === null ? windowAt(kind, now, text(rule, 'zone')).id : '';
    dropped += await dropOf(sql, text(rule, 'id'), window);
  }
  return dropped;
}

async function dropOf(sql: Sql, rule: string, window: string): Promise<number> {
  const rows = await sql.all(
    `select allowance_window.allowance, allowance_window."window" from allowance_window
     where allowance_window.allowance in (select id from allowance where rule = :rule) and allowance_window.leased = 0
       and (allowance_window."window" <> :window or allowance_window.spent = 0)
       and not exists (select 1 from lease where lease.allowance = allowance_window.allowance
         and lease."window" = allowance_window."window" and lease.state = 'open')
     order by allowance_window.allowance limit ${dropsMax} ${sql.forUpdate}`,
    { rule, window },
  );
  for (const row of rows) {
    const at = { allowance: text(row, 'allowance'), window: text(row, 'window') };
    await sql.run('delete from lease where allowance = :allowance and "window" = :window', at);
    await sql.run('delete from allowance_window where allowance = :allowance and "window" = :window', at);
  }
  return await sql.run(
    `delete from allowance where rule = :rule
     and not exists (select 1 from allowance_window where allowance_window.allowance = allowance.id)`,
    { rule },
  );
}

/** A rate that nobody took from for so long is whole again: the command that sets it sees to that. */
const rateKeptMs = 3_600_000;

/** Of each rule in one step: the rest goes with the next one. */
const dropsMax = 1_000;
