import { text, whole } from '../sql/read-row.ts';
import type { Sql } from '../sql/sql.ts';
import { dropRestriction } from './restriction-rows.ts';
import type { EndUserErased } from './rights-store.ts';

type Asked = { readonly workspace: string; readonly endUser: string; readonly now: number };

/**
 * All that is kept of one end user goes: its limits with what is used and was set aside of them, its rates, its restriction. Its
 * requests about privacy go on counting, and name nobody.
 */
export async function eraseEndUser(sql: Sql, asked: Asked): Promise<EndUserErased | 'busy'> {
  const { workspace, endUser, now } = asked;
  const whose = { workspace, endUser };
  const rows = await sql.all(
    `select id from allowance where workspace = :workspace and end_user = :endUser order by id ${sql.forUpdate}`,
    whose,
  );
  const allowances = rows.map((row) => text(row, 'id'));
  if (await isHeld(sql, allowances)) return 'busy';
  const went: Record<string, number> = {};
  const note = (table: string, count: number) => {
    if (count > 0) went[table] = count;
  };
  for (const table of ['allowance_warning', 'lease', 'allowance_window']) {
    note(table, await drop(sql, `delete from ${table} where allowance in (:allowances*)`, allowances));
  }
  note('allowance', await drop(sql, 'delete from allowance where id in (:allowances*)', allowances));
  note(
    'rate_state',
    await sql.run(
      `delete from rate_state where exists (select 1 from rate
         where rate.workspace = :workspace and rate_state.rate = rate.id || '/' || :endUser)`,
      whose,
    ),
  );
  const restriction = { kind: 'end-user', subject: endUser, workspace, activity: 'all' } as const;
  note('restriction', (await dropRestriction(sql, restriction, now)) ? 1 : 0);
  note('privacy_case', await forgetCases(sql, asked));
  return went;
}

/** What is set aside for a request that runs is counted when it is over, and must have its row until then. */
async function isHeld(sql: Sql, allowances: readonly string[]): Promise<boolean> {
  if (allowances.length === 0) return false;
  const row = await sql.one(
    `select count(*) as held from allowance_window where allowance in (:allowances*)
       and (leased > 0 or exists (select 1 from lease where lease.allowance = allowance_window.allowance
         and lease."window" = allowance_window."window" and lease.state = 'open'))`,
    { allowances },
  );
  return whole(row ?? {}, 'held') > 0;
}

async function drop(sql: Sql, statement: string, allowances: readonly string[]): Promise<number> {
  return allowances.length === 0 ? 0 : await sql.run(statement, { allowances });
}

async function forgetCases(sql: Sql, { workspace, endUser, now }: Asked): Promise<number> {
  return await sql.run(
    `update privacy_case set end_user = null, sealed = null, seal_key = null, facts = '{}',
       closed_at = coalesce(closed_at, :now), outcome = coalesce(outcome, 'answered')
     where workspace = :workspace and end_user = :endUser`,
    { workspace, endUser, now },
  );
}
