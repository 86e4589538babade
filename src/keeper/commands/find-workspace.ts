import type { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/** The workspace that a command names by id or name; `default` when it names none. */
export async function findWorkspace(
  { store }: CommandContext,
  args: Arguments,
): Promise<{ readonly id: string; readonly name: string }> {
  const wanted = args.optionalText('workspace', 'which workspace, by id or name') ?? 'default';
  const workspace = await store.accounts.workspace(wanted);
  if (!workspace) throw new Refused(`There is no workspace "${wanted}". "fairlead workspace list" shows them.`);
  return workspace;
}
