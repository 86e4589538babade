import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const operatorRoles = ['operator', 'support', 'finance', 'privacy'] as const;

/** Every workspace, as whoever runs this sees them. */
export async function overviewWorkspaces({ store }: CommandContext) {
  return (await store.members.overview()).map(({ createdAt, ...row }) => ({
    ...row,
    created_at: new Date(createdAt).toISOString(),
  }));
}

/** No key of a frozen workspace does anything, within a second; what it holds stays its own. */
export async function freezeWorkspace(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const frozen = args.optionalFlag('frozen', 'whether it is frozen') ?? true;
  const { id, name } = await findWorkspace(context, args);
  const setting = { name: 'frozen', value: frozen ? 'on' : 'off' };
  await context.store.accounts.setOwnerSettings({ kind: 'workspace', id }, [setting], context.now());
  return { id, name, frozen };
}

export async function listOperators({ store }: CommandContext) {
  return await store.members.operators();
}

export async function grantOperatorRole({ store, now }: CommandContext, given: unknown) {
  const { person, role } = readGrant(given);
  await store.members.addOperatorRole({ person, role, now: now() });
  return { person, role };
}

export async function removeOperatorRole({ store }: CommandContext, given: unknown) {
  const outcome = await store.members.removeOperatorRole(readGrant(given));
  if (outcome === 'last-operator') throw new Refused('This is the last operator: make somebody else one first.');
  if (outcome === 'no-role') throw new Refused('This person does not have that role.');
  return { removed: true };
}

function readGrant(given: unknown) {
  const args = new Arguments(given);
  const role = args.optionalChoice('role', 'the role', operatorRoles);
  if (role === undefined) throw new Refused(`Say the role as one of ${operatorRoles.join(', ')}.`);
  return { person: args.text('person', 'which person', 64), role };
}
