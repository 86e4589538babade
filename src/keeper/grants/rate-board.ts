import { endUserAllowance, endUsersMax, otherEndUsers, ruleOf } from '#core/allowance/end-user.ts';
import { type Rate, type RateState, type RateTaken, returnToRate, takeOfRate } from '#core/allowance/rate-state.ts';
import type { RateStore } from '#store/shared-rates.ts';

const statesMax = 100_000;
const hourMs = 3_600_000;

type Ask = { readonly need: number; readonly wanted: number; readonly now: number };

/** The rates of everybody who asks this keeper: in memory where it is the only one, else in the store. MONEY §3. */
export class RateBoard {
  readonly #shared: RateStore | undefined;
  readonly #states = new Map<string, RateState>();
  readonly #endUsers = new EndUsersOfRates();

  constructor(shared: RateStore | undefined) {
    this.#shared = shared;
  }

  async take(id: string, rate: Rate, ask: Ask): Promise<RateTaken> {
    const state = this.#endUsers.nameOf(id, ask.now);
    if (this.#shared) return await this.#shared.take(state, rate, ask);
    const taken = takeOfRate(rate, this.#states.get(state), ask);
    this.#remember(state, taken.state);
    return taken;
  }

  async giveBack(id: string, rate: Rate, back: { readonly unused: number; readonly now: number }): Promise<void> {
    const state = this.#endUsers.nameOf(id, back.now);
    if (this.#shared) return await this.#shared.giveBack(state, rate, back);
    this.#remember(state, returnToRate(rate, this.#states.get(state), back));
  }

  /** Whose rate lay unused the longest begins anew: with so many it is full again. */
  #remember(id: string, state: RateState): void {
    this.#states.delete(id);
    this.#states.set(id, state);
    if (this.#states.size <= statesMax) return;
    for (const oldest of this.#states.keys()) {
      this.#states.delete(oldest);
      break;
    }
  }
}

/** Who has a state of its own in the rates of end users: so many of a rule, and whoever else comes shares one. */
class EndUsersOfRates {
  readonly #byRule = new Map<string, Map<string, number>>();

  nameOf(id: string, now: number): string {
    const rule = ruleOf(id);
    if (rule === undefined) return id;
    const seen = this.#byRule.get(rule) ?? new Map<string, number>();
    this.#byRule.set(rule, seen);
    const isKnown = seen.delete(id);
    // The longest unseen comes first; after an hour a rate is whole again.
    for (const [oldest, at] of seen) {
      if (at > now - hourMs) break;
      seen.delete(oldest);
    }
    if (!isKnown && seen.size >= endUsersMax) return endUserAllowance(rule, otherEndUsers);
    seen.set(id, now);
    return id;
  }
}
