import { type EligibleEndpoint, type Excluded, eligible, type PlanAsk, protocolSpoken } from './eligible.ts';
import type { Model } from './endpoint.ts';

/** The endpoints of a model that may serve a request, side by side, and the others, each with why. */
export type Sifted = {
  readonly endpoints: readonly EligibleEndpoint[];
  /** Of each, its place among the model's. */
  readonly places: Int32Array;
  readonly weight: Float64Array;
  readonly translated: Uint8Array;
  readonly none: Uint8Array;
  readonly excluded: readonly Excluded[];
};

const excludedMax = 50;

/** Fields of a question whose answer is the same for all requests of a dialect. Any other one that is set makes it a new question. */
const plainFields: ReadonlySet<string> = new Set(['protocol', 'nativeOnly', 'input', 'terms']);

type Known = { readonly leastContext: number; readonly byDialect: Map<string, Sifted> };

const known = new WeakMap<Model, Known>();

/**
 * What the filter says where a request demands nothing of its own: it is asked once for each model and dialect, since a
 * model's facts never change. Undefined: the request demands something, or may not fit everywhere.
 */
export function siftPlain(model: Model, ask: PlanAsk): Sifted | undefined {
  for (const [name, value] of Object.entries(ask)) {
    if (value !== undefined && value !== false && !plainFields.has(name)) return undefined;
  }
  const found = known.get(model) ?? { leastContext: leastContextOf(model), byDialect: new Map<string, Sifted>() };
  known.set(model, found);
  if (ask.input && ask.input.least > found.leastContext) return undefined;
  const key = ask.nativeOnly ? `${ask.protocol} alone` : ask.protocol;
  const sifted = found.byDialect.get(key) ?? sift(model, ask);
  found.byDialect.set(key, sifted);
  return sifted;
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
  return {
    endpoints,
    places: Int32Array.from(places),
    weight: Float64Array.from(endpoints, ({ weight }) => weight ?? 1),
    translated: Uint8Array.from(endpoints, (each) => (protocolSpoken(each, ask) === ask.protocol ? 0 : 1)),
    none: new Uint8Array(endpoints.length),
    excluded,
  };
}

function leastContextOf({ endpoints }: Model): number {
  return endpoints.reduce((least, { context }) => Math.min(least, context), Number.POSITIVE_INFINITY);
}
