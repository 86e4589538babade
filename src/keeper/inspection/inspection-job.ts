import { faultFields, type KeeperLog } from '../keeper-log.ts';
import type { InspectionDesk } from './inspection-desk.ts';

const everyMs = 10_000;

/**
 * Every keeper looks: the key of a window lies with the one where it was opened, and what several do is conditional. Gateways
 * end a window by its own instant, and do not wait for this.
 */
export function startInspectionJob(desk: Pick<InspectionDesk, 'tick'>, log: KeeperLog): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const begin = (): void => {
    running ??= desk
      .tick()
      .catch((thrown) => log('keeper-task-failed', { task: 'inspections', ...faultFields(thrown) }))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
