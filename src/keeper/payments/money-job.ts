import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import type { PaymentDesk } from './payment-desk.ts';
import { topUpWallets } from './top-up.ts';

const everyMs = 60_000;

export type MoneyContext = {
  readonly store: Pick<Store, 'payments' | 'promos' | 'jobs'>;
  readonly desk: PaymentDesk | undefined;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
};

/** Each minute one of all keepers takes back what expired, and tops up whose owners said so. */
export function startMoneyJob(context: MoneyContext): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = lookAfterMoney(context)
      .catch((thrown) => context.log('keeper-task-failed', { task: 'money', ...faultFields(thrown) }))
      .finally(() => {
        isRunning = false;
      });
  }, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function lookAfterMoney({ store, desk, holder, log, now }: MoneyContext): Promise<void> {
  const lead = () => store.jobs.lead('money', holder, now() + everyMs, now());
  if (!(await lead())) return;
  await store.promos.expire(now());
  await store.payments.bookRest(now());
  if (desk) await topUpWallets(store, desk, { now, log, lead });
}
