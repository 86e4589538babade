import { Fault } from '#core/generation/fault.ts';
import { minuteOfDay, type PriceTerms } from '#core/money/price-in-force.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import { type AskedModel, findAsked } from '#core/routing/asked-model.ts';
import { type PlanAsk, whyExcluded } from '#core/routing/eligible.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { joinPlans, type Plan, planTogether, type RankingFacts, type Wanted } from '#core/routing/plan.ts';
import { strategies } from '#core/routing/strategies/strategies.ts';
import { type StrategyName, strategyNames } from '#core/routing/strategies/strategy-names.ts';
import type { Call } from './call.ts';
import type { Caller } from './callers.ts';
import type { Gateway } from './gateway.ts';
import { inputEstimateOf, inputRangeOf } from './input-bound.ts';
import { nothingLeft } from './nothing-left.ts';
import type { Decoded } from './passage.ts';

type Storage = Pick<PlanAsk, 'mayStoreAt' | 'pinnedTo'>;

export type PlanRequestAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly decoded: Decoded;
  readonly storage: Storage;
};

/** The endpoints that may serve a request, those of the models it falls back to behind the first one's. */
export function planRequest(asked: PlanRequestAsk, gateway: Gateway): Plan {
  const { facts, extras } = asked.decoded;
  const models = modelsOf(facts, extras?.models ?? [], gateway);
  const [first, ...others] = models.map((model) => ({ ...model, wanted: wantedOf(model, asked) }));
  if (!first) throw new Fault('model-unknown');
  const plan = extras?.rules?.sort?.acrossModels
    ? planTogether([first.wanted, ...others.map(({ wanted }) => wanted)], rankingOf(first, asked, gateway))
    : joinPlans([
        planTogether([first.wanted], rankingOf(first, asked, gateway)),
        ...others.map((other) => planTogether([other.wanted], rankingOf(other, asked, gateway))),
      ]);
  if (plan.steps.length === 0) {
    throw whyNothingLeft(plan, first, facts.nativeOnly ?? (first.wanted.ask.into && 'surface'));
  }
  return plan;
}

/** The caller's own fallbacks, else those that the operator named for the model. */
function modelsOf(facts: RequestFacts, own: readonly string[], { catalogue }: Gateway): readonly AskedModel[] {
  const found = (name: string) => findAsked(catalogue, name) ?? [];
  const first = [findAsked(catalogue, facts.model)].flatMap((asked) => asked ?? []);
  if (own.length > 0) return [...first, ...own.flatMap(found)];
  const [asked] = first;
  // Who names an upstream wants that one and no other.
  if (!asked?.model.fallbacks || asked.named !== undefined) return first;
  const { sort, onlyFree, online } = asked;
  return [asked, ...asked.model.fallbacks.flatMap(found).map((other) => ({ ...other, sort, onlyFree, online }))];
}

function wantedOf(asked: AskedModel, request: PlanRequestAsk): Wanted {
  const { call, decoded, storage } = request;
  const { facts, extras, body } = decoded;
  const ask: PlanAsk = {
    protocol: call.protocol.name,
    nativeOnly: facts.nativeOnly !== undefined,
    into: call.protocol.translation?.into,
    rules: extras?.rules,
    onlyAt: extras?.needsOpenRouter || asked.online ? 'openrouter' : undefined,
    named: asked.named,
    onlyFree: asked.onlyFree,
    online: asked.online,
    input: inputRangeOf(body.length, facts),
    terms: termsOf(request),
    ...storage,
  };
  return { model: asked.model, asked: asked.asked, ask };
}

/** An answer of which nobody said how long it may be, in tokens. */
const outputOtherwise = 400;

function rankingOf(asked: AskedModel, request: PlanRequestAsk, gateway: Gateway): RankingFacts {
  const { facts, body } = request.decoded;
  return {
    strategy: strategyOf(asked, request, gateway),
    factsOf: (each) => gateway.health.factsOf(each),
    use: {
      inputTokens: inputEstimateOf(body.length, facts),
      outputTokens: Math.min(facts.outputLimit ?? outputOtherwise, outputOtherwise),
      terms: termsOf(request),
    },
    hasTools: facts.hasTools,
    draw: Math.random,
  };
}

function termsOf({ call, decoded }: Pick<PlanRequestAsk, 'call' | 'decoded'>): PriceTerms {
  return { minute: minuteOfDay(call.at), serviceTier: decoded.facts.serviceTier };
}

/** The caller's word comes first, then the owner's, then the operator's. */
function strategyOf(
  { sort, model }: Pick<AskedModel, 'sort'> & { readonly model: Model },
  { caller, decoded }: PlanRequestAsk,
  gateway: Gateway,
): StrategyName {
  const rules = decoded.extras?.rules;
  const asked = sort ?? rules?.sort?.by;
  if (asked) return asked;
  const owners = strategyNames.find((name) => name === caller.settings.strategy);
  const known = owners ?? model.strategy ?? gateway.strategy;
  // Who names an order wants no draws.
  const isOrdered = rules !== undefined && rules.order.length > 0;
  return isOrdered && strategies[known].kind === 'drawn' ? 'price' : known;
}

/** What the caller can mend is said before what it cannot. */
function whyNothingLeft(
  plan: Plan,
  { wanted, online }: { wanted: Wanted; online: boolean },
  nativeOnly?: string,
): Fault {
  const { excluded } = plan;
  if (excluded.some(({ why }) => why === 'storage')) return new Fault('storage-not-allowed', { field: 'store' });
  if (excluded.some(({ why }) => why === 'plugins')) {
    return new Fault('field-not-carried', { field: online ? ':online' : 'plugins' });
  }
  const mayServe = { ...wanted.ask, nativeOnly: false, into: undefined };
  const others = excluded.filter(({ endpoint }) => whyExcluded(endpoint, mayServe) === undefined);
  if (nativeOnly !== undefined && others.length > 0) return new Fault('field-not-carried', { field: nativeOnly });
  return nothingLeft(plan);
}
