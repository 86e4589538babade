import { performance } from 'node:perf_hooks';
import { ruleOf } from '#core/allowance/end-user.ts';
import { freeOf, type Hold, isLive, type Lease, type Need } from '#core/allowance/lease.ts';
import { maxNano, minNano } from '#core/money/nano.ts';
import type { Granted, Want } from '#keeper/interface/messages.ts';
import type { KeeperLink } from '../keeper-link.ts';

/** How asking for more went: leases grew, or which allowance is short, or nobody answered. */
export type Refill =
  | { readonly kind: 'granted' }
  | {
      readonly kind: 'short';
      readonly allowance: string;
      readonly free: bigint;
      readonly resetsInMs: number | null;
      readonly againInMs?: number | undefined;
    }
  | { readonly kind: 'silent' };

type Chain = {
  readonly allowances: readonly string[];
  readonly waiting: { readonly needs: readonly Need[]; readonly resolve: (refill: Refill) => void }[];
};

const wantMs = 500;
const tidyMs = 5_000;
const idleMs = 30_000;
const leasesMax = 100_000;
/** Beside what waits, ask for this many times the largest waiting need: the next requests of the same kind. */
const needsAhead = 8n;

/** The leases of this gateway process, one for each allowance it uses, and the asking for more. */
export class LeaseBook {
  readonly leases = new Map<string, Lease>();
  readonly #link: KeeperLink;
  readonly #instance: string;
  readonly #chains = new Map<string, Chain>();
  /** Allowances that a want under way names: a second want for them would not know what the first brings. */
  readonly #busy = new Set<string>();
  readonly #tidying: NodeJS.Timeout;
  readonly #heldSaid = new Map<string, bigint>();
  /** Wallets with open holds, lately, and the allowance of each. */
  readonly #wallets = new Map<string, string>();
  /** Asked for and never answered: they may be granted, so the next want names the same lease. MONEY §2. */
  readonly #unanswered = new Map<string, string>();
  /** Asked for while a want was under way. */
  readonly #recalled = new Set<string>();
  #nextLease = 1;
  #isFlushing = false;
  #sayingHeld: NodeJS.Timeout | undefined;

  constructor(options: { link: KeeperLink; instance: string }) {
    this.#link = options.link;
    this.#instance = options.instance;
    this.#tidying = setInterval(() => this.#tidy(), tidyMs).unref();
  }

  /** Asks for what is lacking. Everything that waits for the same chain in this turn of the loop becomes one want. */
  refill(needs: readonly Need[]): Promise<Refill> {
    const allowances = needs.map(({ allowance }) => allowance);
    const id = allowances.join(' ');
    const chain = this.#chains.get(id) ?? { allowances, waiting: [] };
    this.#chains.set(id, chain);
    return new Promise((resolve) => {
      chain.waiting.push({ needs, resolve });
      if (this.#isFlushing) return;
      this.#isFlushing = true;
      setImmediate(() => {
        this.#isFlushing = false;
        this.#flush();
      });
    });
  }

  /** The wallet's open holds changed: told to the keeper at most once a second, for people to see. */
  touchHeld(wallet: string, allowance: string): void {
    this.#wallets.set(wallet, allowance);
    this.#sayingHeld ??= setTimeout(() => {
      this.#sayingHeld = undefined;
      this.#sayHeld();
    }, 500).unref();
  }

  /**
   * The keeper asks for what we do not need, and is answered also when that is nothing. What a want under way brings would
   * be added to what is given back here: then the answer comes after it.
   */
  recall(allowance: string): void {
    if (this.#busy.has(allowance)) {
      this.#recalled.add(allowance);
      return;
    }
    const lease = this.leases.get(allowance);
    if (!lease) return;
    lease.granted = lease.held + lease.charged;
    this.#link.say({ kind: 'give', lease: lease.id, granted: String(lease.granted), done: false });
  }

  /** Nothing of an end user is kept for its next request: what this hold left goes back. */
  giveEndUsers({ parts }: Hold): void {
    for (const { lease } of parts) {
      const { allowance } = lease;
      // A want under way adds to it: then whoever waited for that gives it back.
      if (ruleOf(allowance) === undefined || this.#busy.has(allowance)) continue;
      if (this.leases.get(allowance) !== lease) continue;
      if (lease.held === 0n) this.leases.delete(allowance);
      this.#giveFree(lease, lease.held === 0n);
    }
  }

  /** A new keeper does not know what was held. */
  sayEverything(): void {
    this.#heldSaid.clear();
    this.#sayHeld();
  }

  giveAll(): void {
    for (const lease of this.leases.values()) this.#giveFree(lease, true);
    this.leases.clear();
    this.#sayHeld();
  }

  close(): void {
    clearInterval(this.#tidying);
    clearTimeout(this.#sayingHeld);
  }

  #flush(): void {
    for (const [id, chain] of this.#chains) {
      if (chain.allowances.some((allowance) => this.#busy.has(allowance))) continue;
      this.#chains.delete(id);
      void this.#want(chain);
    }
  }

  async #want(chain: Chain): Promise<void> {
    const now = performance.now();
    for (const allowance of chain.allowances) this.#busy.add(allowance);
    const wants = chain.allowances.map((allowance) => this.#wantOf(allowance, chain, now));
    const answer = await this.#link.ask({ kind: 'want', wants }, wantMs);
    for (const allowance of chain.allowances) this.#busy.delete(allowance);
    const refill = this.#take(answer, now);
    for (const { allowance, lease } of wants) {
      if (refill.kind === 'silent') this.#unanswered.set(allowance, lease);
      // `short` grants nothing, but an earlier want may have been granted under this id.
      else if (refill.kind === 'granted') this.#unanswered.delete(allowance);
    }
    for (const { resolve } of chain.waiting) resolve(refill);
    // Whoever waited takes its hold first.
    setImmediate(() => this.#answerRecalls(chain));
    if (this.#chains.size > 0) this.#flush();
  }

  #answerRecalls({ allowances }: Chain): void {
    for (const allowance of allowances) if (this.#recalled.delete(allowance)) this.recall(allowance);
  }

  #wantOf(allowance: string, chain: Chain, now: number): Want {
    const lease = this.leases.get(allowance);
    const live = lease && isLive(lease, now) ? lease : undefined;
    const free = freeOf(live, now);
    let wanted = 0n;
    let smallest: bigint | undefined;
    let largest = 0n;
    for (const { needs } of chain.waiting) {
      const amount = needs.find((need) => need.allowance === allowance)?.amount ?? 0n;
      wanted += amount;
      largest = maxNano(largest, amount);
      if (smallest === undefined || amount < smallest) smallest = amount;
    }
    return {
      allowance,
      lease: live?.id ?? this.#unanswered.get(allowance) ?? `${this.#instance}.${this.#nextLease++}`,
      have: String(live ? live.granted : 0n),
      need: amountOf((smallest ?? 0n) - free),
      wanted: amountOf(wanted - free),
      target: ruleOf(allowance) === undefined ? amountOf(maxNano(largest * needsAhead, recentUse(lease))) : '0',
    };
  }

  #take(answer: Awaited<ReturnType<KeeperLink['ask']>>, askedAt: number): Refill {
    if (answer?.kind === 'granted') {
      for (const granted of answer.leases) this.#grow(granted, askedAt);
      return { kind: 'granted' };
    }
    if (answer?.kind === 'short') {
      const { allowance, free, resetsInMs, againInMs } = answer;
      return { kind: 'short', allowance, free: BigInt(free), resetsInMs, againInMs };
    }
    return { kind: 'silent' };
  }

  #grow(granted: Granted, askedAt: number): void {
    const endsAt = granted.endsInMs === null ? null : askedAt + granted.endsInMs;
    const old = this.leases.get(granted.allowance);
    if (old && old.id === granted.lease) {
      old.granted = BigInt(granted.granted);
      old.left = BigInt(granted.left);
      old.tight = granted.tight;
      return;
    }
    if (old) this.#giveFree(old, true);
    this.leases.set(granted.allowance, {
      id: granted.lease,
      allowance: granted.allowance,
      window: granted.window,
      granted: BigInt(granted.granted),
      left: BigInt(granted.left),
      held: 0n,
      charged: 0n,
      endsAt,
      tight: granted.tight,
      usedAt: askedAt,
    });
  }

  /** Reduces a lease to what is held or used: first here, then told. */
  #giveFree(lease: Lease, done: boolean): void {
    const kept = lease.held + lease.charged;
    if (kept === lease.granted && !done) return;
    lease.granted = kept;
    this.#link.say({ kind: 'give', lease: lease.id, granted: String(kept), done });
  }

  /** Leases go back when they lay unused and others may need them, when their window is over, or when there are too many. */
  #tidy(): void {
    const now = performance.now();
    let surplus = this.leases.size - leasesMax;
    for (const [allowance, lease] of this.leases) {
      const isOver = !isLive(lease, now);
      const isIdle = ruleOf(allowance) !== undefined || (lease.tight && now - lease.usedAt > idleMs);
      // What a want under way brings would be added to what is given back here.
      if (this.#busy.has(allowance)) continue;
      if (lease.held > 0n || !(isOver || isIdle || surplus > 0)) continue;
      surplus -= 1;
      this.leases.delete(allowance);
      this.#unanswered.delete(allowance);
      this.#giveFree(lease, true);
    }
  }

  #sayHeld(): void {
    for (const [wallet, allowance] of this.#wallets) {
      const held = this.leases.get(allowance)?.held ?? 0n;
      if (this.#heldSaid.get(wallet) !== held) this.#link.say({ kind: 'held', wallet, amount: String(held) });
      if (held === 0n) {
        this.#heldSaid.delete(wallet);
        this.#wallets.delete(wallet);
      } else this.#heldSaid.set(wallet, held);
    }
  }
}

/** A billion dollars: no wallet has more, and sums of such amounts stay within 64 bits. */
const askedMax = 10n ** 18n;

function amountOf(asked: bigint): string {
  return String(minNano(askedMax, maxNano(0n, asked)));
}

/** What this lease was used for so far, as a guess of what the next half minute takes. */
function recentUse(lease: Lease | undefined): bigint {
  return lease ? lease.charged / 2n : 0n;
}
