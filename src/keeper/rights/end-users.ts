import type { Restriction } from '#store/rights/rights-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { type CommandContext, Refused } from '../commands/command.ts';
import { pseudonymizer } from '../interface/pseudonym.ts';
import { openOwnCase } from './own-cases.ts';

/** A restriction more than this many end users have is one of the workspace. */
const endUsersMax = 10_000;

/**
 * What a workspace asks for one of its end users, whom it names as it does in its requests. Only the pseudonym is looked for, and
 * kept: it is keyed for the workspace, so another one's end user of the same name is somebody else.
 */
export async function showEndUser(context: CommandContext, given: unknown) {
  const { workspace, endUser } = readEndUser(context, given);
  const rows = await context.store.rights.endUserRows(workspace, endUser);
  await openOwnCase(context, { ...asked(workspace, endUser), kind: 'access', done: true });
  return { pseudonym: endUser, kept: rows };
}

export async function restrictEndUser(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const { workspace, endUser } = readEndUser(context, given);
  if ((await store.rights.endUsersOf(workspace)).length >= endUsersMax) {
    throw new Refused(`${endUsersMax} end users are restricted: restrict the workspace.`);
  }
  await store.rights.restrict(toRestriction(workspace, endUser), now());
  await openOwnCase(context, { ...asked(workspace, endUser), kind: 'restrict', done: true });
  return { pseudonym: endUser, restricted: true };
}

export async function liftEndUser({ store, now, ...context }: CommandContext, given: unknown) {
  const { workspace, endUser } = readEndUser(context, given);
  if (!(await store.rights.lift(toRestriction(workspace, endUser), now()))) {
    throw new Refused('This end user is not restricted.');
  }
  return { pseudonym: endUser, restricted: false };
}

/** Limits, what is used of them, rates and restriction go at once; usage rows name no end user. A case says that it was asked. */
export async function eraseEndUser(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const { workspace, endUser } = readEndUser(context, given);
  const went = await store.rights.eraseEndUser({ workspace, endUser, now: now() });
  if (went === 'busy') throw new Refused('A request of this end user is under way: ask again when it is over.');
  const { end_user: _, ...nameless } = asked(workspace, endUser);
  await openOwnCase(context, { ...nameless, kind: 'delete', done: true });
  const left = Object.keys(await store.rights.endUserRows(workspace, endUser));
  return { pseudonym: endUser, went, left };
}

export async function listEndUsers({ store }: CommandContext, given: unknown) {
  const workspace = new Arguments(given).text('workspace', 'which workspace', 64);
  const found = await store.rights.endUsersOf(workspace);
  return found.map(({ subject, since }) => ({ pseudonym: subject, since: new Date(since).toISOString() }));
}

function readEndUser({ pepper }: Pick<CommandContext, 'pepper'>, given: unknown) {
  const args = new Arguments(given);
  const workspace = args.text('workspace', 'which workspace', 64);
  const name = args.text('end_user', 'which end user, as your requests name it', 500);
  return { workspace, endUser: pseudonymizer(pepper)(workspace, name) };
}

function toRestriction(workspace: string, endUser: string): Restriction {
  return { kind: 'end-user', subject: endUser, workspace, activity: 'all' };
}

function asked(workspace: string, endUser: string) {
  return { workspace, end_user: endUser, contact: `workspace ${workspace}`, identity: 'management' };
}
