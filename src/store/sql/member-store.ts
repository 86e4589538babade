import type { MemberStore, Membership } from '../members.ts';
import { text } from './read-row.ts';
import type { Database, Row } from './sql.ts';

export function makeMemberStore(db: Database): MemberStore {
  return {
    workspacesOf: async (person) => {
      const rows = await db.all(
        `select w.id as id, w.name as name, m.role as role from member m join workspace w on w.id = m.workspace
          where m.person = :person order by w.name`,
        { person },
      );
      return rows.map(toMembership);
    },
    operatorRolesOf: async (person) => {
      const rows = await db.all('select role from operator_role where person = :person order by role', { person });
      return rows.map((row) => text(row, 'role'));
    },
    addMember: async ({ workspace, person, role, now }) => {
      const added = await db.run(
        `insert into member (workspace, person, role, since) values (:workspace, :person, :role, :now)
          on conflict (workspace, person) do nothing`,
        { workspace, person, role, now },
      );
      return added === 1;
    },
    addOperatorRole: async ({ person, role, now }) => {
      await db.run(
        'insert into operator_role (person, role, since) values (:person, :role, :now) on conflict (person, role) do nothing',
        { person, role, now },
      );
    },
  };
}

function toMembership(row: Row): Membership {
  return { id: text(row, 'id'), name: text(row, 'name'), role: text(row, 'role') };
}
