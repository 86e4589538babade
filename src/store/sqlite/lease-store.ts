import type { DatabaseSync } from 'node:sqlite';
import type { LeaseStore } from '../store.ts';
import { giveBack } from './give-back.ts';
import { grantAll } from './grant-all.ts';
import { inTransaction } from './in-transaction.ts';
import { makeInstanceRows } from './instance-rows.ts';
import { makeLeaseRows } from './lease-rows.ts';
import { releaseInstance } from './release-instance.ts';
import { makeWindowRows } from './window-rows.ts';

/** The rows that the lease protocol moves. */
export type LeaseTables = {
  readonly instances: ReturnType<typeof makeInstanceRows>;
  readonly leases: ReturnType<typeof makeLeaseRows>;
  readonly windows: ReturnType<typeof makeWindowRows>;
};

export function makeLeaseTables(db: DatabaseSync): LeaseTables {
  return { instances: makeInstanceRows(db), leases: makeLeaseRows(db), windows: makeWindowRows(db) };
}

export function makeLeaseStore(db: DatabaseSync, tables: LeaseTables): LeaseStore {
  const { instances } = tables;
  return {
    async keepAlive(instance, aliveUntil) {
      return instances.keepAlive(instance, aliveUntil);
    },
    async grant(instance, wants, now) {
      return inTransaction(db, () => grantAll(tables, { instance, wants, now }));
    },
    async give(instance, lease, granted, done) {
      inTransaction(db, () => giveBack(tables, { instance, lease, granted, done }));
    },
    async instances() {
      return instances.open();
    },
    async fence(instance) {
      instances.fence(instance);
    },
    async release(instance, as) {
      inTransaction(db, () => releaseInstance(tables, instance, as));
    },
  };
}
