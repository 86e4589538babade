import type { LeaseTables } from './lease-store.ts';

/**
 * A gateway reduced its free part and says the lease's new grant. Absolute: said twice, it changes nothing; never below
 * what was posted, and never above what was granted.
 */
export function giveBack(
  { leases, windows }: LeaseTables,
  given: { readonly instance: string; readonly lease: string; readonly granted: bigint; readonly done: boolean },
): void {
  const lease = leases.find(given.lease);
  if (!lease || lease.instance !== given.instance || lease.state === 'closed') return;
  const floor = given.granted > lease.posted ? given.granted : lease.posted;
  const granted = floor < lease.granted ? floor : lease.granted;
  const isClosed = given.done && granted === lease.posted;
  leases.shrink(lease, { granted, done: given.done, state: isClosed ? 'closed' : 'open' });
  if (granted < lease.granted) windows.takeBack(lease.allowance, lease.window, lease.granted - granted);
}
