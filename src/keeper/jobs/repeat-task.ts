import { faultFields, type KeeperLog } from '../keeper-log.ts';

export type RepeatedTask = {
  /** As the log names it when it fails. */
  readonly task: string;
  readonly everyMs: number;
  readonly log: KeeperLog;
  step(): Promise<void>;
  /** Asks the step that runs to end early. */
  cancel?(): void;
};

/** A step at once, and then again and again, one at a time; one that fails is told in the log and tried again at its next turn. */
export function repeatTask({ task, everyMs, log, step, cancel }: RepeatedTask): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const begin = (): void => {
    running ??= step()
      .catch((thrown) => log('keeper-task-failed', { task, ...faultFields(thrown) }))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    async stop() {
      clearInterval(timer);
      cancel?.();
      await running;
    },
  };
}
