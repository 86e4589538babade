import { repeatTask } from '../jobs/repeat-task.ts';
import type { KeeperLog } from '../keeper-log.ts';
import type { InspectionDesk } from './inspection-desk.ts';

const everyMs = 10_000;

/**
 * Every keeper looks: the key of a window lies with the one where it was opened, and what several do is conditional. Gateways
 * end a window by its own instant, and do not wait for this.
 */
export function startInspectionJob(desk: Pick<InspectionDesk, 'tick'>, log: KeeperLog): { stop(): Promise<void> } {
  return repeatTask({ task: 'inspections', everyMs, log, step: () => desk.tick() });
}
