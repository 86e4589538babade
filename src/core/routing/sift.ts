import { type EligibleEndpoint, type Excluded, eligible, type PlanAsk, protocolSpoken } from './eligible.ts';
import type { Model } from './endpoint.ts';
import { flatPricesOf } from './flat-prices.ts';
import { type ProviderRules, placeInOrder } from './provider-rules.ts';

/** The endpoints of a model that may serve a request, side by side, and the others, each with why. */
export type Sifted = {
  readonly endpoints: readonly EligibleEndpoint[];
  /** Of each, its place among the model's. */
  readonly places: Int32Array;
  readonly weight: Float64Array;
  readonly translated: Uint8Array;
  /** The place in the order that the caller named. */
  readonly named: Uint8Array;
  readonly none: Uint8Array;
  readonly excluded: readonly Excluded[];
};

const excludedMax = 50;

/**
 * Fields of a question that make no difference to the answer, or that stand in `keyOf`. Any other one that is set makes it a
 * new question.
 */
const knownFields: ReadonlySet<string> = new Set(['protocol', 'day', 'nativeOnly', 'input', 'terms', 'rules']);

type Known = { readonly leastContext: number; day: number; readonly byQuestion: Map<string, Sifted> };

const known = new WeakMap<Model, Known>();
/** What callers demand can be said in many ways: of a model so many answers are kept. */
const questionsMax = 64;
const keyLengthMax = 1_000;

/**
 * What the filter says of a model's endpoints: it is asked once a day for each question, since a model's facts never change,
 * and grow old by the day.
 * Undefined: what a request demands, or how long it is, makes it a question of its own.
 */
export function siftOnce(model: Model, ask: PlanAsk): Sifted | undefined {
  for (const name in ask) {
    if (!knownFields.has(name) && isSet(ask[name as keyof PlanAsk])) return undefined;
  }
  const found = known.get(model) ?? newKnown(model, ask.day);
  known.set(model, found);
  if (found.day !== ask.day) {
    found.byQuestion.clear();
    found.day = ask.day;
  }
  if (ask.input && ask.input.least > found.leastContext) return undefined;
  const key = keyOf(model, ask);
  if (key === undefined) return undefined;
  const { byQuestion } = found;
  let sifted = byQuestion.get(key);
  if (sifted) return sifted;
  sifted = sift(model, ask);
  if (byQuestion.size >= questionsMax) byQuestion.clear();
  byQuestion.set(key, sifted);
  return sifted;
}

function newKnown(model: Model, day: number): Known {
  return { leastContext: leastContextOf(model), day, byQuestion: new Map<string, Sifted>() };
}

/** An empty list demands nothing. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

function keyOf(model: Model, { protocol, nativeOnly, rules }: PlanAsk): string | undefined {
  const dialect = nativeOnly ? `${protocol} alone` : protocol;
  if (!rules) return dialect;
  const demand = demands.get(rules) ?? demandOf(rules);
  demands.set(rules, demand);
  // Whether a price that varies is too dear depends on the request.
  if (demand.maxPrice !== '' && flatPricesOf(model).varies) return undefined;
  const key = `${dialect}\0${demand.text}\0${demand.maxPrice}`;
  return key.length > keyLengthMax ? undefined : key;
}

type Demand = { readonly text: string; readonly maxPrice: string };

/** A caller's own rules stay the same object for as long as its key is remembered. */
const demands = new WeakMap<ProviderRules, Demand>();

/** All that the filter and the named order read of a caller's rules. */
function demandOf({
  only,
  ignore,
  order,
  quantizations,
  endpointTypes,
  regions,
  maxPrice,
  ...rules
}: ProviderRules): Demand {
  const { allowFallbacks, deniesCollection, wantsZeroRetention, wantsDistillable, objections, agreed, allowLists } =
    rules;
  const flags = `${allowFallbacks} ${deniesCollection} ${wantsZeroRetention} ${wantsDistillable}`;
  const lists = [only, ignore, order, quantizations, endpointTypes, allowLists, regions, objections, agreed];
  const names = lists.map((list) => (list ? JSON.stringify(list) : '-'));
  const { input, output, request, image, audio } = maxPrice;
  const prices = [input, output, request, image, audio];
  return {
    text: `${flags} ${names.join(' ')}`,
    maxPrice: prices.every((price) => price === undefined) ? '' : prices.join(' '),
  };
}

function sift(model: Model, ask: PlanAsk): Sifted {
  const endpoints: EligibleEndpoint[] = [];
  const places: number[] = [];
  const excluded: Excluded[] = [];
  for (const [place, endpoint] of model.endpoints.entries()) {
    const judged = eligible(endpoint, ask);
    if (typeof judged === 'string') {
      if (excluded.length < excludedMax) excluded.push({ endpoint, why: judged });
      continue;
    }
    endpoints.push(judged);
    places.push(place);
  }
  const { rules } = ask;
  const none = new Uint8Array(endpoints.length);
  const isNamed = rules !== undefined && rules.order.length > 0;
  return {
    endpoints,
    places: Int32Array.from(places),
    weight: Float64Array.from(endpoints, ({ weight }) => weight ?? 1),
    translated: Uint8Array.from(endpoints, (each) => (protocolSpoken(each, ask) === ask.protocol ? 0 : 1)),
    named: isNamed ? Uint8Array.from(endpoints, (each) => placeInOrder(each, rules)) : none,
    none,
    excluded,
  };
}

function leastContextOf({ endpoints }: Model): number {
  return endpoints.reduce((least, { context }) => Math.min(least, context), Number.POSITIVE_INFINITY);
}
