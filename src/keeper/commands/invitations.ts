import type { Invitation } from '#store/members.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const roles = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;
const livesMs = 7 * 24 * 60 * 60 * 1_000;

/** The address comes sealed, and its hash and the token's beside it: the keeper learns none of them. */
export async function invite({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const role = args.optionalChoice('role', 'the role', roles);
  if (role === undefined) throw new Refused(`Say the role as one of ${roles.join(', ')}.`);
  const createdAt = now();
  const added = await store.invitations.add({
    workspace: args.text('workspace', 'which workspace', 64),
    role,
    email: args.text('email', 'the sealed address', 1_000),
    emailHash: args.text('email_hash', "the address's hash", 64),
    tokenHash: args.text('token_hash', "the token's hash", 64),
    invitedBy: args.text('invited_by', 'who invites', 64),
    createdAt,
    expiresAt: createdAt + livesMs,
  });
  if (!added) throw new Refused('A workspace has 100 open invitations at most: revoke some first.');
  return { id: added.id, expires_at: new Date(createdAt + livesMs).toISOString() };
}

export async function listInvitations({ store, now }: CommandContext, given: unknown) {
  const open = await store.invitations.open(new Arguments(given).text('workspace', 'which workspace', 64), now());
  return open.map(shown);
}

/** Null: there is none that is open. */
export async function showInvitation({ store, now }: CommandContext, given: unknown) {
  const found = await store.invitations.byToken(readToken(given), now());
  return found ? shown(found) : null;
}

export async function acceptInvitation({ store, now }: CommandContext, given: unknown) {
  const person = new Arguments(given).text('person', 'who accepts', 64);
  const accepted = await store.invitations.accept({ tokenHash: readToken(given), person, now: now() });
  if (!accepted) throw new Refused('This invitation was used, revoked, or has expired.');
  return { workspace: accepted.workspace, role: accepted.role };
}

export async function revokeInvitation({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const invitation = { id: args.text('id', 'which invitation', 64), workspace: args.text('workspace', 'whose', 64) };
  if (!(await store.invitations.revoke(invitation))) throw new Refused('There is no such open invitation.');
  return { state: 'revoked' };
}

function readToken(given: unknown): string {
  return new Arguments(given).text('token_hash', "the token's hash", 64);
}

function shown({ id, workspace, role, email, emailHash, invitedBy, createdAt, expiresAt }: Invitation) {
  return {
    ...{ id, workspace, role, email, email_hash: emailHash, invited_by: invitedBy },
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
