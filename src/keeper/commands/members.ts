import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

/** Where a person is a member, and what for; and what it is for the whole of this Fairlead. */
export async function showMemberships({ store }: CommandContext, given: unknown) {
  const person = new Arguments(given).text('person', 'which person', 64);
  const [workspaces, roles] = [await store.members.workspacesOf(person), await store.members.operatorRolesOf(person)];
  return { workspaces, operator_roles: roles };
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
