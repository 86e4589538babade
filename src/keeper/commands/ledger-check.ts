import type { CommandContext } from './command.ts';

/** `problems` stands there only when there are any. */
export async function checkLedger({ store }: CommandContext) {
  const { ok, transfers, generations, problems } = await store.postings.check();
  return { ok, transfers, generations, ...(problems.length > 0 ? { problems } : {}) };
}
