import { closeInstance } from './instance-rows.ts';
import { closeLease, findLeases, openLeasesOf } from './lease-rows.ts';
import type { Sql } from './sql.ts';
import { inOrder, lockWindowsOf, takeBack } from './window-rows.ts';

/** Closes an instance: what is left of its leases is free again. From then on nothing is posted against them (I5). */
export async function releaseInstance(
  sql: Sql,
  instance: string,
  as: 'recovered' | 'forgotten' | 'left',
): Promise<void> {
  if (!(await closeInstance(sql, instance, as))) return;
  const ids = (await openLeasesOf(sql, instance)).map(({ id }) => id);
  await lockWindowsOf(sql, ids);
  const leases = [...(await findLeases(sql, ids)).values()].filter(({ state }) => state === 'open').toSorted(inOrder);
  const back = leases.filter(({ granted, posted }) => granted > posted);
  await Promise.all([
    ...leases.map(({ id }) => closeLease(sql, id)),
    ...back.map((lease) => takeBack(sql, lease, lease.granted - lease.posted)),
  ]);
}
