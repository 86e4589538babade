import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GrantAsk, Store, StoredAllowance } from '#store/store.ts';
import {
  assertBooksAreRight,
  type BehindTheStore,
  ended,
  newKey,
  noon,
  onBoth,
  storeWith,
} from './store-under-test.ts';

// What gateways do, in any order, also what they should not: lost replies, stale gives, ends after a fence. After each
// step I1 to I3 hold, and at each end the books are right.

type Step =
  | { readonly do: 'want'; readonly who: number; readonly amounts: readonly number[]; readonly isReplyLost: boolean }
  | { readonly do: 'end'; readonly who: number; readonly amounts: readonly number[]; readonly again: boolean }
  | { readonly do: 'give'; readonly who: number; readonly which: number; readonly left: number; readonly done: boolean }
  | { readonly do: 'credit'; readonly amount: number }
  | { readonly do: 'fence' | 'release' | 'restart'; readonly who: number }
  | { readonly do: 'wait'; readonly hours: number };

const who = fc.nat({ max: 2 });
const small = fc.array(fc.nat({ max: 60 }), { minLength: 3, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('want'), who, amounts: small, isReplyLost: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end'), who, amounts: small, again: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('give'),
      who,
      which: fc.nat({ max: 2 }),
      left: fc.nat({ max: 90 }),
      done: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('credit'), amount: fc.integer({ min: 1, max: 100 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fence', 'release', 'restart'), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: 1, max: 30 }) }) },
);

// A step on PostgreSQL is a trip to a server, and a sync of its disk is not what this looks at.
const runs = { sqlite: 300, postgres: 60 };

onBoth(
  'whatever gateways do, no allowance is overspent, nothing leased is lost, and the books are right',
  async (t, engine) => {
    const { store, behind } = await storeWith(t, 100n);
    let run = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps, areHonest) => {
        run += 1;
        const world = await World.make(store, { run, areHonest });
        for (const each of steps) {
          await world.take(each);
          await assertInvariants(behind);
        }
        await world.close();
        await assertBooksAreRight(store);
      }),
      { numRuns: runs[engine] },
    );
  },
);

/** I1 to I3 by hand, so that this test does not lean on `check`. No limit is lowered here. */
async function assertInvariants(behind: BehindTheStore): Promise<void> {
  const broken = await behind.rows(
    `select w.allowance, w."window", w."limit", w.spent, w.leased, coalesce(sum(l.granted - l.posted), 0) as open
     from allowance_window w
     left join lease l on l.allowance = w.allowance and l."window" = w."window" and l.state = 'open'
     group by w.allowance, w."window"
     having w.spent + w.leased > w."limit" or w.leased <> coalesce(sum(l.granted - l.posted), 0)
       or w.spent < 0 or w.leased < 0 or min(l.posted) < 0 or min(l.granted - l.posted) < 0`,
  );
  assert.deepEqual(broken, []);
}

type HeldLease = { id: string; granted: bigint; charged: bigint };

type Gateway = { instance: string; readonly leases: Map<string, HeldLease>; ended: number; isReleased: boolean };

/**
 * A workspace with a wallet and a key of its own, and three gateways that serve it. Honest ones keep I4: they charge no
 * more than their leases have left. Then nothing is late before they are released.
 */
class World {
  readonly #store: Store;
  readonly #workspace: string;
  readonly #allowances: readonly StoredAllowance[];
  readonly #gateways: readonly Gateway[];
  readonly #name: string;
  readonly #areHonest: boolean;
  #now = noon;
  #made = 0;

  static async make(store: Store, { run, areHonest }: { run: number; areHonest: boolean }): Promise<World> {
    const made = await store.accounts.createWorkspace({ name: `run ${run}`, creditNano: 200n, now: noon });
    assert.ok(made !== 'taken');
    const limits = { limitNano: 150n, limitRequests: 100, reset: 'daily' } as const;
    await store.accounts.createKey(newKey(made.id, { ...limits, hash: `hash ${run}` }));
    const { found } = await store.accounts.callerByHash(`hash ${run}`, noon);
    assert.ok(found.state === 'known');
    const world = new World(store, { workspace: made.id, allowances: found.allowances, name: `r${run}`, areHonest });
    for (const gateway of world.#gateways) await world.#start(gateway);
    return world;
  }

  private constructor(
    store: Store,
    of: { workspace: string; allowances: readonly StoredAllowance[]; name: string; areHonest: boolean },
  ) {
    this.#store = store;
    this.#workspace = of.workspace;
    this.#allowances = of.allowances;
    this.#name = of.name;
    this.#areHonest = of.areHonest;
    this.#gateways = [0, 1, 2].map(() => ({ instance: '', leases: new Map(), ended: 0, isReleased: false }));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'want':
        return await this.#want(this.#gateway(step.who), step.amounts, step.isReplyLost);
      case 'end':
        return await this.#end(this.#gateway(step.who), step.amounts, step.again);
      case 'give':
        return await this.#give(this.#gateway(step.who), step);
      case 'credit': {
        const credit = { workspace: this.#workspace, amount: BigInt(step.amount), source: 'operator', now: this.#now };
        return await this.#store.accounts.credit(credit);
      }
      case 'fence':
        return void (await this.#store.leases.fence(this.#gateway(step.who).instance, this.#now + 60_001));
      case 'release':
        this.#gateway(step.who).isReleased = true;
        return await this.#store.leases.release(this.#gateway(step.who).instance, 'forgotten');
      case 'restart':
        return await this.#start(this.#gateway(step.who));
      case 'wait':
        this.#now += step.hours * 3_600_000;
    }
  }

  /** What all of them hold goes back, so that the next world starts with none of it. */
  async close(): Promise<void> {
    for (const { id } of await this.#store.leases.instances()) await this.#store.leases.release(id, 'left');
    const row = await this.#store.accounts.wallet(this.#workspace);
    assert.equal(row?.leased, 0n);
    assert.ok(row.balance >= 0n);
  }

  async #start(gateway: Gateway): Promise<void> {
    this.#made += 1;
    gateway.instance = `${this.#name}-${this.#made}`;
    gateway.leases.clear();
    gateway.isReleased = false;
    assert.equal(await this.#store.leases.keepAlive(gateway.instance, this.#now + 60_000), true);
  }

  async #want(gateway: Gateway, amounts: readonly number[], isReplyLost: boolean): Promise<void> {
    const wants = this.#allowances.map((allowance, index): GrantAsk => {
      const known = gateway.leases.get(allowance.id);
      const need = BigInt(amounts[index] ?? 0);
      this.#made += 1;
      const id = known?.id ?? `${gateway.instance}:${this.#made}`;
      return { allowance: allowance.id, lease: id, have: known?.granted ?? 0n, need, wanted: need * 2n, target: need };
    });
    const result = await this.#store.leases.grant(gateway.instance, wants, this.#now);
    if (result.kind !== 'granted' || isReplyLost) return;
    for (const { allowance, lease, granted } of result.leases) {
      const want = wants.find((each) => each.allowance === allowance);
      assert.ok(granted >= (want && want.lease === lease ? want.have : 0n), 'a lease never shrinks by a want');
      const known = gateway.leases.get(allowance);
      gateway.leases.set(allowance, { id: lease, granted, charged: known?.id === lease ? known.charged : 0n });
    }
  }

  async #give(gateway: Gateway, { which, left, done }: { which: number; left: number; done: boolean }): Promise<void> {
    const allowance = this.#allowances[which]?.id ?? '';
    const lease = gateway.leases.get(allowance);
    if (!lease) return;
    const charged = this.#areHonest ? lease.charged : 0n;
    const granted = done || BigInt(left) < charged ? charged : BigInt(left);
    await this.#store.leases.give(gateway.instance, lease.id, granted, done);
    if (granted < lease.granted) lease.granted = granted;
    if (done) gateway.leases.delete(allowance);
  }

  async #end(gateway: Gateway, amounts: readonly number[], again: boolean): Promise<void> {
    if (!again) gateway.ended += 1;
    const leases = this.#allowances.map(({ id }) => gateway.leases.get(id));
    const takes = leases.map((lease, index) => {
      const wished = BigInt(amounts[index] ?? 0);
      const left = lease ? lease.granted - lease.charged : 0n;
      return this.#areHonest && left < wished ? left : wished;
    });
    const uses = takes.map((amount, index) => ({ lease: leases[index]?.id ?? 'none', amount: String(amount) }));
    const generation = `${gateway.instance}:${gateway.ended}`;
    const charge = String(takes[0]);
    const record = ended({ workspace: this.#workspace }, '', { generation, charge, uses });
    const before = await this.#store.accounts.wallet(this.#workspace);
    const { posted, late, wrong } = await this.#store.postings.post([record, record], this.#now);
    const spent = ((await this.#store.accounts.wallet(this.#workspace))?.spent ?? 0n) - (before?.spent ?? 0n);
    assert.ok(posted <= 1 && late <= posted && wrong <= late);
    assert.equal(spent, posted === 1 && late === 0 ? BigInt(charge) : 0n);
    if (this.#areHonest) assert.equal(gateway.isReleased ? wrong : late, 0);
    if (posted === 0 || late > 0) return;
    for (const [index, lease] of leases.entries()) if (lease) lease.charged += takes[index] ?? 0n;
  }

  #gateway(index: number): Gateway {
    const gateway = this.#gateways[index];
    assert.ok(gateway);
    return gateway;
  }
}
