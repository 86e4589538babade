import type { EndRecord } from '#core/journal/record.ts';
import type { LeaseRow } from './lease-rows.ts';
import type { PostingBatch } from './posting-batch.ts';

/** `late`: a lease was closed before. `wrong`: no closed lease explains it; a gateway of ours has a bug. */
export type Judgement =
  | { readonly kind: 'pays'; readonly takes: readonly Take[] }
  | { readonly kind: 'late' | 'wrong' };

type Take = { readonly lease: LeaseRow; readonly amount: bigint };

/**
 * Does this record's charge reach the customer? Only when every part of it stands against an open lease that has so
 * much left, and the money stands against a lease of the workspace's own wallet (I5). Else the customer pays nothing.
 */
export function judgeRecord(record: EndRecord, wallet: string | undefined, batch: PostingBatch): Judgement {
  const charge = BigInt(record.charge);
  if (charge > BigInt(record.hold)) return { kind: 'wrong' };
  const takes: Take[] = [];
  let paid = 0n;
  let isLate = false;
  for (const use of record.uses) {
    const amount = BigInt(use.amount);
    if (amount === 0n) continue;
    const lease = batch.lease(use.lease);
    if (!lease || amount < 0n || takes.some((take) => take.lease.id === lease.id)) return { kind: 'wrong' };
    if (lease.state === 'closed') isLate = true;
    else if (amount > batch.restOf(lease)) return { kind: 'wrong' };
    if (lease.allowance === wallet) paid += amount;
    takes.push({ lease, amount });
  }
  if (paid !== charge) return { kind: 'wrong' };
  return isLate ? { kind: 'late' } : { kind: 'pays', takes };
}
