import { type Price, ratesFor } from '#core/money/price.ts';
import { type PriceTerms, priceInForce } from '#core/money/price-in-force.ts';
import type { Endpoint } from './endpoint.ts';

export type ExpectedUse = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined: as if no price depended on any. */
  readonly terms?: PriceTerms | undefined;
};

export type PlainRates = {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly request: number;
};

/** Made once for each price: ranking compares prices and charges nothing, so plain numbers do. */
const plainRates = new WeakMap<Price, PlainRates>();

/** About what a request will cost at an endpoint, in pico-USD, with the share of its input that a cache may give. */
export function expectedPrice(endpoint: Endpoint, use: ExpectedUse, cachedShare: number): number {
  const rates = ratesInForce(endpoint, use);
  const input = rates.input * (1 - cachedShare) + rates.cached * cachedShare;
  return input * use.inputTokens + rates.output * use.outputTokens + rates.request;
}

/** The same where nothing of it is in a cache, and this share of the input would be written to one. */
export function expectedColdPrice(endpoint: Endpoint, use: ExpectedUse, writtenShare: number): number {
  const rates = ratesInForce(endpoint, use);
  const input = rates.input * (1 - writtenShare) + rates.written * writtenShare;
  return input * use.inputTokens + rates.output * use.outputTokens + rates.request;
}

/** What is read from a cache costs less than what is not. */
export function hasCachePrice(endpoint: Endpoint): boolean {
  const { cached, input } = plainOf(endpoint.price.price);
  return cached < input;
}

function ratesInForce(endpoint: Endpoint, use: ExpectedUse): PlainRates {
  const price = use.terms ? priceInForce(endpoint.price.price, use.terms) : endpoint.price.price;
  return price.tiers.length === 0 ? plainOf(price) : tierOf(price, use.inputTokens);
}

export function plainOf(price: Price): PlainRates {
  const known = plainRates.get(price);
  if (known) return known;
  const made = tierOf(price, 0);
  plainRates.set(price, made);
  return made;
}

function tierOf(price: Price, inputTokens: number): PlainRates {
  const { input, cachedInput, cacheWrite5m, output, request } = ratesFor(price, inputTokens);
  return {
    input: Number(input),
    cached: Number(cachedInput ?? input),
    written: Number(cacheWrite5m ?? input),
    output: Number(output),
    request: Number(request ?? 0n),
  };
}

const free = new WeakMap<Endpoint, boolean>();

/** Nothing of it costs anything, at any hour and in any tier. */
export function isFree(endpoint: Endpoint): boolean {
  const known = free.get(endpoint);
  if (known !== undefined) return known;
  const { price } = endpoint.price;
  const made = [price, ...(price.windows ?? [])]
    .flatMap(({ rates, tiers }) => [rates, ...tiers.map((tier) => tier.rates)])
    .every((rates) => Object.values(rates).every((rate) => (rate ?? 0n) === 0n));
  free.set(endpoint, made);
  return made;
}
