import { formatUsd, minNano } from '#core/money/nano.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

/** Open holds are a part of what is leased: `leased_usd` is the rest. */
export async function showWallet(context: CommandContext, given: unknown) {
  const workspace = await findWorkspace(context, new Arguments(given));
  const row = await context.store.accounts.wallet(workspace.id);
  if (!row) throw new Refused(`The workspace "${workspace.name}" has no wallet.`);
  // Gateways say what they hold now and then, the store knows what it lent: settled and held never exceed the credits.
  const held = minNano(context.heldOf(row.wallet), row.leased);
  return {
    balance_usd: formatUsd(row.balance),
    held_usd: formatUsd(held),
    leased_usd: formatUsd(row.leased - held),
    spent_usd: formatUsd(row.spent),
  };
}
