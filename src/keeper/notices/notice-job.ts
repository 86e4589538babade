import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';

const everyMs = 60_000;

type NoticeContext = {
  readonly store: Pick<Store, 'jobs' | 'notices'>;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
};

/**
 * Gives members their rows of what was told at this start, and each minute, as one of all keepers, to who became a member
 * since. Stops with what it returns.
 */
export function startNoticeJob(context: NoticeContext): { stop(): Promise<void> } {
  // Rows are added once, whoever does it: nobody waits here for the lead of a keeper that is gone.
  let running = address(context, async () => true);
  const { store, holder, now } = context;
  const lead = () => store.jobs.lead('notices', holder, now() + everyMs, now());
  const timer = setInterval(() => {
    running = address(context, lead);
  }, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function address({ store, now, log }: NoticeContext, mayNow: () => Promise<boolean>): Promise<void> {
  try {
    if (await mayNow()) await store.notices.address(now());
  } catch (thrown) {
    log('keeper-task-failed', { task: 'notices', ...faultFields(thrown) });
  }
}
