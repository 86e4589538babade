import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { backupDaysMax, keptFrom, type RetentionRules } from '#core/privacy/retention.ts';
import { retentionSubjects } from '#store/retention-store.ts';
import type { Store } from '#store/store.ts';
import type { KeeperLog } from '../keeper-log.ts';
import { repeatTask } from './repeat-task.ts';

const everyMs = 60_000;
/** Within a day only what came late can be over: a look an hour is enough. */
const againMs = 3_600_000;
const leadMs = 120_000;
/** A step holds the store for some milliseconds, and postings go in between. */
const stepRows = 500;
const dayMs = 86_400_000;

export type RetentionContext = {
  readonly store: Pick<Store, 'jobs' | 'retention'>;
  readonly dataDir: string;
  readonly rules: RetentionRules;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
};

/** Drops what is over: at the start, at each midnight (UTC), and once an hour what came late. */
export function startRetentionJob(context: RetentionContext): { stop(): Promise<void> } {
  const job = new RetentionJob(context);
  return repeatTask({
    task: 'retention',
    everyMs,
    log: context.log,
    step: () => job.step(),
    cancel: () => job.cancel(),
  });
}

export class RetentionJob {
  readonly #context: RetentionContext;
  #cutoff = Number.NEGATIVE_INFINITY;
  #lastRun = Number.NEGATIVE_INFINITY;
  #isCancelled = false;

  constructor(context: RetentionContext) {
    this.#context = context;
  }

  /** What is left goes the next time: each step is whole. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** Everything that is over now goes, step by step. */
  async step(): Promise<void> {
    const { store, rules, holder, dataDir, log, now } = this.#context;
    const at = now();
    const cutoff = keptFrom(at, rules.usageDays);
    const isDue = cutoff !== this.#cutoff || at - this.#lastRun >= againMs || at < this.#lastRun;
    if (!isDue || !(await store.jobs.lead('retention', holder, at + leadMs, at))) return;
    let records = 0;
    for (const subject of retentionSubjects) {
      for (;;) {
        if (this.#isCancelled) return;
        const dropped = await store.retention.drop(subject, { cutoff, max: stepRows, now: at });
        records += dropped;
        if (dropped === 0) break;
        await turn();
        await store.jobs.lead('retention', holder, now() + leadMs, now());
      }
    }
    dropBackups(dataDir, at);
    this.#cutoff = cutoff;
    this.#lastRun = at;
    if (records > 0) log('retention-dropped', { records });
  }
}

const backupName = /^main\.db\.backup-v\d+(\.unfinished)?$/;

/** A copy of the database from before a change of its schema is as old as what it holds. */
function dropBackups(dataDir: string, now: number): void {
  for (const name of readdirSync(dataDir).filter((each) => backupName.test(each))) {
    const path = join(dataDir, name);
    if (now - statSync(path).mtimeMs > backupDaysMax * dayMs) rmSync(path, { force: true });
  }
}
