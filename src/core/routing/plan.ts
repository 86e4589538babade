import type { Affinity } from './affinity/affinity.ts';
import { type EligibleEndpoint, type Excluded, eligible, type PlanAsk, protocolSpoken } from './eligible.ts';
import type { Model, ProtocolName } from './endpoint.ts';
import { type ExpectedUse, expectedColdPrice, expectedPrice } from './expected-price.ts';
import { anyModel, upstreamNameOf } from './find-model.ts';
import { flatPricesOf, priceAt } from './flat-prices.ts';
import { type EndpointFacts, newEndpointFacts } from './health/endpoint-facts.ts';
import { missesPreference, placeInOrder } from './provider-rules.ts';
import { type Ranked, type RankReason, rank, type Stay } from './rank.ts';
import { strategies } from './strategies/strategies.ts';
import type { Candidates } from './strategies/strategy.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/** The endpoints of one request, in order, each with why; and those left out, each with why. */
export type Plan = {
  readonly model: Model;
  readonly steps: readonly PlanStep[];
  /** As many as a record holds; what more there are is counted. */
  readonly excluded: readonly Excluded[];
  /** What put the steps in order. */
  readonly strategy: StrategyName;
};

export type PlanStep = {
  readonly endpoint: EligibleEndpoint;
  /** The public name that this endpoint answers for. */
  readonly model: string;
  /** The name by which its upstream knows it. */
  readonly upstreamModel: string;
  /** What is spoken with this endpoint; another one than the caller's means a translation. */
  readonly protocol: ProtocolName;
  readonly why: RankReason;
};

/** One model of a request, and what is asked of its endpoints. */
export type Wanted = {
  readonly model: Model;
  /** The public name, in the caller's words. */
  readonly asked: string;
  readonly ask: PlanAsk;
};

/** What a gateway knows and decided when a plan is made. No fact says whose requests it was learnt from. */
export type RankingFacts = {
  readonly strategy: StrategyName;
  /** Aligned with the model's endpoints. */
  readonly factsOf: (model: Model) => readonly EndpointFacts[];
  readonly use: ExpectedUse;
  readonly hasTools: boolean;
  /** Where the conversation was, and what of it a cache there may hold. */
  readonly affinity?: Affinity | undefined;
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

/** The plan of one model. */
export function planModel(model: Model, asked: string, ask: PlanAsk, facts: RankingFacts): Plan {
  return planTogether([{ model, asked, ask }], facts);
}

/** Policy filters first, fail-closed; then the strategy's order among all endpoints that may serve, whichever their model. */
export function planTogether(wanted: readonly [Wanted, ...Wanted[]], facts: RankingFacts): Plan {
  const excluded: Excluded[] = [];
  const candidates = emptyCandidates(wanted);
  for (let index = 0; index < wanted.length; index += 1) {
    const each = wanted[index];
    if (each) collect(each, index, { candidates, excluded, facts });
  }
  const ranked = inOrder(candidates, wanted[0].ask, facts);
  const steps = ranked.flatMap(({ at, why }) => {
    const endpoint = kept.endpoints[at];
    const from = wanted[kept.wanted[at] ?? -1];
    const protocol = endpoint && from && protocolSpoken(endpoint, from.ask);
    return protocol ? [stepOf(endpoint, from, protocol, why)] : [];
  });
  const each = wanted.length === 1 ? steps : distinct(steps);
  return { model: wanted[0].model, steps: each, excluded, strategy: facts.strategy };
}

type Desk = { readonly candidates: Candidates; readonly excluded: Excluded[]; readonly facts: RankingFacts };

/** Those endpoints of a model that may serve become candidates. */
function collect({ model, ask }: Wanted, index: number, { candidates, excluded, facts }: Desk): void {
  const { endpoints } = model;
  const { rules } = ask;
  const isNamed = rules !== undefined && rules.order.length > 0;
  const hasPreference = rules?.prefersLatency !== undefined || rules?.prefersThroughput !== undefined;
  const known = facts.factsOf(model);
  const prices = flatPricesOf(model);
  let { count } = candidates;
  for (let place = 0; place < endpoints.length; place += 1) {
    const endpoint = endpoints[place];
    if (!endpoint) continue;
    const judged = eligible(endpoint, ask);
    if (typeof judged === 'string') {
      if (excluded.length < excludedMax) excluded.push({ endpoint, why: judged });
      continue;
    }
    const learnt = known[place] ?? newcomer;
    kept.endpoints[count] = judged;
    kept.wanted[count] = index;
    candidates.place[count] = count;
    candidates.facts[count] = learnt;
    candidates.price[count] = priceAt(model, place, prices, facts.use, learnt.cachedShare);
    candidates.weight[count] = endpoint.weight ?? 1;
    candidates.translated[count] = protocolSpoken(endpoint, ask) === ask.protocol ? 0 : 1;
    candidates.named[count] = isNamed ? placeInOrder(endpoint, rules) : 0;
    candidates.unpreferred[count] = hasPreference && missesPreference(learnt, rules) ? 1 : 0;
    count += 1;
  }
  candidates.count = count;
}

const newcomer = newEndpointFacts();

function inOrder(candidates: Candidates, { rules }: PlanAsk, facts: RankingFacts): readonly Ranked[] {
  const { strategy, hasTools, use, draw, affinity } = facts;
  return rank(candidates, {
    strategy: strategies[strategy],
    hasTools,
    outputTokens: use.outputTokens,
    draw,
    placesMax: stepsMax,
    namedMax: rules?.order.length ?? 0,
    stay: affinity && stayAt(affinity, candidates.count, use),
  });
}

/** What it costs to stay, with the probable hit, and to go to somebody who has nothing of it. */
function stayAt(affinity: Affinity, count: number, use: ExpectedUse): Stay | undefined {
  const at = kept.endpoints.findIndex(({ id }, index) => index < count && id === affinity.endpoint);
  const endpoint = kept.endpoints[at];
  if (!endpoint) return undefined;
  const share = use.inputTokens === 0 ? 0 : Math.min(1, affinity.cachedTokens / use.inputTokens);
  return {
    at,
    price: expectedPrice(endpoint, use, share),
    coldPriceOf(other) {
      const elsewhere = kept.endpoints[other];
      return elsewhere ? expectedColdPrice(elsewhere, use, affinity.writesCache ? share : 0) : Number.POSITIVE_INFINITY;
    },
  };
}

function stepOf(endpoint: EligibleEndpoint, { asked, ask }: Wanted, protocol: ProtocolName, why: RankReason): PlanStep {
  const model = endpoint.model.endsWith(anyModel) ? asked : endpoint.model;
  const name = upstreamNameOf(endpoint, asked);
  // An upstream that searches is asked for it in the same words.
  return { endpoint, model, upstreamModel: ask.online === true ? `${name}:online` : name, protocol, why };
}

/** One plan after the other: what the first model's endpoints cannot serve, the next model's may. */
export function joinPlans([first, ...others]: readonly [Plan, ...Plan[]]): Plan {
  if (others.length === 0) return first;
  const all = [first, ...others];
  return {
    ...first,
    steps: distinct(all.flatMap(({ steps }) => steps)),
    excluded: all.flatMap(({ excluded }) => excluded),
  };
}

/** Each endpoint once, in its first place: a caller may name a model twice. */
function distinct(steps: readonly PlanStep[]): readonly PlanStep[] {
  const seen = new Set<EligibleEndpoint>();
  return steps.filter(({ endpoint }) => !seen.has(endpoint) && seen.add(endpoint));
}

type Kept = { candidates: Candidates; readonly endpoints: EligibleEndpoint[]; wanted: Uint16Array };

/** The same lists for every plan: one is made at a time. */
const kept: Kept = { candidates: candidatesOf(64), endpoints: [], wanted: new Uint16Array(64) };

function emptyCandidates(wanted: readonly Wanted[]): Candidates {
  let size = 0;
  for (const { model } of wanted) size += model.endpoints.length;
  if (kept.wanted.length < size) {
    kept.candidates = candidatesOf(size * 2);
    kept.wanted = new Uint16Array(size * 2);
  }
  kept.candidates.count = 0;
  return kept.candidates;
}

function candidatesOf(length: number): Candidates {
  return {
    count: 0,
    place: new Int32Array(length),
    facts: [],
    price: new Float64Array(length),
    weight: new Float64Array(length),
    translated: new Uint8Array(length),
    named: new Uint8Array(length),
    unpreferred: new Uint8Array(length),
  };
}
