import { type Cell, firstOutcome } from '#cli/chaos/cells.ts';
import { type Timing, timingOf } from '#cli/chaos/expected.ts';

/** How many faults come when. */
export function countByTiming(cells: readonly Cell[]): ReadonlyMap<Timing, number> {
  const counts = new Map<Timing, number>();
  for (const cell of cells) {
    const timing = timingOf(cell.expected, firstOutcome(cell));
    counts.set(timing, (counts.get(timing) ?? 0) + 1);
  }
  return counts;
}
