import type { KeyUse } from '#store/dormancy-store.ts';
import type { Store } from '#store/store.ts';
import { repeatTask } from '../jobs/repeat-task.ts';
import type { KeeperLog } from '../keeper-log.ts';

const everyMs = 10_000;
const keysMax = 20_000;

/** When keys were used last, and from which network: gateways ask for each that is in use once a minute, and some seconds of that are written together. */
export class KeyUses {
  #uses = new Map<string, KeyUse>();

  saw(key: string, at: number, network: string | null): void {
    const known = this.#uses.get(key);
    if (known === undefined && this.#uses.size >= keysMax) return;
    this.#uses.set(key, { key, at, network: network ?? known?.network ?? null });
  }

  /** Writes them; stops, and writes the last, with what it returns. */
  start({ dormancy }: Pick<Store, 'dormancy'>, log: KeeperLog): { stop(): Promise<void> } {
    const write = async () => {
      const uses = [...this.#uses.values()];
      this.#uses = new Map();
      if (uses.length > 0) await dormancy.usedKeys(uses);
    };
    const task = repeatTask({ task: 'key-uses', everyMs, log, step: write });
    return {
      async stop() {
        await task.stop();
        await write();
      },
    };
  }
}
