import { walletAccount } from '#core/ledger/account.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { showStatement } from './ledger-books.ts';

const rowsMax = 200;
const rowsOtherwise = 50;

/** The entries of a workspace's wallet, the newest first, each with the balance after it. */
export async function showWalletStatement(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const workspace = await findWorkspace(context, args);
  const row = await context.store.accounts.wallet(workspace.id);
  if (!row) throw new Refused(`The workspace "${workspace.name}" has no wallet.`);
  const limit = Math.min(rowsMax, args.optionalCount('limit', 'how many entries') ?? rowsOtherwise);
  const before = args.optionalCount('before', 'before which entry');
  const rows = await showStatement(context, { account: walletAccount(row.wallet), limit: limit + 1, before });
  const entries = rows.slice(0, limit);
  return { entries, next: rows.length > limit ? (entries.at(-1)?.entry ?? null) : null };
}
