import { ratesFor } from '#core/money/price.ts';
import type { Endpoint } from './endpoint.ts';

export type ExpectedUse = { readonly inputTokens: number; readonly outputTokens: number };

type PlainRates = {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly request: number;
};

/** Made once for each endpoint: ranking compares prices and charges nothing, so plain numbers do. */
const plainRates = new WeakMap<Endpoint, PlainRates>();

/** About what a request will cost at an endpoint, in pico-USD, with the share of its input that a cache may give. */
export function expectedPrice(endpoint: Endpoint, use: ExpectedUse, cachedShare: number): number {
  const rates = endpoint.price.price.tiers.length === 0 ? plainOf(endpoint) : tierOf(endpoint, use.inputTokens);
  const input = rates.input * (1 - cachedShare) + rates.cached * cachedShare;
  return input * use.inputTokens + rates.output * use.outputTokens + rates.request;
}

function plainOf(endpoint: Endpoint): PlainRates {
  const known = plainRates.get(endpoint);
  if (known) return known;
  const made = tierOf(endpoint, 0);
  plainRates.set(endpoint, made);
  return made;
}

function tierOf(endpoint: Endpoint, inputTokens: number): PlainRates {
  const { input, cachedInput, output, request } = ratesFor(endpoint.price.price, inputTokens);
  return {
    input: Number(input),
    cached: Number(cachedInput ?? input),
    output: Number(output),
    request: Number(request ?? 0n),
  };
}
