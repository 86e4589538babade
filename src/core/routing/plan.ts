import type { Affinity } from './affinity/affinity.ts';
import { type EligibleEndpoint, type Excluded, eligible, type PlanAsk, protocolSpoken } from './eligible.ts';
import type { Model, ProtocolName } from './endpoint.ts';
import { type ExpectedUse, expectedColdPrice, expectedPrice } from './expected-price.ts';
import { anyModel, upstreamNameOf } from './find-model.ts';
import { flatPricesOf } from './flat-prices.ts';
import { type EndpointFacts, newEndpointFacts } from './health/endpoint-facts.ts';
import { hasPreference, missesPreference, placeInOrder } from './provider-rules.ts';
import { type Ranked, type RankReason, rank, type Stay } from './rank.ts';
import { type Sifted, siftOnce } from './sift.ts';
import { type Standing, standingOf } from './standing.ts';
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
  /** It stands in one order with the endpoints of other models. */
  readonly isInOneOrder?: true;
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
  /** Aligned with the model's endpoints; another list after each look: within one, only what begins and ends changes. */
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
  const desk = (wanted.length === 1 ? deskOfKnown(wanted[0], facts) : undefined) ?? deskOf(wanted, facts);
  const steps: PlanStep[] = [];
  for (const { at, why } of inOrder(desk, wanted[0].ask, facts)) {
    const endpoint = desk.endpoints[at];
    const from = wanted[desk.wanted ? (desk.wanted[at] ?? -1) : 0];
    const protocol = endpoint && from && protocolSpoken(endpoint, from.ask);
    if (!protocol) continue;
    const step = stepOf(endpoint, from, protocol, why);
    steps.push(wanted.length > 1 ? { ...step, isInOneOrder: true } : step);
  }
  return { model: wanted[0].model, steps, excluded: desk.excluded, strategy: facts.strategy };
}

/** Those who may serve, and those who may not. */
type Desk = {
  readonly candidates: Candidates;
  readonly endpoints: readonly EligibleEndpoint[];
  /** Whose endpoint each is; undefined: all are of the first model. */
  readonly wanted: Uint16Array | undefined;
  readonly excluded: readonly Excluded[];
};

/** Where the filter was asked the same before, what it said then holds. */
function deskOfKnown({ model, ask }: Wanted, facts: RankingFacts): Desk | undefined {
  const sifted = siftOnce(model, ask);
  if (!sifted) return undefined;
  const { endpoints, places, weight, translated, named, excluded } = sifted;
  const count = endpoints.length;
  const standing = standingIn(sifted, facts.factsOf(model));
  const { price, unpreferred } = listsFor(count).candidates;
  flatPricesOf(model).fill(price, places, facts.use, standing.cachedShare);
  const { rules } = ask;
  const slower = rules && hasPreference(rules) ? unpreferred : sifted.none;
  if (rules && slower === unpreferred) {
    for (let at = 0; at < count; at += 1)
      unpreferred[at] = missesPreference(standing.facts[at] ?? newcomer, rules) ? 1 : 0;
  }
  return {
    candidates: { count, place: places, standing, price, weight, translated, named, unpreferred: slower },
    endpoints,
    wanted: undefined,
    excluded,
  };
}

type Looked = { readonly known: readonly EndpointFacts[]; readonly standing: Standing };

const looks = new WeakMap<Sifted, Looked>();

/** Made once for each look. */
function standingIn(sifted: Sifted, known: readonly EndpointFacts[]): Standing {
  const last = looks.get(sifted);
  if (last?.known === known) return last.standing;
  const { places } = sifted;
  const standing = standingOf(
    Array.from(places, (place) => known[place] ?? newcomer),
    places.length,
  );
  looks.set(sifted, { known, standing });
  return standing;
}

function deskOf(wanted: readonly Wanted[], facts: RankingFacts): Desk {
  const excluded: Excluded[] = [];
  let size = 0;
  for (const { model } of wanted) size += model.endpoints.length;
  const lists = listsFor(size);
  lists.candidates.count = 0;
  lists.facts.length = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    const each = wanted[index];
    // A caller may name a model twice, with other words behind it: each endpoint is a candidate once.
    const isAgain = each !== undefined && wanted.findIndex(({ model }) => model === each.model) < index;
    if (each) collect(each, { index, isAgain }, { lists, excluded, facts });
  }
  const standing = standingOf(lists.facts, lists.candidates.count);
  return { ...lists, candidates: { ...lists.candidates, standing }, excluded };
}

type Place = { readonly index: number; readonly isAgain: boolean };

type Collected = { readonly lists: Lists; readonly excluded: Excluded[]; readonly facts: RankingFacts };

/** Those endpoints of a model that may serve become candidates. */
function collect({ model, ask }: Wanted, { index, isAgain }: Place, { lists, excluded, facts }: Collected): void {
  const { candidates } = lists;
  const { endpoints } = model;
  const { rules } = ask;
  const isNamed = rules !== undefined && rules.order.length > 0;
  const prefers = rules !== undefined && hasPreference(rules);
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
    if (isAgain && isCandidate(judged, lists.endpoints, count)) continue;
    const learnt = known[place] ?? newcomer;
    lists.endpoints[count] = judged;
    lists.wanted[count] = index;
    candidates.place[count] = count;
    lists.facts[count] = learnt;
    candidates.price[count] = prices.at(place, facts.use, learnt.cachedShare);
    candidates.weight[count] = endpoint.weight ?? 1;
    candidates.translated[count] = protocolSpoken(endpoint, ask) === ask.protocol ? 0 : 1;
    candidates.named[count] = isNamed ? placeInOrder(endpoint, rules) : 0;
    candidates.unpreferred[count] = prefers && missesPreference(learnt, rules) ? 1 : 0;
    count += 1;
  }
  candidates.count = count;
}

const newcomer = newEndpointFacts();

function isCandidate(endpoint: EligibleEndpoint, endpoints: readonly EligibleEndpoint[], count: number): boolean {
  const at = endpoints.indexOf(endpoint);
  return at >= 0 && at < count;
}

function inOrder(desk: Desk, { rules }: PlanAsk, facts: RankingFacts): readonly Ranked[] {
  const { strategy, hasTools, use, draw, affinity } = facts;
  return rank(desk.candidates, {
    strategy: strategies[strategy],
    hasTools,
    outputTokens: use.outputTokens,
    draw,
    placesMax: stepsMax,
    namedMax: rules?.order.length ?? 0,
    stay: affinity && stayAt(affinity, desk, use),
  });
}

/** What it costs to stay, with the probable hit, and to go to somebody who has nothing of it. */
function stayAt(affinity: Affinity, { endpoints, candidates }: Desk, use: ExpectedUse): Stay | undefined {
  const at = endpoints.findIndex(({ id }, index) => index < candidates.count && id === affinity.endpoint);
  const endpoint = endpoints[at];
  if (!endpoint) return undefined;
  const share = use.inputTokens === 0 ? 0 : Math.min(1, affinity.cachedTokens / use.inputTokens);
  return {
    at,
    price: expectedPrice(endpoint, use, share),
    coldPriceOf(other) {
      const elsewhere = endpoints[other];
      return elsewhere ? expectedColdPrice(elsewhere, use, affinity.writesCache ? share : 0) : Number.POSITIVE_INFINITY;
    },
  };
}

export function stepOf(
  endpoint: EligibleEndpoint,
  { asked, ask }: Wanted,
  protocol: ProtocolName,
  why: RankReason,
): PlanStep {
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

type Lists = {
  candidates: Filled;
  readonly endpoints: EligibleEndpoint[];
  readonly facts: EndpointFacts[];
  wanted: Uint16Array;
};

type Filled = { count: number } & {
  readonly [List in Exclude<keyof Candidates, 'count' | 'standing'>]: Candidates[List];
};

/** The same lists for every plan: one is made at a time. */
const kept: Lists = { candidates: candidatesOf(64), endpoints: [], facts: [], wanted: new Uint16Array(64) };

function listsFor(size: number): Lists {
  if (kept.wanted.length < size) {
    kept.candidates = candidatesOf(size * 2);
    kept.wanted = new Uint16Array(size * 2);
  }
  return kept;
}

function candidatesOf(length: number): Filled {
  return {
    count: 0,
    place: new Int32Array(length),
    price: new Float64Array(length),
    weight: new Float64Array(length),
    translated: new Uint8Array(length),
    named: new Uint8Array(length),
    unpreferred: new Uint8Array(length),
  };
}
