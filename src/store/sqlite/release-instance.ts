import type { LeaseTables } from './lease-store.ts';

/** Closes an instance: what is left of its leases is free again. From then on nothing is posted against them (I5). */
export function releaseInstance(
  { instances, leases, windows }: LeaseTables,
  instance: string,
  as: 'recovered' | 'forgotten' | 'left',
): void {
  if (!instances.close(instance, as)) return;
  // In the order in which grants take their locks.
  const open = leases.openOf(instance).toSorted((a, b) => (a.allowance < b.allowance ? -1 : 1));
  for (const lease of open) {
    leases.close(lease.id);
    if (lease.granted > lease.posted) windows.takeBack(lease.allowance, lease.window, lease.granted - lease.posted);
  }
}
