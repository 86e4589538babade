import { type Excluded, type PlanAsk, protocolSpoken, whyExcluded } from './eligible.ts';
import type { Endpoint, Model, ProtocolName } from './endpoint.ts';
import { type ExpectedUse, expectedPrice } from './expected-price.ts';
import { anyModel, upstreamNameOf } from './find-model.ts';
import { type EndpointFacts, newEndpointFacts } from './health/endpoint-facts.ts';
import { placeInOrder } from './provider-rules.ts';
import { type Ranked, type RankReason, rank } from './rank.ts';
import { strategies } from './strategies/strategies.ts';
import type { Candidates } from './strategies/strategy.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/** The endpoints of one request, in order, each with why; and those left out, each with why. */
export type Plan = {
  readonly model: Model;
  readonly steps: readonly PlanStep[];
  /** As many as a record holds; what more there are is counted. */
  readonly excluded: readonly Excluded[];
};

export type PlanStep = {
  readonly endpoint: Endpoint;
  /** The public name that this endpoint answers for. */
  readonly model: string;
  /** The name by which its upstream knows it. */
  readonly upstreamModel: string;
  /** What is spoken with this endpoint; another one than the caller's means a translation. */
  readonly protocol: ProtocolName;
  readonly why: RankReason;
};

/** What a gateway knows and decided when a plan is made. No fact says whose requests it was learnt from. */
export type RankingFacts = {
  readonly strategy: StrategyName;
  /** Aligned with the model's endpoints. */
  readonly factsOf: (model: Model) => readonly EndpointFacts[];
  readonly use: ExpectedUse;
  readonly hasTools: boolean;
  /** Random numbers from 0 up to 1. */
  readonly draw: () => number;
};

/** As the file names them: for what is not ranked. */
export const inFileOrder: RankingFacts = {
  strategy: 'order',
  factsOf: () => [],
  use: { inputTokens: 0, outputTokens: 0 },
  hasTools: false,
  draw: () => 0,
};

/** A plan longer than this is never used up: three attempts, and some that cannot carry a request. */
const stepsMax = 8;
const excludedMax = 50;

/** Policy filters first, fail-closed; then the strategy's order among those that may serve. */
export function planModel(model: Model, asked: string, ask: PlanAsk, facts: RankingFacts): Plan {
  const { endpoints } = model;
  const excluded: Excluded[] = [];
  const candidates = emptyCandidates(endpoints.length);
  const known = facts.factsOf(model);
  let count = 0;
  for (let place = 0; place < endpoints.length; place += 1) {
    const endpoint = endpoints[place];
    if (!endpoint) continue;
    const why = whyExcluded(endpoint, ask);
    if (why) {
      if (excluded.length < excludedMax) excluded.push({ endpoint, why });
      continue;
    }
    const learnt = known[place] ?? newcomer;
    candidates.place[count] = place;
    candidates.facts[count] = learnt;
    candidates.price[count] = expectedPrice(endpoint, facts.use, learnt.cachedShare);
    candidates.weight[count] = endpoint.weight ?? 1;
    candidates.translated[count] = protocolSpoken(endpoint, ask) === ask.protocol ? 0 : 1;
    count += 1;
  }
  candidates.count = count;
  const ranked = inOrder(model, candidates, ask, facts);
  const steps = ranked.flatMap(({ at, why }) => {
    const endpoint = endpoints[candidates.place[at] ?? -1];
    const protocol = endpoint && protocolSpoken(endpoint, ask);
    return endpoint && protocol ? [stepOf(endpoint, asked, protocol, why)] : [];
  });
  return { model, steps, excluded };
}

const newcomer = newEndpointFacts();

/** Who names providers in an order gets it; the others come behind. */
function inOrder(model: Model, candidates: Candidates, { rules }: PlanAsk, facts: RankingFacts): readonly Ranked[] {
  const { strategy, hasTools, use, draw } = facts;
  const isNamed = rules !== undefined && rules.order.length > 0;
  const ranked = rank(candidates, {
    strategy: strategies[strategy],
    hasTools,
    outputTokens: use.outputTokens,
    draw,
    placesMax: isNamed ? candidates.count : stepsMax,
  });
  if (!isNamed) return ranked;
  const placeOf = ({ at }: Ranked): number => {
    const endpoint = model.endpoints[candidates.place[at] ?? -1];
    return endpoint ? placeInOrder(endpoint, rules) : rules.order.length;
  };
  return ranked
    .map((each) => ({ ...each, named: placeOf(each) }))
    .sort((a, b) => a.named - b.named)
    .map(({ at, why, named }) => ({ at, why: named < rules.order.length ? ('asked' as const) : why }))
    .slice(0, stepsMax);
}

function stepOf(endpoint: Endpoint, asked: string, protocol: ProtocolName, why: RankReason): PlanStep {
  const model = endpoint.model.endsWith(anyModel) ? asked : endpoint.model;
  return { endpoint, model, upstreamModel: upstreamNameOf(endpoint, asked), protocol, why };
}

/** One plan after the other: what the first model's endpoints cannot serve, the next model's may. */
export function joinPlans([first, ...others]: readonly [Plan, ...Plan[]]): Plan {
  if (others.length === 0) return first;
  const steps = new Map(
    [first, ...others].flatMap((plan) => plan.steps.map((step) => [step.endpoint.id, step] as const)),
  );
  return {
    model: first.model,
    steps: [...steps.values()],
    excluded: [first, ...others].flatMap((plan) => plan.excluded),
  };
}

let kept: Candidates | undefined;

/** The same lists for every plan: one is made at a time, and none is kept. */
function emptyCandidates(size: number): Candidates {
  if (!kept || kept.place.length < size) {
    const length = Math.max(64, size * 2);
    kept = {
      count: 0,
      place: new Int32Array(length),
      facts: [],
      price: new Float64Array(length),
      weight: new Float64Array(length),
      translated: new Uint8Array(length),
    };
  }
  return kept;
}
