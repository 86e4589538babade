import type { LeaseStore } from '../store.ts';
import { dropEndUsers } from './end-user-rows.ts';
import { giveBack } from './give-back.ts';
import { grantAll } from './grant-all.ts';
import { fenceInstance, keepAlive, openInstances } from './instance-rows.ts';
import { findOtherHolders } from './lease-rows.ts';
import { releaseInstance } from './release-instance.ts';
import type { Database } from './sql.ts';

export function makeLeaseStore(db: Database): LeaseStore {
  return {
    keepAlive: (instance, aliveUntil) => keepAlive(db, instance, aliveUntil),
    grant: (instance, wants, now) => db.transaction((sql) => grantAll(sql, { instance, wants, now })),
    give: (instance, lease, granted, done) =>
      db.transaction((sql) => giveBack(sql, { instance, lease, granted, done })),
    otherHolders: (allowance, window, instance) => findOtherHolders(db, { allowance, window }, instance),
    dropEndUsers: (now) => db.transaction((sql) => dropEndUsers(sql, now)),
    instances: () => openInstances(db),
    fence: (instance, now) => fenceInstance(db, instance, now),
    release: (instance, as) => db.transaction((sql) => releaseInstance(sql, instance, as)),
  };
}
