import type { Store } from '#store/store.ts';
import { lookForAbuse } from '../abuse/abuse-desk.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { remindOfCases } from './case-reminders.ts';

const everyMs = 60_000;
/** What the inventory keeps for 90 days. */
const keptMs = 90 * 86_400_000;

const yearMs = 365 * 86_400_000;

export type TidyContext = {
  readonly store: Pick<Store, 'jobs' | 'leases' | 'accounts' | 'warnings' | 'abuse' | 'cases' | 'visits' | 'rights'>;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

/** Each minute one of all keepers looks for what is unusual, and drops what is over. Stops with what it returns. */
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

async function tidy({ store, holder, now, log, tell }: TidyContext): Promise<void> {
  if (!(await store.jobs.lead('tidy', holder, now() + everyMs, now()))) return;
  await store.leases.dropEndUsers(now());
  await store.warnings.forget(now() - keptMs);
  await store.accounts.forgetSecrets(now() - keptMs);
  await lookForAbuse({ abuse: store.abuse, log, now, tell });
  await store.abuse.forget(now());
  await store.rights.dropCopies(now());
  await store.visits.forget(Math.floor((now() - yearMs) / 3_600_000));
  await remindOfCases({ cases: store.cases, now, log, tell });
}
