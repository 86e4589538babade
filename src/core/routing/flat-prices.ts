import type { Endpoint, Model } from './endpoint.ts';
import { type ExpectedUse, expectedPrice, plainOf } from './expected-price.ts';

/** The prices of a model's endpoints side by side: a plan reads hundreds of them in microseconds. */
class FlatPrices {
  /** Some of them read a cache for less. */
  readonly hasCachePrice: boolean;
  /** Some depend on the hour, the amount or the service tier. */
  readonly varies: boolean;
  readonly #endpoints: readonly Endpoint[];
  readonly #input: Float64Array;
  readonly #cached: Float64Array;
  readonly #output: Float64Array;
  readonly #request: Float64Array;
  /** 1: it depends on the hour, the amount or the service tier, and is looked up each time. */
  readonly #varies: Uint8Array;

  constructor({ endpoints }: Model) {
    const rates = endpoints.map(({ price }) => plainOf(price.price));
    this.hasCachePrice = rates.some(({ cached, input }) => cached < input);
    this.#endpoints = endpoints;
    this.#input = Float64Array.from(rates, ({ input }) => input);
    this.#cached = Float64Array.from(rates, ({ cached }) => cached);
    this.#output = Float64Array.from(rates, ({ output }) => output);
    this.#request = Float64Array.from(rates, ({ request }) => request);
    this.#varies = Uint8Array.from(endpoints, ({ price: { price } }) =>
      price.tiers.length > 0 || price.windows !== undefined || price.serviceTiers !== undefined ? 1 : 0,
    );
    this.varies = this.#varies.includes(1);
  }

  /** The same of many at once: of the endpoints at these places. */
  fill(prices: Float64Array, places: Int32Array, use: ExpectedUse, cachedShare: Float64Array): void {
    for (let at = 0; at < places.length; at += 1) prices[at] = this.at(places[at] ?? 0, use, cachedShare[at] ?? 0);
  }

  /** What `expectedPrice` says of the endpoint at this place. */
  at(place: number, use: ExpectedUse, cachedShare: number): number {
    if (this.#varies[place] === 1) {
      const endpoint = this.#endpoints[place];
      if (endpoint) return expectedPrice(endpoint, use, cachedShare);
    }
    const fresh = this.#input[place] ?? 0;
    const input = fresh + ((this.#cached[place] ?? 0) - fresh) * cachedShare;
    return input * use.inputTokens + (this.#output[place] ?? 0) * use.outputTokens + (this.#request[place] ?? 0);
  }
}

const flat = new WeakMap<Model, FlatPrices>();

export function flatPricesOf(model: Model): FlatPrices {
  const known = flat.get(model);
  if (known) return known;
  const made = new FlatPrices(model);
  flat.set(model, made);
  return made;
}
