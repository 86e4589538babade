import type { InstanceRow } from '#store/store.ts';
import { faultFields } from '../keeper-log.ts';
import { journalsIn, type Recovery, recoverInstance } from '../posting/recover.ts';

const everyMs = 5_000;
/** A gateway renews every 20 s; after a pause of this machine, or of the keeper, it gets one chance to. */
const graceMs = 25_000;
const leadMs = 60_000;

export type FenceContext = Recovery & {
  /** Who we are where one of all keepers does something. */
  readonly holder: string;
  /** After so much silence beyond its term, an instance is given up. */
  readonly forgetAfterMs: number;
};

/**
 * Fences instances that have not renewed in time, and recovers fenced ones whose journal is here. Takes one step each
 * five seconds; stops with what it returns.
 */
export function startFenceJob(recovery: FenceContext): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const job = new FenceJob(recovery);
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = job
      .step()
      .catch((thrown) => recovery.log('keeper-task-failed', { task: 'fence', ...faultFields(thrown) }))
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

export class FenceJob {
  readonly #recovery: FenceContext;
  #lastStep: number;
  #fencesFrom: number;

  constructor(recovery: FenceContext) {
    this.#recovery = recovery;
    this.#lastStep = recovery.now();
    this.#fencesFrom = this.#lastStep + graceMs;
  }

  async step(): Promise<void> {
    const { store, dataDir, log, isLive } = this.#recovery;
    const now = this.#recovery.now();
    if (now - this.#lastStep > 2 * everyMs || now < this.#lastStep) this.#fencesFrom = now + graceMs;
    // Read before the time of this step is kept: while the store is away no step counts, and nobody can renew.
    const instances = await store.leases.instances();
    this.#lastStep = now;
    if (now < this.#fencesFrom) return;
    const journals = new Set(journalsIn(dataDir));
    for (const { id, state, aliveUntil } of instances) {
      const isOver = state === 'alive' && aliveUntil < now && (await store.leases.fence(id, now));
      if (isOver) log('instance-fenced', { instance: id });
      if ((isOver || state === 'fenced') && journals.has(id) && !isLive(id)) await recoverInstance(this.#recovery, id);
    }
    await this.#forget(instances.filter(({ id }) => !journals.has(id)));
  }

  /** Nothing that the silent ones began can still be running: what is left of their leases returns (MONEY §2, Silence). */
  async #forget(instances: readonly InstanceRow[]): Promise<void> {
    const { store, holder, forgetAfterMs, log, now } = this.#recovery;
    const silent = instances.filter(
      ({ state, aliveUntil }) => state === 'fenced' && aliveUntil + forgetAfterMs < now(),
    );
    if (silent.length === 0 || !(await store.jobs.lead('forget', holder, now() + leadMs, now()))) return;
    for (const { id } of silent) {
      await store.leases.release(id, 'forgotten');
      log('instance-forgotten', { instance: id });
    }
  }
}
