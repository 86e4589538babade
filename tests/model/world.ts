import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Need } from '#core/allowance/lease.ts';
import type { StoredAllowance } from '#store/store.ts';
import { newKey, noon } from '../store/store-under-test.ts';
import type { Command } from './commands.ts';
import { MemoryStore } from './memory-store.ts';
import { type Journal, ModelGateway } from './model-gateway.ts';
import { ModelKeeper } from './model-keeper.ts';

/** The gateways' own clock, which no store can set, and the hand that lets their timers run. */
export type Monotonic = { now: number; tidy(): void };

/**
 * Three gateways, two keepers and a store, of which anything may fail at any moment. The parts are the product's: leases,
 * holds, the lease book, the keeper's answers and all of its SQL; the wires, clocks and crashes are the model's.
 */
export class World {
  readonly memory: MemoryStore;
  readonly workspace: string;
  readonly wallet: string;
  readonly gateways: ModelGateway[] = [];
  /** Of processes that are gone; what is in it waits for somebody who reads it. */
  readonly left: (Journal & { readonly isLost: boolean })[] = [];
  /** All that ever was, by instance. */
  readonly journals = new Map<string, Journal>();
  readonly released = new Set<string>();
  credited: bigint;
  readonly #keepers: ModelKeeper[] = [];
  readonly #allowances: readonly StoredAllowance[];
  readonly #key: string;
  readonly #monotonic: Monotonic;
  readonly #clock: { now: number };
  #made = 0;

  static async make(monotonic: Monotonic): Promise<World> {
    const clock = { now: noon };
    const memory = await MemoryStore.open(() => clock.now);
    const { accounts } = memory.store;
    const credited = 900n;
    const made = await accounts.createWorkspace({ name: 'one', creditNano: credited, now: noon });
    assert.ok(made !== 'taken');
    const { id: workspace } = made;
    const { id: key } = await accounts.createKey(
      newKey(workspace, { limitNano: 1_500n, limitRequests: 90, reset: 'daily' }),
    );
    await accounts.setLimit({
      ...{
        workspace,
        key: null,
        unit: 'nano-usd',
        window: 'month',
        model: null,
        upstream: null,
        ofAll: false,
        zone: 'Asia/Tokyo',
      },
      ...{ limit: 4_000n, burst: null, eachEndUser: false, now: noon },
    });
    const { found } = await accounts.callerByHash('aa', noon);
    assert.ok(found.state === 'known' && found.allowances.length === 4);
    return new World({ memory, workspace, key, monotonic, clock, credited, found });
  }

  private constructor(made: {
    readonly memory: MemoryStore;
    readonly workspace: string;
    readonly key: string;
    readonly monotonic: Monotonic;
    readonly clock: { now: number };
    readonly credited: bigint;
    readonly found: { readonly wallet: string; readonly allowances: readonly StoredAllowance[] };
  }) {
    this.memory = made.memory;
    this.workspace = made.workspace;
    this.#key = made.key;
    this.#monotonic = made.monotonic;
    this.#clock = made.clock;
    this.credited = made.credited;
    this.wallet = made.found.wallet;
    this.#allowances = made.found.allowances;
    for (let each = 0; each < 2; each += 1) this.#keepers.push(this.#newKeeper());
    for (let each = 0; each < 3; each += 1) this.gateways.push(this.#newGateway());
  }

  async take(command: Command): Promise<void> {
    try {
      await this.#takeOrFail(command);
    } catch (thrown) {
      // The store was away: whoever asked hears of a failure, and anything may have happened.
      const isMeant =
        thrown instanceof Error && /^the (store is away|answer of a commit is lost)$/.test(thrown.message);
      if (!isMeant) throw thrown;
    }
    await turn();
  }

  /** Everything that can still happen happens: wires are whole, the store is there, and all processes end in peace. */
  async heal(): Promise<void> {
    this.memory.database.failNext([]);
    for (const gateway of this.gateways) {
      if (!gateway.wire.isUp) await this.take({ do: 'connect', who: this.gateways.indexOf(gateway), keeper: 0 });
    }
    await this.#untilQuiet();
    for (const gateway of this.gateways) {
      // Also those who waited for a grant until now, and those who get one only while the others end.
      do {
        while (gateway.open.length > 0) gateway.end(0, 100n);
        gateway.ship();
        await this.#untilQuiet();
      } while (gateway.open.length > 0);
      gateway.book.giveAll();
      void gateway.wire.ask({ kind: 'bye' });
      await this.#untilQuiet();
      this.released.add(gateway.instance);
      gateway.crash();
    }
    while (this.left.some(({ isLost }) => !isLost)) await this.#recover(Number.POSITIVE_INFINITY);
    // Of a lost disk nothing comes any more: its operator gives it up.
    for (const { id } of await this.memory.store.leases.instances()) {
      await this.memory.store.leases.fence(id, Number.MAX_SAFE_INTEGER);
      await this.memory.store.leases.release(id, 'forgotten');
    }
  }

  close(): void {
    for (const gateway of this.gateways) gateway.crash();
    this.memory.close();
  }

  async #takeOrFail(command: Command): Promise<void> {
    const { leases, accounts } = this.memory.store;
    switch (command.do) {
      case 'ask':
        return void this.#gateway(command.who).admit(this.#needs(command), this.#monotonic.now);
      case 'end':
        return this.#gateway(command.who).end(command.which, BigInt(command.percent));
      case 'deliver':
        return await this.#deliver(this.#gateway(command.who), command);
      case 'ship':
        return this.#gateway(command.who).ship();
      case 'renew': {
        const gateway = this.#gateway(command.who);
        const askedAt = this.#monotonic.now;
        return void gateway.wire.ask({ kind: 'renew' }).then((answer) => {
          if (answer?.kind === 'renewed') gateway.renewedAt = askedAt;
        });
      }
      case 'cut':
        return this.#gateway(command.who).wire.cut();
      case 'time-out':
        return this.#gateway(command.who).wire.timeOut();
      case 'drain':
        return await this.#drain(command.who);
      case 'connect':
        // A fenced process ends, and another takes its place.
        if (this.#gateway(command.who).isFenced) await this.#drain(command.who);
        if (this.#gateway(command.who).wire.isUp) return;
        return await this.#connect(this.#gateway(command.who), command.keeper);
      case 'crash':
        return this.#crash(command.who, command.isDiskLost);
      case 'post':
        return await this.#keeper(command.keeper).post();
      case 'try-again':
        return await this.#keeper(command.keeper).tryShortAgain();
      case 'crash-keeper':
        this.#keeper(command.keeper).crash();
        this.#keepers[command.keeper] = this.#newKeeper();
        return;
      case 'recover':
        return await this.#recover(command.cutAfter);
      case 'fence':
        for (const { id, aliveUntil, state } of await leases.instances())
          if (state === 'alive' && aliveUntil < this.#clock.now) await leases.fence(id, this.#clock.now);
        return;
      case 'forget':
        for (const { id, state } of await leases.instances()) {
          if (state !== 'fenced') continue;
          this.released.add(id);
          await leases.release(id, 'forgotten');
        }
        return;
      case 'tidy':
        return this.#monotonic.tidy();
      case 'fail':
        return this.memory.database.failNext(command.faults);
      case 'wait':
        this.#clock.now += command.ms;
        this.#monotonic.now += command.ms + command.skewMs;
        return;
      case 'jump':
        this.#clock.now = Math.max(86_400_000, this.#clock.now + command.ms);
        return;
      case 'credit':
        return await this.#credit(BigInt(command.amount));
      case 'limit':
        return void (await accounts.updateKey(this.#key, { limitNano: BigInt(command.amount), now: this.#clock.now }));
    }
  }

  #needs({ amount, limited }: { readonly amount: number; readonly limited: boolean }): readonly Need[] {
    // Some keys have no limits of their own: their requests need the wallet and the workspace's month.
    const chain = limited ? this.#allowances : this.#allowances.filter(({ of }) => of !== 'key');
    return chain.map(({ id, unit }) => ({ allowance: id, amount: unit === 'nano-usd' ? BigInt(amount) : 1n }));
  }

  async #credit(amount: bigint): Promise<void> {
    const before = await this.#limitOfWallet();
    try {
      const credit = { workspace: this.workspace, amount, source: 'operator', now: this.#clock.now };
      await this.memory.store.accounts.credit(credit);
    } finally {
      // The commit may have happened though its answer was lost.
      this.credited += (await this.#limitOfWallet()) - before;
    }
  }

  async #limitOfWallet(): Promise<bigint> {
    const row = await this.memory.database.one(`select "limit" from allowance where id = :id`, { id: this.wallet });
    return BigInt(row?.limit as bigint);
  }

  async #deliver(gateway: ModelGateway, { up, down }: { readonly up: number; readonly down: number }): Promise<void> {
    const keeper = this.#keeperOf.get(gateway);
    for (let each = 0; each < up; each += 1) await keeper?.take(gateway.wire);
    for (let each = 0; each < down; each += 1) {
      this.#hear(gateway);
      await turn();
    }
  }

  #hear(gateway: ModelGateway): void {
    const message = gateway.wire.hear();
    if (message?.kind === 'welcome') gateway.renewedAt = this.#monotonic.now;
    if (message?.kind === 'recall') gateway.book.recall(message.allowance);
    if (message?.kind === 'refused' && message.why === 'fenced') gateway.isFenced = true;
    if (message?.kind === 'posted') gateway.journal.posted = Math.max(gateway.journal.posted, message.through);
  }

  readonly #keeperOf = new Map<ModelGateway, ModelKeeper>();

  async #connect(gateway: ModelGateway, which: number): Promise<void> {
    gateway.wire.cut();
    await turn();
    const keeper = this.#keeper(which);
    this.#keeperOf.set(gateway, keeper);
    keeper.connect(gateway.wire);
    gateway.wire.say({ kind: 'hello', instance: gateway.instance, part: 'gateway' });
    await keeper.take(gateway.wire);
    this.#hear(gateway);
    gateway.ship();
  }

  #crash(who: number, isLost: boolean): void {
    const gone = this.#gateway(who);
    gone.crash();
    this.left.push({ ...gone.journal, isLost });
    this.gateways[who] = this.#newGateway();
  }

  /** Everything ended, posted and given back; what was not answered stays in the journal, as after a crash. */
  async #drain(who: number): Promise<void> {
    const gateway = this.#gateway(who);
    while (gateway.open.length > 0) gateway.end(0, 0n);
    gateway.ship();
    gateway.book.giveAll();
    let isOver = false;
    void gateway.wire.ask({ kind: 'bye' }).then((answer) => {
      isOver = answer?.kind === 'result';
    });
    const keeper = this.#keeperOf.get(gateway);
    while (keeper && gateway.wire.toKeeper.length > 0) await keeper.take(gateway.wire);
    while (gateway.wire.toGateway.length > 0) this.#hear(gateway);
    await turn();
    if (isOver) this.released.add(gateway.instance);
    this.#crash(who, false);
  }

  /** As recover.ts does it: what ended, what only began, then the leases; cut off anywhere, and run again. */
  async #recover(cutAfter: number): Promise<void> {
    const journal = this.left.find(({ isLost }) => !isLost);
    if (!journal) return;
    const { postings, leases } = this.memory.store;
    const ended = new Set(journal.ends.map(({ generation }) => generation));
    const begun = [...journal.begins.values()].filter(({ generation }) => !ended.has(generation));
    const steps = [
      () => postings.post(journal.ends, this.#clock.now),
      () =>
        postings.postCrashed(
          begun.map((begin) => ({ begin, estimate: 1n })),
          this.#clock.now,
        ),
      () => leases.release(journal.instance, 'recovered'),
    ];
    for (const [at, step] of steps.entries()) {
      if (at >= cutAfter) return;
      await step();
    }
    this.released.add(journal.instance);
    this.left.splice(this.left.indexOf(journal), 1);
  }

  async #untilQuiet(): Promise<void> {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true;
      for (const gateway of this.gateways) {
        const { wire } = gateway;
        if (wire.toKeeper.length + wire.toGateway.length > 0) isQuiet = false;
        await this.#deliver(gateway, { up: wire.toKeeper.length, down: wire.toGateway.length });
      }
      for (const keeper of this.#keepers) {
        await keeper.post();
        await keeper.tryShortAgain();
      }
      await turn();
    }
  }

  #newKeeper(): ModelKeeper {
    return new ModelKeeper({
      store: this.memory.store,
      now: () => this.#clock.now,
      recall: (allowance, window, but) => {
        for (const { instance, wire } of this.gateways)
          if (instance !== but && wire.isUp) wire.toGateway.push({ kind: 'recall', allowance, window });
      },
    });
  }

  #newGateway(): ModelGateway {
    const gateway = new ModelGateway(`g${++this.#made}`, this.workspace);
    this.journals.set(gateway.instance, gateway.journal);
    return gateway;
  }

  #gateway(who: number): ModelGateway {
    const gateway = this.gateways[who];
    assert.ok(gateway);
    return gateway;
  }

  #keeper(which: number): ModelKeeper {
    const keeper = this.#keepers[which];
    assert.ok(keeper);
    return keeper;
  }
}
