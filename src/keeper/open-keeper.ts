import { randomBytes } from 'node:crypto';
import { openStore } from '#store/open-store.ts';
import { buildSnapshot } from './build-snapshot.ts';
import type { CommandContext } from './commands/command.ts';
import type { CatalogueInput } from './interface/catalogue-input.ts';
import type { Snapshot } from './interface/snapshot.ts';
import { hasPepper, readOrMakePepper } from './pepper.ts';

export type OpenedKeeper = Omit<CommandContext, 'heldOf' | 'snapshot'> & {
  /** Dates the prices and makes the snapshot of what is offered now. */
  makeSnapshot(): Promise<Snapshot>;
};

/**
 * Opens the store, migrates it when needed, and makes what commands work on. The caller holds the lock on the data
 * directory.
 */
export async function openKeeper(options: {
  readonly dataDir: string;
  readonly keyPrefix: string;
  readonly catalogue: CatalogueInput;
}): Promise<OpenedKeeper> {
  const { dataDir, keyPrefix, catalogue } = options;
  const now = Date.now;
  const store = await openStore({ dataDir, now });
  try {
    if (!hasPepper(dataDir) && (await store.accounts.keys()).length > 0) throw new PepperLost(dataDir);
    const pepper = readOrMakePepper(dataDir);
    const makeSnapshot = async () =>
      await buildSnapshot(catalogue, store.catalogue, { now: now(), version: await store.changes.head() });
    return { store, pepper, keyPrefix, now, randomBytes, makeSnapshot };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/** A new pepper would make every key that exists invalid, for good. */
class PepperLost extends Error {
  override readonly name = 'PepperLost';
  readonly sentence: string;

  constructor(dataDir: string) {
    super('pepper lost');
    this.sentence = `The file secrets/pepper is missing from ${dataDir}, and no key works without it: restore it from a backup.`;
  }
}
