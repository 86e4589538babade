import type { LossAccount } from '#core/journal/record.ts';
import { lossOfShares, type Share, upstreamLoss, walletCharge } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import { bookTransfers, type NewTransfer } from './book-transfers.ts';
import { type LeaseRow, postToLease } from './lease-rows.ts';
import type { Sql } from './sql.ts';
import { warnOfSpent } from './warning-rows.ts';
import { inOrder, spend, type WindowId } from './window-rows.ts';

type Sum = { readonly transfer: string; amount: Nano };
/** Added up by who is owed: a thousand generations of one endpoint are one share. */
type Shares = { readonly transfer: string; readonly byPayee: Map<string | undefined, { amount: Nano; cost: Nano }> };

/**
 * What one batch takes from leases and books: gathered row by row, carried out once at the end, so that a thousand
 * generations of a wallet are one transfer and one update of each row they share.
 */
export class PostingBatch {
  readonly #newId: NewId;
  readonly #leases: ReadonlyMap<string, LeaseRow>;
  readonly #taken = new Map<LeaseRow, bigint>();
  readonly #charges = new Map<string, Shares>();
  readonly #late = new Map<'loss:late', Shares>();
  readonly #losses = new Map<LossAccount, Sum>();

  /** @param leases those that its records name, as they are. */
  constructor(leases: ReadonlyMap<string, LeaseRow>, newId: NewId) {
    this.#leases = leases;
    this.#newId = newId;
  }

  lease(id: string): LeaseRow | undefined {
    return this.#leases.get(id);
  }

  /** What this lease can still pay, after what this batch takes from it. */
  restOf(lease: LeaseRow): bigint {
    return lease.granted - lease.posted - (this.#taken.get(lease) ?? 0n);
  }

  take(lease: LeaseRow, amount: bigint): void {
    this.#taken.set(lease, (this.#taken.get(lease) ?? 0n) + amount);
  }

  /** Returns the id of the transfer that will charge this wallet. */
  charge(wallet: string, share: Share): string {
    return addShare(this.#charges, wallet, share, this.#newId);
  }

  /** Returns the id of the transfer that books a charge which no wallet pays. */
  loseCharge(share: Share): string {
    return addShare(this.#late, 'loss:late', share, this.#newId);
  }

  /** Returns the id of the transfer that will book it. */
  lose(account: LossAccount, amount: Nano): string {
    return add(this.#losses, account, amount, this.#newId);
  }

  /** I5. Windows, leases, accounts: the order in which everybody takes their locks. */
  async carryOut(sql: Sql, at: number): Promise<void> {
    const spent = this.#spentByWindow();
    const windows = spent.map(({ spent: amount, ...window }) => spend(sql, window, amount));
    const leases = [...this.#taken].sort(([a], [b]) => inOrder(a, b));
    await Promise.all([...windows, ...leases.map(([{ id }, amount]) => postToLease(sql, id, amount))]);
    await warnOfSpent(sql, spent, at);
    await bookTransfers(sql, this.#transfers(), at);
  }

  #spentByWindow(): readonly (WindowId & { readonly spent: bigint })[] {
    const sums = new Map<string, WindowId & { spent: bigint }>();
    for (const [{ allowance, window }, amount] of this.#taken) {
      const key = `${allowance} ${window}`;
      const sum = sums.get(key);
      if (sum) sum.spent += amount;
      else sums.set(key, { allowance, window, spent: amount });
    }
    return [...sums.values()].sort(inOrder);
  }

  #transfers(): readonly NewTransfer[] {
    const charges = [...this.#charges].map(([wallet, shares]) => {
      return { id: shares.transfer, transfer: walletCharge(wallet, sharesOf(shares)), reference: null };
    });
    const late = [...this.#late].map(([account, shares]) => {
      return { id: shares.transfer, transfer: lossOfShares(account, sharesOf(shares)), reference: null };
    });
    const losses = [...this.#losses].map(([account, { transfer, amount }]) => {
      return { id: transfer, transfer: upstreamLoss(account, amount), reference: null };
    });
    return [...charges, ...late, ...losses];
  }
}

function addShare<Key>(sums: Map<Key, Shares>, key: Key, { amount, cost, payee }: Share, newId: NewId): string {
  const shares = sums.get(key) ?? { transfer: newId('tr'), byPayee: new Map() };
  sums.set(key, shares);
  const share = shares.byPayee.get(payee) ?? { amount: 0n, cost: 0n };
  shares.byPayee.set(payee, share);
  share.amount += amount;
  share.cost += cost;
  return shares.transfer;
}

function sharesOf({ byPayee }: Shares): readonly Share[] {
  return [...byPayee].map(([payee, sums]) => ({ ...sums, payee }));
}

function add<Key>(sums: Map<Key, Sum>, key: Key, amount: Nano, newId: NewId): string {
  const sum = sums.get(key) ?? { transfer: newId('tr'), amount: 0n };
  sums.set(key, sum);
  sum.amount += amount;
  return sum.transfer;
}
