import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

/** Who holds a key, by its keyed hash: for the account API, which has the key itself and shows it to nobody. */
export async function callerOf({ store, now }: CommandContext, given: unknown) {
  const hash = new Arguments(given).text('hash', "the key's hash");
  const { found } = await store.accounts.callerByHash(hash, now());
  if (found.state !== 'known') return { state: found.state };
  return { state: 'known', key: found.key, workspace: found.workspace, role: found.role };
}
