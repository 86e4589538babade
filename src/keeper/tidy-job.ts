import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from './keeper-log.ts';

const everyMs = 60_000;

export type TidyContext = {
  readonly store: Pick<Store, 'jobs' | 'leases'>;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
};

/** Each minute one of all keepers drops what is over. Stops with what it returns. */
export function startTidyJob(context: TidyContext): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = tidy(context).catch((thrown) =>
      context.log('keeper-task-failed', { task: 'tidy', ...faultFields(thrown) }),
    );
  }, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function tidy({ store, holder, now }: TidyContext): Promise<void> {
  if (!(await store.jobs.lead('tidy', holder, now() + everyMs, now()))) return;
  await store.leases.dropEndUsers(now());
}
