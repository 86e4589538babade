import { Fault } from '#core/generation/fault.ts';
import { minuteOfDay } from '#core/money/price-in-force.ts';
import type { AskedModel, Suffixes } from '#core/routing/asked-model.ts';
import { autoModels, autoWishes, planAuto } from '#core/routing/auto-models.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { type PlanAsk, whyExcluded } from '#core/routing/eligible.ts';
import { catalogueFor } from '#core/routing/find-model.ts';
import { type OwnKeysAsk, withOwnKeys } from '#core/routing/own-key.ts';
import { joinRules, keepsNothing } from '#core/routing/owner-rules.ts';
import type { Plan, RankingFacts } from '#core/routing/plan.ts';
import { modelsOf, planModels, type SharedAsk, toWanted } from '#core/routing/plan-models.ts';
import { strategies } from '#core/routing/strategies/strategies.ts';
import { type StrategyName, strategyNames } from '#core/routing/strategies/strategy-names.ts';
import { inputEstimateOf, inputRangeOf } from '../admit/input-bound.ts';
import type { Decoded } from '../attempt/passage.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Screened } from '../caller/screen.ts';
import type { Gateway } from '../gateway.ts';
import type { SessionKey } from './affinity-table.ts';
import { isChat } from './is-chat.ts';
import { needsOf } from './needs-of.ts';
import { nothingLeft } from './nothing-left.ts';

type Storage = Pick<PlanAsk, 'mayStoreAt' | 'pinnedTo'>;

export type PlanRequestAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly decoded: Decoded;
  readonly storage: Storage;
  readonly conversation: SessionKey | undefined;
  /** What was found in it. */
  readonly screened?: Screened | undefined;
};

/** The endpoints that may serve a request, those of the models it falls back to behind the first one's. */
export function planRequest(request: PlanRequestAsk, gateway: Gateway): Plan {
  const { facts, extras } = request.decoded;
  const catalogue = catalogueFor(gateway.catalogue, request.caller.workspace);
  const wishes = isChat(request.call, facts) ? autoWishes(facts.model, catalogue) : undefined;
  if (wishes) return planAnyModel(wishes, request, gateway);
  const [first, ...others] = modelsOf({ name: facts.model, others: extras?.models ?? [] }, catalogue);
  if (!first) throw new Fault('model-unknown');
  const shared = sharedAskOf(request);
  const ours = planModels([first, ...others], shared, (asked) => rankingOf(asked, request, shared, gateway));
  const plan = withKeysOf(request, [first, ...others], shared, { plan: ours, gateway });
  if (plan.steps.length === 0) throw whyNothingLeft(plan, first, shared, facts.nativeOnly);
  return plan;
}

/** `auto`: among all models that can do what the request needs. */
function planAnyModel(wishes: Suffixes, request: PlanRequestAsk, gateway: Gateway): Plan {
  const { facts, body } = request.decoded;
  const tiers = autoModels(catalogueFor(gateway.catalogue, request.caller.workspace), {
    wishes,
    among: gateway.autoModels,
    needs: needsOf(request.decoded),
    inputTokens: inputEstimateOf(body.length, facts),
    outputTokens: facts.outputLimit ?? outputOtherwise,
  });
  const [first] = tiers.flat();
  if (!first) throw new Fault('model-unknown');
  const shared = sharedAskOf(request);
  const ranking = rankingOf(first, request, shared, gateway);
  const strategy = wishes.sort ?? request.decoded.extras?.rules?.sort?.by ?? 'price';
  const ours = planAuto(tiers, shared, { ...ranking, strategy });
  const plan = ours && withKeysOf(request, tiers.flat(), shared, { plan: ours, gateway });
  if (!plan || plan.steps.length === 0)
    throw plan ? whyNothingLeft(plan, first, shared, facts.nativeOnly) : new Fault('model-unknown');
  return plan;
}

/** With the workspace's own keys at providers in it, where it has some. */
function withKeysOf(
  { caller }: PlanRequestAsk,
  models: readonly AskedModel[],
  shared: SharedAsk,
  { plan, gateway }: { readonly plan: Plan; readonly gateway: Gateway },
): Plan {
  if (caller.ownKeys.length === 0) return plan;
  return withOwnKeys(
    plan,
    models.map((asked) => toWanted(asked, shared)),
    ownKeysAskOf(caller, gateway),
  );
}

export function ownKeysAskOf({ ownKeys }: Caller, gateway: Gateway): OwnKeysAsk {
  return {
    keys: ownKeys,
    feeBasisPoints: gateway.ownKeyFeeBasisPoints,
    isWell: (key, endpoint) => gateway.health.isOwnKeyWell(key, endpoint),
  };
}

function sharedAskOf({ call, caller, decoded, storage, screened }: PlanRequestAsk): SharedAsk {
  const { facts, extras, body } = decoded;
  return {
    protocol: call.protocol.name,
    nativeOnly: facts.nativeOnly !== undefined,
    into: call.protocol.translation?.into,
    day: dayOf(call.at),
    rules: joinRules(
      screened?.needsZeroRetention ? joinRules(caller.rules, keepsNothing) : caller.rules,
      extras?.rules,
    ),
    onlyAt: extras?.needsOpenRouter ? 'openrouter' : undefined,
    input: inputRangeOf(body.length, facts, isChat(call, facts)),
    terms: { minute: minuteOfDay(call.at), serviceTier: facts.serviceTier },
    stopped: caller.stoppedEndpoints,
    ...storage,
  };
}

/** An answer of which nobody said how long it may be, in tokens. */
const outputOtherwise = 400;

function rankingOf(asked: AskedModel, request: PlanRequestAsk, { terms }: SharedAsk, gateway: Gateway): RankingFacts {
  const { facts, body } = request.decoded;
  const strategy = strategyOf(asked, request, gateway);
  // Where somebody asked for another order than that of cost, it holds for every turn.
  const conversation = strategies[strategy].kind === 'drawn' || strategy === 'price' ? request.conversation : undefined;
  return {
    strategy,
    affinity: conversation && gateway.affinities.find(conversation, performance.now()),
    factsOf: (each) => gateway.health.factsOf(each),
    use: {
      inputTokens: inputEstimateOf(body.length, facts),
      outputTokens: Math.min(facts.outputLimit ?? outputOtherwise, outputOtherwise),
      terms,
    },
    hasTools: facts.hasTools,
    draw: Math.random,
  };
}

/** The caller's word comes first, then the owner's, then the operator's. */
function strategyOf({ sort, model }: AskedModel, { caller, decoded }: PlanRequestAsk, gateway: Gateway): StrategyName {
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
function whyNothingLeft(plan: Plan, first: AskedModel, shared: SharedAsk, nativeOnly: string | undefined): Fault {
  const { excluded } = plan;
  if (excluded.length > 0 && excluded.every(({ why }) => why === 'stopped')) return new Fault('endpoint-stopped');
  if (excluded.some(({ why }) => why === 'storage')) return new Fault('storage-not-allowed', { field: 'store' });
  if (excluded.some(({ why }) => why === 'plugins')) {
    return new Fault('field-not-carried', { field: first.online ? ':online' : 'plugins' });
  }
  const field = nativeOnly ?? (shared.into && 'surface');
  const mayServe = { ...toWanted(first, shared).ask, nativeOnly: false, into: undefined };
  const others = excluded.filter(({ endpoint }) => whyExcluded(endpoint, mayServe) === undefined);
  if (field !== undefined && others.length > 0) return new Fault('field-not-carried', { field });
  return nothingLeft(plan);
}
