import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

const dayMs = 86_400_000;

/** Compares the kept sums of every recorded day with its records, and makes anew what differs, unless asked only to look. */
export async function rebuildUsage({ store }: CommandContext, given: unknown) {
  const isLook = new Arguments(given).optionalFlag('check', 'whether to look only') === true;
  const { reports } = store;
  const days = await reports.recordedDays();
  const differing: string[] = [];
  let sums = 0;
  let wrong = 0;
  let rebuilt = 0;
  for (const day of days) {
    let found = await reports.checkUsage(day);
    if (found.differing > 0) {
      differing.push(new Date(day * dayMs).toISOString().slice(0, 10));
      if (!isLook) {
        await reports.rebuildUsage(day);
        rebuilt += 1;
        found = await reports.checkUsage(day);
      }
    }
    sums += found.sums;
    wrong += found.differing;
  }
  return { ok: wrong === 0, days: days.length, sums, differing, rebuilt };
}
