import { ruleOf } from '#core/allowance/end-user.ts';
import { freeOf, isLive } from '#core/allowance/lease.ts';
import { maxNano, type Nano } from '#core/money/nano.ts';
import { holdPrices } from '#core/money/price-in-force.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import type { Generation } from '../generation.ts';
import { type Admission, worstAt } from './admit.ts';
import { boundsOf } from './fit-budget.ts';
import { inputBoundOf } from './input-bound.ts';

/** A staged hold begins with this much output a choice, and grows by so much (MONEY §4). */
export const stagedTokens = 4_096;
const stageTokens = 2_048;
/** No text has more tokens than half its bytes, but for what nobody writes: of that the hold bears what it can. */
const bytesPerTokenMin = 2;

/** Streams of whom wants it begin with a part of their hold. Pictures and speech cannot be cut short. */
export function isStaged({ settings }: Pick<Caller, 'settings'>, { stream, media }: RequestFacts): boolean {
  return settings.hold === 'staged' && stream && media === undefined;
}

/** The hold of a stream that grows with it. */
export class StagedHold {
  readonly #generation: Generation;
  readonly #endpoint: Endpoint;
  readonly #gateway: Gateway;
  readonly #admission: Admission;
  /** Tokens of output, over all choices, that are held for. */
  #held: number;

  constructor(generation: Generation, endpoint: Endpoint, gateway: Gateway) {
    this.#generation = generation;
    this.#endpoint = endpoint;
    this.#gateway = gateway;
    this.#admission = generation.admission;
    this.#held = Math.min(stagedTokens, this.#admission.outputLimit(endpoint)) * generation.facts.choices;
  }

  /** One stage ahead of what came, so that the next one is there before it is needed. */
  isNear(outputBytes: number): boolean {
    const came = Math.ceil(outputBytes / bytesPerTokenMin);
    return this.#held < this.#most && came > this.#held - stageTokens;
  }

  /** From now on nothing may come that is not held for. */
  isReached(outputBytes: number): boolean {
    return this.#held < this.#most && Math.ceil(outputBytes / bytesPerTokenMin) >= this.#held;
  }

  /** Grows by a stage. Without I/O where the leases have it; else the keeper is asked, once. False: there is no more. */
  async grow(tokens = this.#held + stageTokens): Promise<boolean> {
    const next = Math.min(this.#most, tokens);
    const more = maxNano(0n, this.#worst(next) - this.#admission.holdNano);
    if (!this.#take(more)) {
      const needs = this.#moneyParts().map(({ lease }) => ({ allowance: lease.allowance, amount: more }));
      const refill = await this.#gateway.leases.refill(needs);
      if (refill.kind !== 'granted' || !this.#take(more)) return false;
    }
    this.#held = Math.max(this.#held, next);
    return true;
  }

  /** What one more stage may cost. */
  get nextNano(): Nano {
    return maxNano(0n, this.#worst(this.#held + stageTokens) - this.#admission.holdNano);
  }

  get #most(): number {
    return this.#admission.outputLimit(this.#endpoint) * this.#generation.facts.choices;
  }

  /** All or nothing, and only of a hold that is still open. */
  #take(more: Nano): boolean {
    const { hold } = this.#admission;
    const now = performance.now();
    const parts = this.#moneyParts();
    if (!hold.isOpen) return false;
    if (parts.some(({ lease }) => !isLive(lease, now) || freeOf(lease, now) < more)) return false;
    if (more > 0n) {
      hold.grow(parts, more);
      this.#admission.holdNano += more;
    }
    return true;
  }

  #moneyParts() {
    const { caller } = this.#generation;
    return this.#admission.hold.parts.filter(({ lease }) => {
      const allowance = ruleOf(lease.allowance) ?? lease.allowance;
      return !caller.openAllowances.has(allowance) && !caller.requestAllowances.has(allowance);
    });
  }

  /** At the endpoint that answers: the others of the plan cost nothing any more. */
  #worst(tokens: number): Nano {
    const { bodyBytes, facts } = this.#generation;
    const limit = Math.ceil(tokens / facts.choices);
    const inputTokens = inputBoundOf(bodyBytes, facts, this.#endpoint);
    const bounds = boundsOf({ facts, endpoint: this.#endpoint, inputTokens, limit });
    let worst = 0n;
    for (const price of holdPrices(this.#endpoint.price.price, this.#admission.terms)) {
      worst = maxNano(worst, worstAt(this.#endpoint, bounds, price));
    }
    return worst;
  }
}

/**
 * Before it is judged what an answer costs: reasoning that nobody saw may have used more than was held so far. What cannot
 * be held for even now is the operator's loss, as everywhere.
 */
export async function growToReported(
  generation: Generation,
  { endpoint, output }: { readonly endpoint: Endpoint | null; readonly output: number | undefined },
  gateway: Gateway,
): Promise<void> {
  if (!generation.admission.isStaged || !endpoint || output === undefined) return;
  await new StagedHold(generation, endpoint, gateway).grow(output);
}
