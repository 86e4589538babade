import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { lastUses } from './key-change.ts';
import { toKeyJson } from './key-row.ts';

/** The keys of one workspace, or of all when none is named. */
export async function listKeys(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const rows = await context.store.accounts.keys(isOne ? (await findWorkspace(context, args)).id : undefined);
  const uses = await lastUses(context, rows);
  return rows.map((row) => ({ ...toKeyJson(row), ...uses(row.id) }));
}
