import { faultFields } from './keeper-log.ts';
import { journalsIn, type Recovery, recoverInstance } from './recover.ts';

const everyMs = 5_000;
/** A gateway renews every 20 s; after a pause of this machine, or of the keeper, it gets one chance to. */
const graceMs = 25_000;

/**
 * Fences instances that have not renewed in time, and recovers fenced ones whose journal is here. Takes one step each
 * five seconds; stops with what it returns.
 */
export function startFenceJob(recovery: Recovery): { stop(): Promise<void> } {
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
  readonly #recovery: Recovery;
  #lastStep: number;
  #fencesFrom: number;

  constructor(recovery: Recovery) {
    this.#recovery = recovery;
    this.#lastStep = recovery.now();
    this.#fencesFrom = this.#lastStep + graceMs;
  }

  async step(): Promise<void> {
    const { store, dataDir, log, isLive } = this.#recovery;
    const now = this.#recovery.now();
    if (now - this.#lastStep > 2 * everyMs || now < this.#lastStep) this.#fencesFrom = now + graceMs;
    this.#lastStep = now;
    if (now < this.#fencesFrom) return;
    const journals = new Set(journalsIn(dataDir));
    for (const { id, state, aliveUntil } of await store.leases.instances()) {
      const isOver = state === 'alive' && aliveUntil < now && (await store.leases.fence(id, now));
      if (isOver) log('instance-fenced', { instance: id });
      if ((isOver || state === 'fenced') && journals.has(id) && !isLive(id)) await recoverInstance(this.#recovery, id);
    }
  }
}
