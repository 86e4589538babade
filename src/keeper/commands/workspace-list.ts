import type { CommandContext } from './command.ts';

export async function listWorkspaces({ store }: CommandContext) {
  return (await store.accounts.workspaces()).map(({ id, name }) => ({ id, name }));
}
