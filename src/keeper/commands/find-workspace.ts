import type { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const settingName = 'operator.workspace';
const reservedName = 'default';

type Accounts = CommandContext['store']['accounts'];

/** Kept once, by its id: names can be changed, and another workspace must not become the operator's by taking its name. */
export async function keepOperatorWorkspace(accounts: Accounts, id: string, now: number): Promise<void> {
  await accounts.claimSetting(settingName, id, now);
}

/** Of a Fairlead that began before the id was kept, the oldest workspace is the operator's, whatever it is called. */
export async function keepOldestAsOperators(accounts: Accounts, now: number): Promise<void> {
  if ((await accounts.setting(settingName)) !== undefined) return;
  const [oldest] = await accounts.workspaces();
  if (oldest) await keepOperatorWorkspace(accounts, oldest.id, now);
}

/** The operator's own workspace, whatever it is called by now. Before the first start it is the one called `default`. */
export async function operatorWorkspace(accounts: Accounts) {
  return await accounts.workspace((await accounts.setting(settingName)) ?? reservedName);
}

/** By id or name; `default` is the operator's own. */
export async function workspaceNamed(accounts: Accounts, wanted: string) {
  return await (wanted === reservedName ? operatorWorkspace(accounts) : accounts.workspace(wanted));
}

export function isReserved(name: string): boolean {
  return name.trim().toLowerCase() === reservedName;
}

/** `default` means the operator's workspace everywhere, so that no other one may be called so. */
export async function refuseReservedName(accounts: Accounts, name: string, workspace?: string): Promise<void> {
  if (!isReserved(name)) return;
  if (workspace !== undefined && (await operatorWorkspace(accounts))?.id === workspace) return;
  throw new Refused(`"${reservedName}" is the name of the operator's workspace: choose another one.`);
}

/** The workspace that a command names by id or name; the operator's own when it names none, or `default`. */
export async function findWorkspace(
  { store }: CommandContext,
  args: Arguments,
): Promise<{ readonly id: string; readonly name: string }> {
  const wanted = args.optionalText('workspace', 'which workspace, by id or name') ?? reservedName;
  const workspace = await workspaceNamed(store.accounts, wanted);
  if (!workspace) throw new Refused(`There is no workspace "${wanted}". "fairlead workspace list" shows them.`);
  return workspace;
}
