import type { Fault } from '#core/generation/fault.ts';
import type { Excluded } from '#core/routing/eligible.ts';
import type { HealthTrouble } from '#core/routing/health/endpoint-health.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import type { Gateway } from '../gateway.ts';
import { healthLeavesNothing } from '../plan/nothing-left.ts';

/**
 * A plan in which nobody is well. Its endpoints are asked all the same, since nobody else could answer: each of them takes as
 * many requests at once as it bears, one at a time where its credential is refused, none while its own `Retry-After` lasts;
 * and one more each time a probe is due. Whoever comes beyond that is told so.
 */
export class LastResort {
  readonly #plan: Plan;
  readonly #gateway: Gateway;
  readonly #left: Excluded[] = [];
  #soonestMs = Number.POSITIVE_INFINITY;

  /** Undefined: somebody is well. */
  static of(plan: Plan, gateway: Gateway): LastResort | undefined {
    const isAll = plan.steps.every(({ endpoint }) => gateway.health.troubleOf(endpoint) !== undefined);
    return isAll ? new LastResort(plan, gateway) : undefined;
  }

  private constructor(plan: Plan, gateway: Gateway) {
    this.#plan = plan;
    this.#gateway = gateway;
  }

  /** May this one be asked now? It must be begun before anything is waited for. */
  isFree(step: PlanStep): boolean {
    const trouble = this.#closed(step);
    if (trouble?.closedForMs === undefined) return true;
    this.#left.push({ endpoint: step.endpoint, why: trouble.why });
    this.#soonestMs = Math.min(this.#soonestMs, trouble.closedForMs);
    return false;
  }

  /** Those that may be asked now: nobody is given up sooner for the sake of others. */
  get free(): readonly PlanStep[] {
    return this.#plan.steps.filter((step) => this.#closed(step)?.closedForMs === undefined);
  }

  #closed({ endpoint }: PlanStep): HealthTrouble | undefined {
    // The sandbox plays its faults because they are asked for.
    return endpoint.upstream.type === 'sandbox' ? undefined : this.#gateway.health.troubleOf(endpoint);
  }

  /** Undefined: nobody was left out. */
  get fault(): Fault | undefined {
    if (this.#left.length === 0) return undefined;
    const { excluded } = this.#plan;
    return healthLeavesNothing(
      { ...this.#plan, excluded: [...excluded, ...this.#left] },
      this.#left.length,
      this.#soonestMs,
    );
  }
}
