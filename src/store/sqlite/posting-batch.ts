import type { LossAccount } from '#core/journal/record.ts';
import { upstreamLoss, walletCharge } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { BookTransfer } from './book-transfer.ts';
import type { LeaseRow } from './lease-rows.ts';
import type { LeaseTables } from './lease-store.ts';

type Sum = { readonly transfer: string; amount: Nano };

/**
 * What one batch takes from leases and books: gathered row by row, carried out once at the end, so that a thousand
 * generations of a wallet are one transfer and one update of each row they share.
 */
export class PostingBatch {
  readonly #tables: LeaseTables;
  readonly #newId: NewId;
  readonly #leases = new Map<string, LeaseRow | undefined>();
  readonly #taken = new Map<string, bigint>();
  readonly #charges = new Map<string, Sum>();
  readonly #losses = new Map<LossAccount, Sum>();

  constructor(tables: LeaseTables, newId: NewId) {
    this.#tables = tables;
    this.#newId = newId;
  }

  lease(id: string): LeaseRow | undefined {
    if (!this.#leases.has(id)) this.#leases.set(id, this.#tables.leases.find(id));
    return this.#leases.get(id);
  }

  /** What this lease can still pay, after what this batch takes from it. */
  restOf(lease: LeaseRow): bigint {
    return lease.granted - lease.posted - (this.#taken.get(lease.id) ?? 0n);
  }

  take(lease: LeaseRow, amount: bigint): void {
    this.#taken.set(lease.id, (this.#taken.get(lease.id) ?? 0n) + amount);
  }

  /** The id of the transfer that will charge this wallet. */
  chargeOf(wallet: string): string {
    return sumOf(this.#charges, wallet, this.#newId).transfer;
  }

  charge(wallet: string, amount: Nano): void {
    sumOf(this.#charges, wallet, this.#newId).amount += amount;
  }

  /** Returns the id of the transfer that will book it. */
  lose(account: LossAccount, amount: Nano): string {
    const sum = sumOf(this.#losses, account, this.#newId);
    sum.amount += amount;
    return sum.transfer;
  }

  carryOut(book: BookTransfer, at: number): void {
    this.#spend();
    for (const [wallet, { transfer, amount }] of inOrder(this.#charges)) {
      if (amount > 0n) book(walletCharge(wallet, amount), { id: transfer, at, reference: null });
    }
    for (const [account, { transfer, amount }] of inOrder(this.#losses)) {
      book(upstreamLoss(account, amount), { id: transfer, at, reference: null });
    }
  }

  // I5. Windows first, then leases, each in order of id: so do grants.
  #spend(): void {
    const perWindow = new Map<string, { allowance: string; window: string; spent: bigint }>();
    for (const [id, amount] of this.#taken) {
      const lease = this.#leases.get(id);
      if (!lease) continue;
      const key = `${lease.allowance} ${lease.window}`;
      const spent = (perWindow.get(key)?.spent ?? 0n) + amount;
      perWindow.set(key, { allowance: lease.allowance, window: lease.window, spent });
    }
    for (const [, { allowance, window, spent }] of inOrder(perWindow))
      this.#tables.windows.spend(allowance, window, spent);
    for (const [id, amount] of inOrder(this.#taken)) this.#tables.leases.post(id, amount);
  }
}

function sumOf<Key>(sums: Map<Key, Sum>, key: Key, newId: NewId): Sum {
  let sum = sums.get(key);
  if (!sum) {
    sum = { transfer: newId('tr'), amount: 0n };
    sums.set(key, sum);
  }
  return sum;
}

function inOrder<Key extends string, Value>(map: ReadonlyMap<Key, Value>): readonly (readonly [Key, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
