import { troubleOfSetting } from '#core/privacy/owner-settings.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

/** Settings of a workspace: all of them hold, or none. Gives what holds now. */
export async function setWorkspace(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id, name } = await findWorkspace(context, args);
  return { id, name, settings: await setAll(context, { kind: 'workspace', id }, args) };
}

export async function setKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', "the key's id");
  const key = (await context.store.accounts.keys()).find((row) => row.id === id);
  if (!key) throw new Refused(`There is no key with the id "${id}". "fairlead key list" shows them.`);
  return { id, name: key.name, settings: await setAll(context, { kind: 'key', id }, args) };
}

async function setAll(
  { store, now }: CommandContext,
  owner: { readonly kind: 'workspace' | 'key'; readonly id: string },
  args: Arguments,
) {
  const pairs = args.texts('settings', 'the settings as NAME=VALUE').map(toPair);
  for (const { name, value } of pairs) {
    const trouble = troubleOfSetting(name, value);
    if (trouble !== undefined) throw new Refused(trouble);
  }
  if (pairs.length > 0) await store.accounts.setOwnerSettings(owner, pairs, now());
  return await store.accounts.ownerSettings(owner.id);
}

function toPair(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw new Refused(`Say a setting as NAME=VALUE; "${text.slice(0, 40)}" has no "=".`);
  return { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}
