import { dayOf, daysUntilStale, oldSoonDays } from '#core/routing/data-handling.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import type { Store } from '#store/store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { checkLinks } from './check-links.ts';

const everyMs = 600_000;
const linksAtOnce = 20;
/** Days before what is known of an upstream counts as unknown, and the first on which it does: the operator is told at each, once. */
const warnDays = [oldSoonDays, 7, -1] as const;

type LinkContext = {
  readonly store: Pick<Store, 'jobs' | 'links' | 'accounts'>;
  readonly holder: string;
  readonly log: KeeperLog;
  readonly upstreams: () => readonly Upstream[];
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
  now(): number;
};

/** Every ten minutes one of all keepers asks addresses that are due, and warns of data policies that grow old. */
export function startLinkJob(context: LinkContext): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = step(context);
  }, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function step(context: LinkContext): Promise<void> {
  const { store, holder, now, log, upstreams } = context;
  try {
    if (!(await store.jobs.lead('links', holder, now() + everyMs, now()))) return;
    await warnOfStale(context);
    await checkLinks(store.links, { upstreams: upstreams(), now, max: linksAtOnce });
  } catch (thrown) {
    log('keeper-task-failed', { task: 'links', ...faultFields(thrown) });
  }
}

/** Once for each upstream, day of reading and number of days, by whichever keeper is the first. */
export async function warnOfStale({ store, holder, now, upstreams, log, tell }: LinkContext): Promise<void> {
  for (const { name, data, enabled } of upstreams()) {
    const left = daysUntilStale(data, dayOf(now()));
    const days = warnDays.findLast((each) => left !== undefined && left <= each);
    if (!enabled || left === undefined || days === undefined) continue;
    const claim = `${holder} ${now()}`;
    const said = await store.accounts.claimSetting(`stale ${name} ${data.checked} ${days}`, claim, now());
    if (said !== claim) continue;
    log('data-policy-grows-old', { upstream: name, status: left });
    tell?.({ alert: 'data-policy-grows-old', upstream: name, checked: data.checked, days_left: String(left) });
  }
}
