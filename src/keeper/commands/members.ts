import type { MemberChange } from '#store/members.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { askedByDormancy } from './erasures.ts';
import { refuseReservedName } from './find-workspace.ts';

// Roles are words of the console's permission table; the database holds them to it.
const roles = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;

/** Where a person is a member, and what for; and what it is for the whole of this Fairlead. Whoever `is_here` is active again. */
export async function showMemberships({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const person = args.text('person', 'which person', 64);
  const isHere = args.optionalChoice('is_here', 'whether it asks itself', ['yes']) !== undefined;
  if (isHere) await store.dormancy.active(person, now());
  const [workspaces, operating] = [
    await store.members.workspacesOf(person),
    await store.members.operatorRolesOf(person),
  ];
  const open = await store.erasures.openOf('person', person);
  const isTakenBack = isHere && open?.askedBy === askedByDormancy && (await store.erasures.cancel(open.id, now()));
  const closing = isTakenBack ? undefined : open;
  return { workspaces, operator_roles: operating, closing: closing?.id ?? null };
}

/** Who operates this Fairlead, as the set-up page was told; null where it was not. */
export async function showOperator({ store }: CommandContext) {
  const said = async (name: string) => (await store.accounts.setting(`operator.${name}`)) ?? null;
  return {
    name: await said('name'),
    contact: await said('contact'),
    jurisdiction: await said('jurisdiction'),
    public_url: await said('public_url'),
  };
}

export async function listMembers({ store }: CommandContext, given: unknown) {
  const members = await store.members.membersOf(new Arguments(given).text('workspace', 'which workspace', 64));
  return members.map(({ person, role, since }) => ({ person, role, since: new Date(since).toISOString() }));
}

export async function changeMember({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const role = args.optionalChoice('role', 'the role', roles);
  if (role === undefined) throw new Refused(`Say the role as one of ${roles.join(', ')}.`);
  return { state: sayOr(await store.members.changeRole({ ...readMember(args), role, now: now() })) };
}

export async function removeMember({ store, now }: CommandContext, given: unknown) {
  return { state: sayOr(await store.members.removeMember({ ...readMember(new Arguments(given)), now: now() })) };
}

/** A workspace of a person who owns it from its first moment. */
export async function foundWorkspace({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.text('name', "the workspace's name", 100);
  const owner = args.text('person', 'whose it is', 64);
  if ((await store.members.workspacesOf(owner)).length >= ownMax) {
    throw new Refused(`A person is in ${ownMax} workspaces at most.`);
  }
  await refuseReservedName(store.accounts, name);
  const made = await store.accounts.createWorkspace({ name, creditNano: 0n, owner, now: now() });
  if (made === 'taken') throw new Refused(`There is a workspace "${name}" already.`);
  return { id: made.id, name: made.name };
}

const ownMax = 50;

export async function renameWorkspace({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.text('name', "the workspace's name", 100);
  const workspace = args.text('workspace', 'which workspace', 64);
  await refuseReservedName(store.accounts, name, workspace);
  const isDone = await store.members.renameWorkspace({ workspace, name, now: now() });
  if (!isDone) throw new Refused(`There is a workspace "${name}" already.`);
  return { id: workspace, name };
}

function readMember(args: Arguments) {
  const invitedBy = args.optionalText('pseudonym', 'what the member is called', 64);
  return {
    ...{ workspace: args.text('workspace', 'which workspace', 64), person: args.text('person', 'which member', 64) },
    ...(invitedBy === undefined ? {} : { invitedBy }),
  };
}

function sayOr(change: MemberChange): 'done' {
  if (change === 'done') return 'done';
  throw new Refused(
    change === 'no-member'
      ? 'There is no such member in this workspace.'
      : 'This is the last owner: make somebody else an owner first.',
  );
}
