import type { Model } from './endpoint.ts';
import { type ExpectedUse, expectedPrice, plainOf } from './expected-price.ts';

/** The prices of a model's endpoints side by side: a plan reads hundreds of them in microseconds. */
export type FlatPrices = {
  readonly input: Float64Array;
  readonly cached: Float64Array;
  readonly output: Float64Array;
  readonly request: Float64Array;
  /** 1: it depends on the hour, the amount or the service tier, and is looked up each time. */
  readonly varies: Uint8Array;
};

const flat = new WeakMap<Model, FlatPrices>();

export function flatPricesOf(model: Model): FlatPrices {
  const known = flat.get(model);
  if (known) return known;
  const { endpoints } = model;
  const rates = endpoints.map(({ price }) => plainOf(price.price));
  const made: FlatPrices = {
    input: Float64Array.from(rates, ({ input }) => input),
    cached: Float64Array.from(rates, ({ cached }) => cached),
    output: Float64Array.from(rates, ({ output }) => output),
    request: Float64Array.from(rates, ({ request }) => request),
    varies: Uint8Array.from(endpoints, ({ price: { price } }) =>
      price.tiers.length > 0 || price.windows !== undefined || price.serviceTiers !== undefined ? 1 : 0,
    ),
  };
  flat.set(model, made);
  return made;
}

/** What `expectedPrice` says of the endpoint at this place. */
export function priceAt(
  model: Model,
  place: number,
  prices: FlatPrices,
  use: ExpectedUse,
  cachedShare: number,
): number {
  const endpoint = model.endpoints[place];
  if (prices.varies[place] === 1 && endpoint) return expectedPrice(endpoint, use, cachedShare);
  const fresh = prices.input[place] ?? 0;
  const input = fresh + ((prices.cached[place] ?? 0) - fresh) * cachedShare;
  return input * use.inputTokens + (prices.output[place] ?? 0) * use.outputTokens + (prices.request[place] ?? 0);
}
