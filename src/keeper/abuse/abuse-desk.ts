import type { AbuseAction, AbuseCase, AbuseStore, KeyActivity } from '#store/abuse-cases.ts';
import type { KeeperLog } from '../keeper-log.ts';
import { signalsOf } from './abuse-signals.ts';

export type AbuseDeskOptions = {
  readonly abuse: AbuseStore;
  readonly log: KeeperLog;
  now(): number;
  /** Undefined: nobody wants to be told. */
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

const slowForMs = 3_600_000;

/** Looks at the hour of every key, and opens a case for what is unusual: once for each key, reason and day. */
export async function lookForAbuse({ abuse, log, now, tell }: AbuseDeskOptions): Promise<void> {
  const at = now();
  for (const activity of await abuse.activity(at)) {
    if (activity.setting === 'off') continue;
    for (const signal of signalsOf(activity)) {
      const action = actionOf(activity);
      const until = action === 'slow' ? at + slowForMs : null;
      const { key, workspace } = activity;
      const opened = await abuse.open({ key, workspace, ...signal, action, until, now: at });
      if (opened) tellOf(opened, { log, tell });
    }
  }
}

/** People decide, unless a workspace wants what is unusual slowed down until they do. */
function actionOf({ setting }: KeyActivity): AbuseAction {
  return setting === 'slow' ? 'slow' : 'ask';
}

function tellOf(found: AbuseCase, { log, tell }: Pick<AbuseDeskOptions, 'log' | 'tell'>): void {
  const { key, workspace, reason, action } = found;
  log('abuse-suspected', { key, workspace, reason });
  tell?.({
    ...{ event: 'abuse-suspected', case: found.id, key, workspace, reason, action },
    ...{ counted: String(found.counted), usual: String(found.usual) },
    at: new Date(found.openedAt).toISOString(),
  });
}
