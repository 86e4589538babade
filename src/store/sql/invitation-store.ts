import type { Invitation, InvitationStore } from '../members.ts';
import type { NewId } from '../new-id.ts';
import { addMember } from './member-store.ts';
import { text, whole } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

/** Who invites more at once sends mail to strangers. */
const openMax = 100;

export function makeInvitationStore(db: Database, newId: NewId): InvitationStore {
  return {
    add: (invitation) =>
      db.transaction(async (sql) => {
        if ((await openOf(sql, invitation.workspace, invitation.createdAt)).length >= openMax) return undefined;
        const id = newId('inv');
        await insert(sql, { id, ...invitation });
        return { id };
      }),
    open: (workspace, now) => openOf(db, workspace, now),
    byToken: (tokenHash, now) => byToken(db, tokenHash, now),
    accept: ({ tokenHash, person, now }) =>
      db.transaction(async (sql) => {
        const invitation = await byToken(sql, tokenHash, now);
        if (!invitation || !(await use(sql, invitation.id))) return undefined;
        await addMember(sql, { workspace: invitation.workspace, person, role: invitation.role, now });
        return invitation;
      }),
    revoke: (invitation) => revoke(db, invitation),
  };
}

async function insert(sql: Sql, invitation: Invitation): Promise<void> {
  await sql.run(
    `insert into invitation (id, workspace, role, email, email_hash, token_hash, invited_by, state, created_at, expires_at)
      values (:id, :workspace, :role, :email, :emailHash, :tokenHash, :invitedBy, 'open', :createdAt, :expiresAt)`,
    invitation,
  );
}

async function openOf(sql: Sql, workspace: string, now: number): Promise<readonly Invitation[]> {
  const rows = await sql.all(
    `select * from invitation where workspace = :workspace and state = 'open' and expires_at > :now
      order by created_at, id limit 100`,
    { workspace, now },
  );
  return rows.map(toInvitation);
}

async function byToken(sql: Sql, tokenHash: string, now: number): Promise<Invitation | undefined> {
  const row = await sql.one(
    `select * from invitation where token_hash = :tokenHash and state = 'open' and expires_at > :now`,
    { tokenHash, now },
  );
  return row && toInvitation(row);
}

async function use(sql: Sql, id: string): Promise<boolean> {
  return (await sql.run(`update invitation set state = 'accepted' where id = :id and state = 'open'`, { id })) === 1;
}

async function revoke(sql: Sql, invitation: { id: string; workspace: string }): Promise<boolean> {
  const changes = await sql.run(
    `update invitation set state = 'revoked' where id = :id and workspace = :workspace and state = 'open'`,
    invitation,
  );
  return changes === 1;
}

function toInvitation(row: Row): Invitation {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    role: text(row, 'role'),
    email: text(row, 'email'),
    emailHash: text(row, 'email_hash'),
    tokenHash: text(row, 'token_hash'),
    invitedBy: text(row, 'invited_by'),
    createdAt: whole(row, 'created_at'),
    expiresAt: whole(row, 'expires_at'),
  };
}
