import type { CaseStore } from '#store/case-store.ts';
import type { KeeperLog } from '../keeper-log.ts';

/** The share of its time, in percent, after which the operator is told of an open case; and when the time is over. */
const shares = [50, 75, 90, 100] as const;
const openMax = 10_000;
/** What was closed is gone after a year. */
const keptMs = 365 * 86_400_000;

type Reminding = {
  readonly cases: CaseStore;
  readonly log: KeeperLog;
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
  now(): number;
};

/** Tells the operator of open requests and incidents as their time runs out, once for each share; drops what is over. */
export async function remindOfCases({ cases, now, log, tell }: Reminding): Promise<void> {
  for (const { id, register, kind, receivedAt, dueAt, reminded } of await cases.due(openMax)) {
    const passed = ((now() - receivedAt) / Math.max(1, dueAt - receivedAt)) * 100;
    const share = shares.findLast((each) => passed >= each);
    if (share === undefined || share <= reminded) continue;
    await cases.remind(id, share);
    log('privacy-case-due', { task: register, reason: kind, status: share });
    tell?.({
      alert: 'privacy-case-due',
      case: id,
      register,
      kind,
      percent: String(share),
      due: new Date(dueAt).toISOString(),
    });
  }
  await cases.forget(now() - keptMs);
}
