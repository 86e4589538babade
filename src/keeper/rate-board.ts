import { type Rate, type RateState, type RateTaken, returnToRate, takeOfRate } from '#core/allowance/rate-state.ts';
import type { RateStore } from '#store/store.ts';

const statesMax = 100_000;

type Ask = { readonly need: number; readonly wanted: number; readonly now: number };

/** The rates of everybody who asks this keeper: in memory where it is the only one, else in the store. MONEY §3. */
export class RateBoard {
  readonly #shared: RateStore | undefined;
  readonly #states = new Map<string, RateState>();

  constructor(shared: RateStore | undefined) {
    this.#shared = shared;
  }

  async take(id: string, rate: Rate, ask: Ask): Promise<RateTaken> {
    if (this.#shared) return await this.#shared.take(id, rate, ask);
    const taken = takeOfRate(rate, this.#states.get(id), ask);
    this.#remember(id, taken.state);
    return taken;
  }

  async giveBack(id: string, rate: Rate, back: { readonly unused: number; readonly now: number }): Promise<void> {
    if (this.#shared) return await this.#shared.giveBack(id, rate, back);
    this.#remember(id, returnToRate(rate, this.#states.get(id), back));
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
