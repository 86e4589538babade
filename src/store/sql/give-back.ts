import { findLeases, shrinkLease } from './lease-rows.ts';
import type { Sql } from './sql.ts';
import { lockWindowsOf, takeBack } from './window-rows.ts';

/**
 * A gateway reduced its free part and says the lease's new grant. Absolute: said twice, it changes nothing; never below
 * what was posted, and never above what was granted.
 */
export async function giveBack(
  sql: Sql,
  given: { readonly instance: string; readonly lease: string; readonly granted: bigint; readonly done: boolean },
): Promise<void> {
  await lockWindowsOf(sql, [given.lease]);
  const lease = (await findLeases(sql, [given.lease])).get(given.lease);
  if (!lease || lease.instance !== given.instance || lease.state === 'closed') return;
  const floor = given.granted > lease.posted ? given.granted : lease.posted;
  const granted = floor < lease.granted ? floor : lease.granted;
  const isClosed = given.done && granted === lease.posted;
  await shrinkLease(sql, lease, { granted, done: given.done, state: isClosed ? 'closed' : 'open' });
  if (granted < lease.granted) await takeBack(sql, lease, lease.granted - granted);
}
