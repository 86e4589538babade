import type { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrate.ts';
import { newId } from './new-id.ts';
import { makeAccountStore } from './sqlite/account-store.ts';
import { makeCatalogueStore } from './sqlite/catalogue-store.ts';
import { makeChangeStore } from './sqlite/change-store.ts';
import { makeLeaseStore, makeLeaseTables } from './sqlite/lease-store.ts';
import { makeObjectStore } from './sqlite/object-store.ts';
import { openDatabase } from './sqlite/open-database.ts';
import { makePostingStore, type StoreContext } from './sqlite/posting-store.ts';
import type { Store } from './store.ts';

/**
 * Opens the store of a data directory, made and migrated when needed. Throws `StoreRefused` where it cannot be used.
 * One process writes: the keeper, or the command line while no keeper runs.
 */
export async function openStore({ dataDir, now }: { dataDir: string; now: () => number }): Promise<Store> {
  const db = openDatabase(dataDir);
  try {
    migrate(db, { dataDir, now });
    return makeStore(db, { dataDir, now, newId });
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

function makeStore(db: DatabaseSync, context: StoreContext): Store {
  const leases = makeLeaseTables(db);
  return {
    leases: makeLeaseStore(db, leases),
    postings: makePostingStore(db, { ...context, leases }),
    accounts: makeAccountStore(db, context.newId),
    catalogue: makeCatalogueStore(db, context.newId),
    changes: makeChangeStore(db),
    objects: makeObjectStore(db),
    async close() {
      if (db.isOpen) db.close();
    },
  };
}
