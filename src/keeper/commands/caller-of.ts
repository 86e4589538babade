import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { operatorWorkspace } from './find-workspace.ts';

/** Who holds a key, by its keyed hash: for the account API, which has the key itself and shows it to nobody. */
export async function callerOf({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const hash = args.text('hash', "the key's hash");
  const isUse = args.optionalChoice('way', 'why it is looked up', ['used', 'found']) !== 'found';
  const { found } = await store.accounts.callerByHash(hash, now());
  if (found.state !== 'known') return { state: found.state };
  const { key, workspace, role, settings } = found;
  if (isUse) await store.dormancy.usedKeys([{ key, at: now(), network: null }]);
  return {
    ...{ state: 'known', key, workspace, role, operates: await doesOperate(store, { key, workspace, role }) },
    addresses: settings.addresses ?? null,
  };
}

/** The key's own setting, which the command line alone makes: what its workspace's members set is no part of it. */
export const operatesSetting = { name: 'operates', value: 'on' } as const;

export async function doesOperate(
  { accounts }: CommandContext['store'],
  { key, workspace, role }: { readonly key: string; readonly workspace: string; readonly role: string },
): Promise<boolean> {
  if (role !== 'management' || (await operatorWorkspace(accounts))?.id !== workspace) return false;
  return (await accounts.ownerSettings(key))[operatesSetting.name] === operatesSetting.value;
}
