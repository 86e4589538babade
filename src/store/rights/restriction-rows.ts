import { announce } from '../sql/change-store.ts';
import { text, whole, word } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';
import { type KeptRestriction, type Restriction, restrictionKinds } from './rights-store.ts';

const columns = 'kind, subject, workspace, activity, since';

export async function addRestriction(sql: Sql, restriction: Restriction, now: number): Promise<void> {
  const { kind, subject, workspace, activity } = restriction;
  await sql.run(
    `insert into restriction (kind, subject, workspace, activity, since) values (:kind, :subject, :workspace, :activity, :now)
     on conflict (kind, subject, workspace, activity) do nothing`,
    { kind, subject, workspace, activity, now },
  );
  await tellGateways(sql, restriction, now);
}

export async function dropRestriction(sql: Sql, restriction: Restriction, now: number): Promise<boolean> {
  const { kind, subject, workspace, activity } = restriction;
  const gone = await sql.run(
    `delete from restriction where kind = :kind and subject = :subject and workspace = :workspace and activity = :activity`,
    { kind, subject, workspace, activity },
  );
  if (gone > 0) await tellGateways(sql, restriction, now);
  return gone > 0;
}

export async function restrictionsOf(
  sql: Sql,
  kind: 'person' | 'workspace',
  subject: string,
): Promise<readonly KeptRestriction[]> {
  const rows = await sql.all(
    `select ${columns} from restriction where kind = :kind and subject = :subject order by activity`,
    { kind, subject },
  );
  return rows.map(toRestriction);
}

export async function restrictedEndUsers(sql: Sql, workspace: string): Promise<readonly KeptRestriction[]> {
  const rows = await sql.all(
    `select ${columns} from restriction where workspace = :workspace and kind = 'end-user' order by since, subject limit ${endUsersMax}`,
    { workspace },
  );
  return rows.map(toRestriction);
}

/** More of one workspace than this are no people any more. */
const endUsersMax = 10_000;

/** True: the workspace, or everybody who is in it, asked for nothing but storing. */
export async function isRestricted(sql: Sql, workspace: string): Promise<boolean> {
  const row = await sql.one(
    `select 1 as found where
       exists (select 1 from restriction where kind = 'workspace' and subject = :workspace and activity = 'all')
       or (exists (select 1 from member where workspace = :workspace)
         and not exists (select 1 from member where workspace = :workspace and not exists (
           select 1 from restriction where kind = 'person' and activity = 'all' and subject = member.person)))`,
    { workspace },
  );
  return row !== undefined;
}

/** Cached keys are forgotten: of the workspace, or of all those that the person is in. */
async function tellGateways(sql: Sql, { kind, subject, workspace }: Restriction, now: number): Promise<void> {
  if (kind === 'workspace') return await announce(sql, 'workspace', subject, now);
  if (kind === 'end-user') return await announce(sql, 'workspace', workspace, now);
  const rows = await sql.all('select workspace from member where person = :subject order by workspace', { subject });
  for (const row of rows) await announce(sql, 'workspace', text(row, 'workspace'), now);
}

function toRestriction(row: Row): KeptRestriction {
  return {
    kind: word(row, 'kind', restrictionKinds),
    subject: text(row, 'subject'),
    workspace: text(row, 'workspace'),
    activity: text(row, 'activity'),
    since: whole(row, 'since'),
  };
}
