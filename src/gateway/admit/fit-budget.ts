import { affordableOutput, type Bounds } from '#core/money/hold.ts';
import type { Nano } from '#core/money/nano.ts';
import { holdPrices, type PriceTerms } from '#core/money/price-in-force.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Plan } from '#core/routing/plan.ts';

export type FitAsk = {
  readonly facts: RequestFacts;
  readonly plan: Plan;
  readonly inputBound: (endpoint: Endpoint) => number;
  readonly mayClamp: boolean;
  readonly terms: PriceTerms;
  /** Output that must be covered at first. */
  readonly holdTokens: number;
};

/** Below this an answer is not worth having. */
const clampMin = 256;

/**
 * What of a plan a budget covers (MONEY §4): endpoints that are too dear leave it. Only when none is left is output
 * clamped, to the most that any endpoint gives for the budget. Undefined: not even that.
 */
export function fitBudget(ask: FitAsk, budget: Nano): { readonly plan: Plan; readonly limit: number } | undefined {
  const { facts, plan, inputBound, mayClamp, terms } = ask;
  const steps = plan.steps.map((step) => {
    const { endpoint } = step;
    const limit = ask.holdTokens;
    const bounds = boundsOf({ facts, endpoint, inputTokens: inputBound(endpoint), limit });
    const prices = holdPrices(endpoint.price.price, terms);
    const affordable = budgetAt(endpoint, budget);
    const output = Math.min(...prices.map((price) => affordableOutput(bounds, price, affordable)));
    return { step, output, isCovered: output >= bounds.outputTokens };
  });
  const covered = steps.filter(({ isCovered }) => isCovered);
  if (covered.length > 0) return { plan: keepOnly(plan, covered), limit: Number.POSITIVE_INFINITY };
  const limit = Math.max(...steps.map(({ output }) => output));
  const least = Math.min(clampMin, facts.outputLimit ?? Number.POSITIVE_INFINITY);
  // A picture or a speech cannot be made smaller.
  if (!mayClamp || facts.media !== undefined || limit < least || limit <= 0) return undefined;
  return {
    plan: keepOnly(
      plan,
      steps.filter(({ output }) => output >= limit),
    ),
    limit,
  };
}

/** What an answer may cost there so that our fee of it is covered. */
function budgetAt({ ownKey }: Endpoint, budget: Nano): Nano {
  if (!ownKey) return budget;
  return ownKey.feeBasisPoints === 0 ? costMax : (budget * 10_000n) / BigInt(ownKey.feeBasisPoints);
}

/** More than any answer costs. */
const costMax = 2n ** 62n;

export function boundsOf(ask: {
  readonly facts: RequestFacts;
  readonly endpoint: Endpoint;
  readonly inputTokens: number;
  readonly limit: number;
}): Bounds {
  const { facts, endpoint, inputTokens, limit } = ask;
  const outputTokens = Math.min(facts.outputLimit ?? Number.POSITIVE_INFINITY, endpoint.maxOutput, limit);
  return { inputTokens, outputTokens, choices: facts.choices, media: facts.media?.bounds };
}

function keepOnly(plan: Plan, kept: readonly { readonly step: Plan['steps'][number] }[]): Plan {
  return keepSteps(
    plan,
    kept.map(({ step }) => step),
  );
}

/** Those that a budget does not cover leave a plan. */
export function keepSteps(plan: Plan, steps: Plan['steps']): Plan {
  const left = plan.steps.filter((step) => !steps.includes(step));
  const unaffordable = left.map(({ endpoint }) => ({ endpoint, why: 'unaffordable' as const }));
  return { ...plan, steps, excluded: [...plan.excluded, ...unaffordable] };
}
