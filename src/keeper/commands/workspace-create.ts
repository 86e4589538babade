import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { isReserved, keepOperatorWorkspace, operatorWorkspace, refuseReservedName } from './find-workspace.ts';

/** Makes a workspace with its wallet. */
export async function createWorkspace({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const name = args.text('name', "the workspace's name", 100);
  const creditNano = args.optionalUsd('credit_usd', 'the credit to begin with') ?? 0n;
  if (isReserved(name) && (await operatorWorkspace(store.accounts))) await refuseReservedName(store.accounts, name);
  const made = await store.accounts.createWorkspace({ name, creditNano, now: now() });
  if (made === 'taken') throw new Refused(`There is a workspace "${name}" already.`);
  if (isReserved(name)) await keepOperatorWorkspace(store.accounts, made.id, now());
  return { id: made.id, name: made.name };
}
