import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { showWallet } from './wallet-show.ts';

/** Credit that the operator grants; answers with the wallet as it is then. */
export async function creditWallet(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const amount = args.optionalUsd('usd', 'the amount to credit');
  if (amount === undefined || amount === 0n) throw new Refused('Say how much to credit, as in --usd 5.00.');
  const workspace = await findWorkspace(context, args);
  await context.store.accounts.credit({ workspace: workspace.id, amount, source: 'operator', now: context.now() });
  return { workspace: workspace.id, workspace_name: workspace.name, ...(await showWallet(context, given)) };
}
