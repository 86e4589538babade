import { cutHold, type Hold, lackingOf, type Need } from '#core/allowance/lease.ts';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';
import { LeaseBook } from '#gateway/admit/lease-book.ts';
import { begun, ended } from '../store/store-under-test.ts';
import { Wire } from './wire.ts';

/** MONEY §2, Silence: so long after its last renewal a gateway cuts no more holds. */
const silenceMs = 48_000;

/** What a gateway process wrote down; it outlives the process, and is lost with its disk alone. */
export type Journal = {
  readonly instance: string;
  readonly begins: Map<string, BeginRecord>;
  readonly ends: EndRecord[];
  /** Of these the keeper said that they are posted. */
  posted: number;
};

/** One gateway process: the product's own leases and holds, with nothing of HTTP around them. */
export class ModelGateway {
  readonly instance: string;
  readonly wire = new Wire();
  readonly book: LeaseBook;
  readonly journal: Journal;
  readonly open: { readonly generation: string; readonly hold: Hold }[] = [];
  renewedAt = Number.NEGATIVE_INFINITY;
  isFenced = false;
  isGone = false;
  readonly #workspace: string;
  #made = 0;

  constructor(instance: string, workspace: string) {
    this.instance = instance;
    this.#workspace = workspace;
    this.book = new LeaseBook({ link: this.wire.link, instance });
    this.journal = { instance, begins: new Map(), ends: [], posted: 0 };
  }

  /** One synchronous step, or a question to the keeper, after which the caller comes again. */
  admit(needs: readonly Need[], now: number): 'held' | 'asked' | 'silent' {
    if (!this.isTrusted(now)) return 'silent';
    if (lackingOf(needs, this.book.leases, now).length > 0) {
      void this.#askAndComeAgain(needs);
      return 'asked';
    }
    this.#cut(needs, now);
    return 'held';
  }

  #cut(needs: readonly Need[], now: number): void {
    const hold = cutHold(needs, this.book.leases, now);
    const generation = `${this.instance}:${++this.#made}`;
    const amounts = hold.parts.map(({ lease, amount }) => ({ lease: lease.id, amount: String(amount) }));
    this.journal.begins.set(generation, {
      ...begun({ workspace: this.#workspace }, ''),
      ...{ generation, holds: amounts, hold: String(needs[0]?.amount ?? 0n), inputCharge: '1' },
    });
    this.open.push({ generation, hold });
  }

  /** As whoever waits for a grant does, in the turn in which it comes. */
  async #askAndComeAgain(needs: readonly Need[]): Promise<void> {
    const refill = await this.book.refill(needs);
    const now = performance.now();
    if (refill.kind !== 'granted' || this.isGone || !this.isTrusted(now)) return;
    if (lackingOf(needs, this.book.leases, now).length === 0) this.#cut(needs, now);
  }

  isTrusted(now: number): boolean {
    return !this.isFenced && now - this.renewedAt <= silenceMs;
  }

  /** The end is in the journal when the caller has its last byte. */
  end(which: number, percent: bigint): void {
    const [one] = this.open.splice(which % Math.max(1, this.open.length), 1);
    if (!one) return;
    const { hold, generation } = one;
    // A wallet's nano-dollars in part, a request whole.
    const charges = hold.parts.map(({ amount }) =>
      percent === 0n ? 0n : amount === 1n ? 1n : (amount * percent) / 100n,
    );
    hold.settle(charges);
    const uses = hold.parts.map(({ lease }, index) => ({ lease: lease.id, amount: String(charges[index] ?? 0n) }));
    const begin = this.journal.begins.get(generation);
    const record = { generation, charge: uses[0]?.amount ?? '0', uses, hold: begin?.hold ?? '0' };
    this.journal.ends.push(ended({ workspace: this.#workspace }, '', record));
  }

  /** Everything that is not known to be posted, once more. */
  ship(): void {
    const records = this.journal.ends.slice(this.journal.posted);
    if (records.length > 0) this.wire.say({ kind: 'ended', through: this.journal.ends.length, records });
  }

  /** What stands in a lease's way of being smaller: open holds, and whatever ended, posted or not. */
  usedOf(lease: string): bigint {
    let used = 0n;
    for (const { hold } of this.open) for (const part of hold.parts) if (part.lease.id === lease) used += part.amount;
    for (const { uses } of this.journal.ends)
      for (const use of uses) if (use.lease === lease) used += BigInt(use.amount);
    return used;
  }

  crash(): void {
    this.isGone = true;
    this.wire.cut();
    this.book.close();
  }
}
