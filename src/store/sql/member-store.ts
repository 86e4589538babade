import type { Member, MemberChange, MemberStore, Membership, NewMember, WorkspaceOverview } from '../members.ts';
import { announce } from './change-store.ts';
import { text, whole } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

export function makeMemberStore(db: Database): MemberStore {
  return {
    workspacesOf: (person) => workspacesOf(db, person),
    operatorRolesOf: (person) => operatorRolesOf(db, person),
    addMember: (member) => db.transaction((sql) => addMember(sql, member)),
    addOperatorRole: (given) => addOperatorRole(db, given),
    membersOf: (workspace) => membersOf(db, workspace),
    changeRole: ({ workspace, person, role, invitedBy, now }) =>
      db.transaction(async (sql) => {
        const refused = await judge(sql, { workspace, person, staysOwner: role === 'owner' });
        if (refused) return refused;
        await setRole(sql, { workspace, person, role });
        await announce(sql, 'workspace', workspace, now);
        await takeBackInvitations(sql, { workspace, invitedBy });
        return 'done';
      }),
    removeMember: ({ workspace, person, invitedBy, now }) =>
      db.transaction(async (sql) => {
        const refused = await judge(sql, { workspace, person, staysOwner: false });
        if (refused) return refused;
        await dropMember(sql, { workspace, person });
        await announce(sql, 'workspace', workspace, now);
        await takeBackInvitations(sql, { workspace, invitedBy });
        return 'done';
      }),
    overview: () => overview(db),
    operators: () => operators(db, ''),
    removeOperatorRole: (given) =>
      db.transaction(async (sql) => {
        const held = await operators(sql, sql.forUpdate);
        if (!held.some(({ person, role }) => person === given.person && role === given.role)) return 'no-role';
        const isLast = held.filter(({ role }) => role === 'operator').length === 1;
        if (given.role === 'operator' && isLast) return 'last-operator';
        await dropOperatorRole(sql, given);
        return 'done';
      }),
    renameWorkspace: ({ workspace, name, now }) =>
      db.transaction(async (sql) => {
        if (await nameIsTaken(sql, { workspace, name })) return false;
        await setName(sql, { workspace, name });
        await announce(sql, 'workspace', workspace, now);
        return true;
      }),
  };
}

async function workspacesOf(sql: Sql, person: string): Promise<readonly Membership[]> {
  const rows = await sql.all(
    `select w.id as id, w.name as name, m.role as role from member m join workspace w on w.id = m.workspace
      where m.person = :person order by w.name`,
    { person },
  );
  return rows.map(toMembership);
}

async function operatorRolesOf(sql: Sql, person: string): Promise<readonly string[]> {
  const rows = await sql.all('select role from operator_role where person = :person order by role', { person });
  return rows.map((row) => text(row, 'role'));
}

export async function addMember(sql: Sql, { workspace, person, role, now }: NewMember): Promise<boolean> {
  const added = await sql.run(
    `insert into member (workspace, person, role, since) values (:workspace, :person, :role, :now)
      on conflict (workspace, person) do nothing`,
    { workspace, person, role, now },
  );
  // Whether a workspace is restricted depends on who is in it.
  if (added === 1) await announce(sql, 'workspace', workspace, now);
  return added === 1;
}

export async function addOperatorRole(sql: Sql, given: { person: string; role: string; now: number }): Promise<void> {
  await sql.run(
    'insert into operator_role (person, role, since) values (:person, :role, :now) on conflict (person, role) do nothing',
    given,
  );
}

async function operators(sql: Sql, lock: '' | 'for update') {
  const rows = await sql.all(`select person, role from operator_role order by since, person, role ${lock}`);
  return rows.map((row) => ({ person: text(row, 'person'), role: text(row, 'role') }));
}

async function dropOperatorRole(sql: Sql, given: { person: string; role: string }): Promise<void> {
  await sql.run('delete from operator_role where person = :person and role = :role', given);
}

async function overview(sql: Sql): Promise<readonly WorkspaceOverview[]> {
  const rows = await sql.all(
    `select id, name, created_at,
        (select count(*) from member m where m.workspace = w.id) as members,
        (select count(*) from owner_setting s where s.owner = w.id and s.name = 'frozen' and s.value = 'on') as frozen
      from workspace w where erased_at is null order by created_at, id limit 1000`,
  );
  return rows.map((row) => ({
    ...{ id: text(row, 'id'), name: text(row, 'name'), members: whole(row, 'members') },
    ...{ frozen: whole(row, 'frozen') > 0, createdAt: whole(row, 'created_at') },
  }));
}

async function membersOf(sql: Sql, workspace: string): Promise<readonly Member[]> {
  const rows = await sql.all(
    'select person, role, since from member where workspace = :workspace order by since, person',
    { workspace },
  );
  return rows.map((row) => ({ person: text(row, 'person'), role: text(row, 'role'), since: whole(row, 'since') }));
}

/** The workspace's members stay as they are until the commit: of two owners who leave at once, one stays. */
async function judge(
  sql: Sql,
  { workspace, person, staysOwner }: { workspace: string; person: string; staysOwner: boolean },
): Promise<Exclude<MemberChange, 'done'> | undefined> {
  const rows = await sql.all(`select person, role from member where workspace = :workspace ${sql.forUpdate}`, {
    workspace,
  });
  const member = rows.find((row) => row.person === person);
  if (!member) return 'no-member';
  const owners = rows.filter((row) => row.role === 'owner');
  return member.role === 'owner' && owners.length === 1 && !staysOwner ? 'last-owner' : undefined;
}

async function setRole(sql: Sql, change: { workspace: string; person: string; role: string }): Promise<void> {
  await sql.run('update member set role = :role where workspace = :workspace and person = :person', change);
}

/** Who is taken out does not come back by a link that it wrote itself. */
async function takeBackInvitations(sql: Sql, by: { workspace: string; invitedBy: string | undefined }): Promise<void> {
  if (by.invitedBy === undefined) return;
  await sql.run(
    `update invitation set state = 'revoked'
      where workspace = :workspace and invited_by = :invitedBy and state = 'open'`,
    { workspace: by.workspace, invitedBy: by.invitedBy },
  );
}

async function dropMember(sql: Sql, member: { workspace: string; person: string }): Promise<void> {
  await sql.run('delete from member where workspace = :workspace and person = :person', member);
}

async function nameIsTaken(sql: Sql, wanted: { workspace: string; name: string }): Promise<boolean> {
  return (
    (await sql.one('select 1 as found from workspace where name = :name and id <> :workspace', wanted)) !== undefined
  );
}

async function setName(sql: Sql, wanted: { workspace: string; name: string }): Promise<void> {
  await sql.run('update workspace set name = :name where id = :workspace', wanted);
}

function toMembership(row: Row): Membership {
  return { id: text(row, 'id'), name: text(row, 'name'), role: text(row, 'role') };
}
