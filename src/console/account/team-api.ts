import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import { can, type Role } from '../contract/permissions.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { Door } from './door.ts';
import type { AccountCaller } from './find-caller.ts';

type TeamOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly door: Door;
};

type MemberRow = { readonly person: string; readonly role: Role; readonly since: string };

type InvitationRow = {
  readonly id: string;
  readonly workspace: string;
  readonly role: Role;
  readonly email: string;
  readonly email_hash: string;
  readonly invited_by: string;
  readonly created_at: string;
  readonly expires_at: string;
};

/** The hash of the address that an open invitation is for. */
export async function invitedAddress(command: RunCommand, tokenHash: string): Promise<string | undefined> {
  const found = await command('invitation-show', { token_hash: tokenHash });
  // The keeper's command gives this, or null.
  return 'refused' in found ? undefined : (found.value as InvitationRow | null)?.email_hash;
}

/** Workspaces, their members and invitations. */
export class TeamApi {
  readonly #options: TeamOptions;

  constructor(options: TeamOptions) {
    this.#options = options;
  }

  async createWorkspace({ person, id }: SignedIn, { name }: Body<'workspace'>): Promise<AccountAnswer> {
    const made = await this.#ask('workspace-found', { name, person });
    if ('refused' in made) return refusal(400, made.refused);
    const workspace = made.value as { readonly id: string };
    await this.#options.door.write({
      scope: workspace.id,
      actor: id,
      action: 'workspace-create',
      target: workspace.id,
    });
    return { status: 201, body: { data: workspace } };
  }

  async renameWorkspace({ workspace }: AccountCaller, { name }: Body<'workspace'>): Promise<AccountAnswer> {
    return dataOr(400, await this.#ask('workspace-rename', { workspace, name }));
  }

  async members(caller: AccountCaller): Promise<AccountAnswer> {
    const rows = await this.#members(caller.workspace);
    if (!rows) return away;
    const book = await this.#options.people.book();
    const known = new Map((await book.byKeys(rows.map(({ person }) => person))).map((each) => [each.key, each]));
    const you = caller.kind === 'person' ? caller.signedIn.id : undefined;
    const data = rows.flatMap(({ person, role, since }) => {
      const found = known.get(person);
      return found ? [{ id: found.id, name: found.name, email: found.email, role, since, you: found.id === you }] : [];
    });
    return { status: 200, body: { data } };
  }

  async changeMember(caller: AccountCaller, id: string, { role }: Body<'role'>): Promise<AccountAnswer> {
    const member = await this.#member(caller.workspace, id);
    if (!member) return noMember;
    if ((role === 'owner' || member.role === 'owner') && !can(caller.role, 'owners.change')) return onlyOwners;
    const { workspace } = caller;
    const changed = await this.#ask('member-change', { workspace, person: member.person, pseudonym: id, role });
    return { ...dataOr(409, changed), done: role };
  }

  /** Everybody may leave; whoever takes others out was asked for more at the door. */
  async removeMember(caller: AccountCaller, id: string): Promise<AccountAnswer> {
    const isSelf = caller.kind === 'person' && caller.signedIn.id === id;
    const member = await this.#member(caller.workspace, id);
    if (!member) return noMember;
    if (!isSelf && member.role === 'owner' && !can(caller.role, 'owners.change')) return onlyOwners;
    const removed = await this.#ask('member-remove', {
      ...{ workspace: caller.workspace, person: member.person, pseudonym: id },
    });
    return 'refused' in removed ? refusal(409, removed.refused) : { status: 200, body: { deleted: true } };
  }

  async invitations({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const listed = await this.#ask('invitation-list', { workspace });
    if ('refused' in listed) return away;
    const { letters } = this.#options.people;
    const data = (listed.value as readonly InvitationRow[]).map(
      ({ id, role, email, invited_by, created_at, expires_at }) => ({
        ...{ id, role, email: letters.open(email), invited_by, created_at, expires_at },
      }),
    );
    return { status: 200, body: { data } };
  }

  async invite(caller: AccountCaller, { email, role }: Body<'invitation'>): Promise<AccountAnswer> {
    if (role === 'owner' && !can(caller.role, 'owners.change')) return onlyOwners;
    const { letters } = this.#options.people;
    const actor = caller.kind === 'key' ? caller.key : caller.signedIn.id;
    const { workspace } = caller;
    const late = this.#options.people.inviteLater({ actor, workspace, address: letters.addressHash(email) });
    if (late) return refusal(429, `Too many invitations: try again in ${Math.ceil(late.waitMs / 60_000)} min.`);
    const token = letters.newToken({ isMailed: this.#options.people.sends });
    const made = await this.#ask('invitation-create', {
      ...{ workspace: caller.workspace, role, email: letters.seal(email), email_hash: letters.addressHash(email) },
      ...{ token_hash: letters.tokenHash(token), invited_by: actor },
    });
    if ('refused' in made) return refusal(400, made.refused);
    const { id, expires_at } = made.value as { readonly id: string; readonly expires_at: string };
    // Where nobody sends letters, whoever invites hands the link over.
    const { link, isSent } = await this.#options.people.send('invitation', email, token);
    const data = { id, email, role, expires_at, sent: isSent, link: isSent ? null : link };
    return { status: 201, body: { data }, done: `${id} ${role}` };
  }

  async revoke({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    return dataOr(404, await this.#ask('invitation-revoke', { workspace, id }));
  }

  /** What a link invites to; whoever has it may know. */
  async showInvitation({ token }: Body<'token'>): Promise<AccountAnswer> {
    const found = await this.#invitation(token);
    if (found === 'away') return away;
    if (!found) return spent;
    const { letters } = this.#options.people;
    const { role, expires_at } = found;
    return { status: 200, body: { data: { email: letters.open(found.email), role, expires_at } } };
  }

  /** Only for whom it was meant: a link that was passed on makes nobody else a member. */
  async accept({ person, id, email }: SignedIn, { token }: Body<'token'>): Promise<AccountAnswer> {
    const found = await this.#invitation(token);
    if (found === 'away') return away;
    if (!found) return spent;
    const { letters } = this.#options.people;
    if (found.email_hash !== letters.addressHash(email)) {
      return refusal(403, 'This invitation is for another e-mail address: sign in with that one.');
    }
    const entry = { scope: found.workspace, actor: id, action: 'invitation-accept', target: found.id };
    if (!(await this.#options.door.write(entry))) return away;
    return dataOr(404, await this.#ask('invitation-accept', { person, token_hash: letters.tokenHash(token) }));
  }

  async #invitation(token: string): Promise<InvitationRow | undefined | 'away'> {
    const found = await this.#ask('invitation-show', { token_hash: this.#options.people.letters.tokenHash(token) });
    if ('refused' in found) return 'away';
    // The keeper's command gives this, or null.
    return (found.value as InvitationRow | null) ?? undefined;
  }

  async #member(workspace: string, id: string): Promise<MemberRow | undefined> {
    const person = await (await this.#options.people.book()).byId(id);
    const rows = person && (await this.#members(workspace));
    return rows?.find((row) => row.person === person?.key);
  }

  async #members(workspace: string): Promise<readonly MemberRow[] | undefined> {
    const listed = await this.#ask('member-list', { workspace });
    return 'refused' in listed ? undefined : (listed.value as readonly MemberRow[]);
  }

  #ask(name: string, args: object): Promise<CommandOutcome> {
    return this.#options.command(name, args);
  }
}

const away = refusal(503, 'This cannot be looked up just now. Try again shortly.');
const noMember = refusal(404, 'There is no such member in this workspace.');
const onlyOwners = refusal(403, 'Only an owner makes owners, or changes one.');
const spent = refusal(404, 'This invitation was used, revoked, or has expired.');

function dataOr(status: number, outcome: CommandOutcome): AccountAnswer {
  if ('refused' in outcome) return refusal(status, outcome.refused);
  // The keeper's commands give objects.
  return { status: 200, body: { data: outcome.value as object } };
}
