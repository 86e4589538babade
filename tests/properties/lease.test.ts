// I4: of every lease, held + charged ≤ granted, whatever is held, settled, released, granted and given back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutHold, freeOf, type Hold, type Lease, lackingOf, type Need } from '#core/allowance/lease.ts';

const names = ['wallet', 'key-day', 'requests'] as const;
type Name = (typeof names)[number];

type Step =
  | { readonly kind: 'hold'; readonly amounts: Readonly<Partial<Record<Name, bigint>>> }
  | { readonly kind: 'settle'; readonly at: number; readonly percent: bigint }
  | { readonly kind: 'release'; readonly at: number }
  | { readonly kind: 'grant'; readonly name: Name; readonly more: bigint }
  | { readonly kind: 'give-free'; readonly name: Name }
  | { readonly kind: 'wait'; readonly ms: number };

const amount = fc.bigInt({ min: 0n, max: 60n });
const name = fc.constantFrom(...names);
const hold = fc.record({
  kind: fc.constant('hold' as const),
  amounts: fc.record({ wallet: amount, 'key-day': amount, requests: amount }, { requiredKeys: [] }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: hold },
  fc.record({ kind: fc.constant('settle' as const), at: fc.nat(9), percent: fc.bigInt({ min: 0n, max: 100n }) }),
  fc.record({ kind: fc.constant('release' as const), at: fc.nat(9) }),
  fc.record({ kind: fc.constant('grant' as const), name, more: amount }),
  fc.record({ kind: fc.constant('give-free' as const), name }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(30) }),
);

function leaseOf(allowance: string, granted: bigint, endsAt: number | null = null): Lease {
  const unused = { held: 0n, charged: 0n, left: 0n, tight: false, usedAt: 0 };
  return { id: `lease-${allowance}`, allowance, window: 'w', granted, endsAt, ...unused };
}

/** Leases, and what a bookkeeper who sees only the steps believes of them. */
class Bookkeeper {
  readonly leases = new Map<string, Lease>(
    names.map((each) => [each, leaseOf(each, 100n, each === 'key-day' ? 100 : null)]),
  );
  readonly #open: { readonly hold: Hold; readonly needs: readonly Need[] }[] = [];
  readonly #charged = new Map<string, bigint>();
  #now = 0;

  take(each: Step): void {
    switch (each.kind) {
      case 'hold':
        return this.#hold(Object.entries(each.amounts).map(([allowance, needed]) => ({ allowance, amount: needed })));
      case 'settle':
        return this.#end(each.at, each.percent);
      case 'release':
        return this.#end(each.at, undefined);
      case 'grant':
        this.#lease(each.name).granted += each.more;
        return;
      case 'give-free':
        this.#lease(each.name).granted = this.#heldOf(each.name) + (this.#charged.get(each.name) ?? 0n);
        return;
      case 'wait':
        this.#now += each.ms;
    }
  }

  audit(): void {
    for (const [allowance, lease] of this.leases) {
      assert.equal(lease.held, this.#heldOf(allowance), `held of ${allowance}`);
      assert.equal(lease.charged, this.#charged.get(allowance) ?? 0n, `charged of ${allowance}`);
      assert.ok(lease.held + lease.charged <= lease.granted, `${allowance} is over-used`);
      assert.equal(freeOf(lease, this.#now), this.#freeOf(allowance));
      assert.ok(freeOf(lease, this.#now) >= 0n);
    }
  }

  #hold(needs: readonly Need[]): void {
    const short = needs.filter((need) => need.amount > this.#freeOf(need.allowance) || this.#isVoid(need.allowance));
    assert.deepEqual(lackingOf(needs, this.leases, this.#now), short);
    const isUncovered = needs.some((need) => need.amount > this.#freeOf(need.allowance));
    // All or nothing: what the audit then sees is what it was.
    if (isUncovered) assert.throws(() => cutHold(needs, this.leases, this.#now), /hold without a lease/);
    else if (short.length === 0) this.#open.push({ hold: cutHold(needs, this.leases, this.#now), needs });
  }

  #end(at: number, percent: bigint | undefined): void {
    const [ended] = this.#open.splice(at % Math.max(1, this.#open.length), 1);
    if (!ended) return;
    const charges = ended.hold.parts.map((part) => (part.amount * (percent ?? 0n)) / 100n);
    if (percent === undefined) ended.hold.release();
    else ended.hold.settle(charges);
    ended.hold.parts.forEach(({ lease: { allowance } }, index) => {
      this.#charged.set(allowance, (this.#charged.get(allowance) ?? 0n) + (charges[index] ?? 0n));
    });
    assert.throws(() => ended.hold.settle(charges), /a hold ends once/);
    ended.hold.release();
  }

  #lease(allowance: string): Lease {
    const lease = this.leases.get(allowance);
    assert.ok(lease);
    return lease;
  }

  #heldOf(allowance: string): bigint {
    const needs = this.#open.flatMap((open) => open.needs).filter((need) => need.allowance === allowance);
    return needs.reduce((sum, need) => sum + need.amount, 0n);
  }

  #isVoid(allowance: string): boolean {
    return allowance === 'key-day' && this.#now >= 100;
  }

  #freeOf(allowance: string): bigint {
    if (this.#isVoid(allowance)) return 0n;
    return this.#lease(allowance).granted - this.#heldOf(allowance) - (this.#charged.get(allowance) ?? 0n);
  }
}

test('no sequence of holds, settlements and releases over-uses a lease, and each hold ends once', () => {
  const property = fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
    const books = new Bookkeeper();
    for (const each of steps) {
      books.take(each);
      books.audit();
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

function leasesOf(...leases: readonly Lease[]): Map<string, Lease> {
  return new Map(leases.map((lease) => [lease.allowance, lease]));
}

test('a hold that one of its leases cannot cover takes nothing of the others', () => {
  const [wallet, requests] = [leaseOf('wallet', 100n), leaseOf('requests', 0n)];
  const needs = [
    { allowance: 'wallet', amount: 50n },
    { allowance: 'requests', amount: 1n },
  ];

  assert.deepEqual(lackingOf(needs, leasesOf(wallet, requests), 0), needs.slice(1));
  assert.throws(() => cutHold(needs, leasesOf(wallet, requests), 0), /hold without a lease/);
  assert.equal(wallet.held, 0n);
});

test('a lease is void from the end of its window on, also for a need of nothing', () => {
  const leases = leasesOf(leaseOf('key-day', 100n, 1_000));
  const needs = [{ allowance: 'key-day', amount: 10n }];
  const nothing = [{ allowance: 'key-day', amount: 0n }];

  assert.deepEqual(lackingOf(needs, leases, 999), []);
  assert.deepEqual(lackingOf(needs, leases, 1_000), needs);
  assert.deepEqual(lackingOf(nothing, leases, 999), []);
  assert.deepEqual(lackingOf(nothing, leases, 1_000), nothing);
  assert.throws(() => cutHold(needs, leases, 1_000), /hold without a lease/);
});

test('a need of nothing needs a lease, and then takes nothing of it', () => {
  const needs = [{ allowance: 'wallet', amount: 0n }];
  const leases = leasesOf(leaseOf('wallet', 0n));

  assert.deepEqual(lackingOf(needs, new Map(), 0), needs);
  assert.deepEqual(lackingOf(needs, leases, 0), []);
  assert.deepEqual(cutHold(needs, leases, 0).parts, []);
});

test('a hold settles in the lease it was cut from, also after the window ended', () => {
  const lease = leaseOf('key-day', 100n, 1_000);
  const cut = cutHold([{ allowance: 'key-day', amount: 60n }], leasesOf(lease), 999);

  cut.settle([25n]);

  assert.deepEqual([lease.held, lease.charged, freeOf(lease, 2_000)], [0n, 25n, 0n]);
});

test('a charge above its hold or below nothing is ours to crash on', () => {
  for (const charged of [61n, -1n]) {
    const cut = cutHold([{ allowance: 'wallet', amount: 60n }], leasesOf(leaseOf('wallet', 100n)), 0);

    assert.throws(() => cut.settle([charged]), /charge exceeds hold/);
  }
});

test('a hold that leaves its block unsettled is released, a settled one stays settled', () => {
  const lease = leaseOf('wallet', 100n);
  {
    using left = cutHold([{ allowance: 'wallet', amount: 60n }], leasesOf(lease), 0);
    assert.deepEqual([left.isOpen, lease.held], [true, 60n]);
  }
  {
    using settled = cutHold([{ allowance: 'wallet', amount: 60n }], leasesOf(lease), 0);
    settled.settle([40n]);
  }

  assert.deepEqual([lease.held, lease.charged], [0n, 40n]);
});
