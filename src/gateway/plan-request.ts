import { Fault } from '#core/generation/fault.ts';
import { minuteOfDay } from '#core/money/price-in-force.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import { type PlanAsk, whyExcluded } from '#core/routing/eligible.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import { joinPlans, type Plan, planModel, type RankingFacts } from '#core/routing/plan.ts';
import { strategyNames } from '#core/routing/strategies/strategy-names.ts';
import type { Call } from './call.ts';
import type { Caller } from './callers.ts';
import type { Gateway } from './gateway.ts';
import { inputEstimateOf } from './input-bound.ts';
import type { Decoded } from './passage.ts';

type Storage = Pick<PlanAsk, 'mayStoreAt' | 'pinnedTo'>;

export type PlanRequestAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly decoded: Decoded;
  readonly storage: Storage;
};

/** The endpoints that may serve a request, those of the models it falls back to behind the first one's. */
export function planRequest({ call, caller, decoded, storage }: PlanRequestAsk, gateway: Gateway): Plan {
  const { facts, extras } = decoded;
  const ask: PlanAsk = {
    protocol: call.protocol.name,
    nativeOnly: facts.nativeOnly !== undefined,
    into: call.protocol.translation?.into,
    rules: extras?.rules,
    onlyAt: extras?.needsOpenRouter ? 'openrouter' : undefined,
    ...storage,
  };
  const plans = modelsOf(facts, extras?.models ?? [], gateway).map(({ asked, model }) =>
    planModel(model, asked, ask, rankingOf(model, { call, caller, decoded }, gateway)),
  );
  const [first, ...others] = plans;
  if (!first) throw new Fault('model-unknown');
  const plan = joinPlans([first, ...others]);
  if (plan.steps.length === 0) throw whyNothingLeft(plan, ask, facts.nativeOnly ?? (ask.into && 'surface'));
  return plan;
}

type AskedModel = { readonly asked: string; readonly model: Model };

/** The caller's own fallbacks, else those that the operator named for the model. */
function modelsOf(facts: RequestFacts, own: readonly string[], { catalogue }: Gateway): readonly AskedModel[] {
  const found = (asked: string): readonly AskedModel[] => {
    const model = findModel(catalogue, asked);
    return model ? [{ asked, model }] : [];
  };
  const first = found(facts.model);
  const others = own.length > 0 ? own : (first[0]?.model.fallbacks ?? []);
  if (others.length === 0) return first;
  return [...first, ...others.flatMap(found)];
}

/** An answer of which nobody said how long it may be, in tokens. */
const outputOtherwise = 400;

function rankingOf(
  model: Model,
  { call, caller, decoded }: Pick<PlanRequestAsk, 'call' | 'caller' | 'decoded'>,
  gateway: Gateway,
): RankingFacts {
  const { facts, body } = decoded;
  const owners = strategyNames.find((name) => name === caller.settings.strategy);
  return {
    strategy: owners ?? model.strategy ?? gateway.strategy,
    factsOf: () => [],
    use: {
      inputTokens: inputEstimateOf(body.length, facts),
      outputTokens: Math.min(facts.outputLimit ?? outputOtherwise, outputOtherwise),
      terms: { minute: minuteOfDay(call.at), serviceTier: facts.serviceTier },
    },
    hasTools: facts.hasTools,
    draw: Math.random,
  };
}

/** What the caller can mend is said before what it cannot. */
function whyNothingLeft({ excluded }: Plan, ask: PlanAsk, nativeOnly: string | undefined): Fault {
  if (excluded.some(({ why }) => why === 'storage')) return new Fault('storage-not-allowed', { field: 'store' });
  if (excluded.some(({ why }) => why === 'plugins')) return new Fault('field-not-carried', { field: 'plugins' });
  const others = excluded.filter(
    ({ endpoint }) => whyExcluded(endpoint, { ...ask, nativeOnly: false, into: undefined }) === undefined,
  );
  if (nativeOnly !== undefined && others.length > 0) return new Fault('field-not-carried', { field: nativeOnly });
  return new Fault('nothing-left', { excluded: [...new Set(excluded.map(({ why }) => why))].join(', ') });
}
