import { tellKeyStopped } from '../webhooks/key-stopped.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { toKeyJson } from './key-row.ts';

export function disableKey(context: CommandContext, given: unknown) {
  return setDisabled(context, given, true);
}

export function enableKey(context: CommandContext, given: unknown) {
  return setDisabled(context, given, false);
}

async function setDisabled(context: CommandContext, given: unknown, isDisabled: boolean) {
  const id = new Arguments(given).text('id', "the key's id");
  const row = await context.store.accounts.setKeyDisabled(id, isDisabled, context.now());
  if (!row) throw new Refused(`There is no key with the id "${id}". "fairlead key list" shows them.`);
  if (isDisabled) await tellKeyStopped(context, row, 'disabled');
  return toKeyJson(row);
}
