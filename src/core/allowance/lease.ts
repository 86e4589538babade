import { strict as assert } from 'node:assert';

/**
 * A durable part of one allowance, granted to this gateway process, from which it cuts holds without asking again
 * (MONEY §2). Amounts are nano-USD or whole requests; instants are the gateway's monotonic milliseconds.
 *
 * I4: held + charged ≤ granted, always. `charged` counts what ended, posted or not.
 */
export type Lease = {
  readonly id: string;
  readonly allowance: string;
  window: string;
  granted: bigint;
  held: bigint;
  charged: bigint;
  /** Void from then on; null: never. */
  endsAt: number | null;
  /** What the keeper had left beyond this lease when it last answered: a lower bound of what others see. */
  left: bigint;
  /** Free < 20 % of the limit at the last grant: an unused lease should go back soon. */
  tight: boolean;
  usedAt: number;
};

/** What one generation needs of one allowance. */
export type Need = { readonly allowance: string; readonly amount: bigint };

export type HoldPart = { readonly lease: Lease; readonly amount: bigint };

/** An amount set aside for one generation, a part per lease. Ends exactly once: settled or released. */
export class Hold {
  readonly #parts: HoldPart[];
  #open = true;

  constructor(parts: readonly { readonly lease: Lease; readonly amount: bigint }[]) {
    this.#parts = [...parts];
    for (const { lease, amount } of parts) {
      lease.held += amount;
      assert(lease.held + lease.charged <= lease.granted, 'holds exceed the lease');
    }
  }

  get parts(): readonly HoldPart[] {
    return this.#parts;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The caller has seen that each of these leases has it. */
  grow(parts: readonly HoldPart[], more: bigint): void {
    assert(this.#open && more >= 0n, 'only an open hold grows');
    for (const part of parts) {
      const { lease, amount } = part;
      assert(lease.held + lease.charged + more <= lease.granted, 'holds exceed the lease');
      lease.held += more;
      this.#parts[this.#parts.indexOf(part)] = { lease, amount: amount + more };
    }
  }

  /** Turns the hold into charges, an amount per part in the same order; the rest is free again at once. */
  settle(charges: readonly bigint[]): void {
    assert(this.#open, 'a hold ends once');
    this.parts.forEach(({ amount }, index) => {
      const charge = charges[index] ?? 0n;
      assert(charge >= 0n && charge <= amount, 'charge exceeds hold');
    });
    this.#open = false;
    this.parts.forEach(({ lease, amount }, index) => {
      const charge = charges[index] ?? 0n;
      lease.held -= amount;
      lease.charged += charge;
    });
  }

  release(): void {
    if (this.#open) this.settle(this.parts.map(() => 0n));
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

export function freeOf(lease: Lease | undefined, now: number): bigint {
  return lease && isLive(lease, now) ? lease.granted - lease.held - lease.charged : 0n;
}

/** Its window has not ended. */
export function isLive(lease: Lease, now: number): boolean {
  return lease.endsAt === null || now < lease.endsAt;
}

/** The needs that these leases cannot cover now. Empty: a hold can be cut in this same step. */
export function lackingOf(needs: readonly Need[], leases: ReadonlyMap<string, Lease>, now: number): readonly Need[] {
  return needs.filter(({ allowance, amount }) => {
    const lease = leases.get(allowance);
    // A need of nothing needs a lease all the same: what is free counts as a request, and belongs to a window.
    return !lease || !isLive(lease, now) || freeOf(lease, now) < amount;
  });
}

/** Cuts one hold over all needs, all or nothing. The caller has seen that nothing is lacking. */
export function cutHold(needs: readonly Need[], leases: ReadonlyMap<string, Lease>, now: number): Hold {
  // What is free needs no lease.
  const parts = needs
    .filter(({ amount }) => amount > 0n)
    .map(({ allowance, amount }) => {
      const lease = leases.get(allowance);
      assert(lease && freeOf(lease, now) >= amount, 'hold without a lease');
      lease.usedAt = now;
      return { lease, amount };
    });
  return new Hold(parts);
}
