import { ruleOf } from '#core/allowance/end-user.ts';
import type { RateRow } from '#keeper/interface/messages.ts';
import type { Answer, KeeperLink } from '../keeper-link.ts';

/** Permits or tokens of one rate that this gateway took ahead. Instants are monotonic milliseconds. */
type Ahead = {
  available: number;
  /** What is left then goes back: others may need it. */
  until: number;
  /** Used since `since`, for a guess of the next second. */
  used: number;
  since: number;
  /** Asked for and not answered: who comes meanwhile waits for the same answer. */
  asking: Promise<RateRefill> | undefined;
  waiting: number;
};

/** What one request needs of one rate. */
export type RateNeed = { readonly rate: RateRow; readonly amount: number };

export type RateRefill =
  | { readonly kind: 'granted' }
  | { readonly kind: 'short'; readonly retryAfterMs: number }
  | { readonly kind: 'silent' };

const aheadMs = 1_000;
const askMs = 500;
const tidyMs = 250;
const ratesMax = 100_000;
const owedMax = 10_000;
/** An answer that comes so much later is not waited for by anybody; what it grants still counts. */
const lateMs = 30_000;
const secondMs = 1_000;

/**
 * Rates per minute (MONEY §3): about a second of each is taken ahead, so that a warm key passes without asking. What was not
 * used within the second goes back to the keeper.
 */
export class RateBook {
  readonly #link: KeeperLink;
  readonly #ahead = new Map<string, Ahead>();
  readonly #rates = new Map<string, RateRow>();
  /** Corrections that nobody could be told of. */
  readonly #owed = new Map<string, { readonly rate: RateRow; unused: number }>();
  /** While something is taken ahead. */
  #tidying: NodeJS.Timeout | undefined;

  constructor(link: KeeperLink) {
    this.#link = link;
  }

  /** All of the needs, or none of them and the first that is lacking. */
  take(needs: readonly RateNeed[], now: number): RateNeed | undefined {
    for (const need of needs) if (this.#availableOf(need.rate, now) < need.amount) return need;
    for (const { rate, amount } of needs) {
      const ahead = this.#aheadOf(rate, now);
      ahead.available -= amount;
      ahead.used += amount;
    }
    return undefined;
  }

  /** Asks for what one need lacks, and for about the next second. */
  async refill({ rate, amount }: RateNeed): Promise<RateRefill> {
    const now = performance.now();
    const ahead = this.#aheadOf(rate, now);
    ahead.waiting += amount;
    ahead.asking ??= this.#ask(rate, ahead, amount).finally(() => {
      ahead.asking = undefined;
    });
    return await ahead.asking;
  }

  /** What was taken and not used, or below zero what was used beyond it. */
  correct(needs: readonly RateNeed[]): void {
    for (const { rate, amount } of needs) {
      if (amount === 0) continue;
      if (this.#link.isUp) this.#link.say({ kind: 'rate-back', id: rate.id, rate: plain(rate), unused: amount });
      else this.#owe(rate, amount);
    }
  }

  /** The keeper is there again: what it was not told meanwhile, it is told now. */
  settleUp(): void {
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    this.correct(owed.map(({ rate, unused }) => ({ rate, amount: unused })));
  }

  /** One sum for each rate; beyond the bound the oldest is forgotten, and its bucket fills by itself. */
  #owe(rate: RateRow, amount: number): void {
    const unused = (this.#owed.get(rate.id)?.unused ?? 0) + amount;
    this.#owed.delete(rate.id);
    this.#owed.set(rate.id, { rate, unused });
    if (this.#owed.size <= owedMax) return;
    for (const oldest of this.#owed.keys()) {
      this.#owed.delete(oldest);
      break;
    }
  }

  close(): void {
    clearInterval(this.#tidying);
  }

  async #ask(rate: RateRow, ahead: Ahead, need: number): Promise<RateRefill> {
    // Everything that waits in this turn of the loop is one question.
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = ahead.waiting;
    ahead.waiting = 0;
    const seconds = Math.max(0.2, (performance.now() - ahead.since) / secondMs);
    // Nothing is taken ahead for an end user.
    const recent = ruleOf(rate.id) === undefined ? Math.ceil(ahead.used / seconds) : 0;
    const asked = this.#link.ask(
      { kind: 'rate', id: rate.id, rate: plain(rate), need, wanted: waiting + recent },
      lateMs,
    );
    const deadline = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => setImmediate(() => deadline.resolve(undefined)), askMs);
    const answer = await Promise.race([asked, deadline.promise]);
    clearTimeout(timer);
    if (answer) return this.#take(rate, answer);
    // What was taken for us all the same is used by whoever comes next, or goes back.
    void asked.then((late) => late && this.#take(rate, late));
    return { kind: 'silent' };
  }

  #take(rate: RateRow, answer: Answer): RateRefill {
    if (answer.kind !== 'rate-taken') return { kind: 'silent' };
    if (answer.granted === 0) return { kind: 'short', retryAfterMs: answer.retryAfterMs };
    const now = performance.now();
    const ahead = this.#aheadOf(rate, now);
    ahead.available += answer.granted;
    ahead.until = now + aheadMs;
    return { kind: 'granted' };
  }

  #availableOf(rate: RateRow, now: number): number {
    const ahead = this.#ahead.get(rate.id);
    return ahead && now < ahead.until ? ahead.available : 0;
  }

  #aheadOf(rate: RateRow, now: number): Ahead {
    const known = this.#ahead.get(rate.id);
    if (known) return known;
    const made: Ahead = { available: 0, until: 0, used: 0, since: now, asking: undefined, waiting: 0 };
    this.#ahead.set(rate.id, made);
    this.#rates.set(rate.id, rate);
    this.#tidying ??= setInterval(() => this.#tidy(performance.now()), tidyMs).unref();
    return made;
  }

  #tidy(now: number): void {
    for (const [id, ahead] of this.#ahead) {
      const rate = this.#rates.get(id);
      if (now >= ahead.until && ahead.available > 0 && rate) {
        this.correct([{ rate, amount: ahead.available }]);
        ahead.available = 0;
      }
      if (now - ahead.since > secondMs) {
        const isIdle = ahead.used === 0 && ahead.available === 0 && !ahead.asking;
        ahead.used = 0;
        ahead.since = now;
        if (isIdle || this.#ahead.size > ratesMax) {
          this.#ahead.delete(id);
          this.#rates.delete(id);
        }
      }
    }
    if (this.#ahead.size > 0) return;
    clearInterval(this.#tidying);
    this.#tidying = undefined;
  }
}

function plain({ unit, perMinute, burst }: RateRow) {
  return { unit, perMinute, burst };
}
