import type { Price, PriceVersion, Rates } from '#core/money/price.ts';
import type { Model, Upstream } from '#core/routing/endpoint.ts';
import type { Catalogue, PricedCatalogue } from '#core/routing/find-model.ts';
import type { Snapshot, SnapshotPrice, SnapshotPriceVersion, SnapshotRates, SnapshotRatesByInput } from './snapshot.ts';

export function decodeSnapshot(snapshot: Snapshot): PricedCatalogue {
  const everybody = decodeFor(snapshot, {});
  const own = Object.entries(snapshot.ownPrices ?? {}).map(
    ([workspace, prices]) => [workspace, decodeFor(snapshot, prices)] as const,
  );
  return { ...everybody, own: new Map(own) };
}

function decodeFor(snapshot: Snapshot, prices: Readonly<Record<string, SnapshotPriceVersion>>): Catalogue {
  const upstreams = new Map<string, Upstream>(snapshot.upstreams.map((upstream) => [upstream.name, upstream]));
  const models = snapshot.models.map((model): Model => {
    const endpoints = model.endpoints.flatMap((endpoint) => {
      const upstream = upstreams.get(endpoint.upstream);
      if (!upstream) return [];
      const price = decodeVersion(prices[endpoint.id] ?? endpoint);
      const { id, upstreamModel, weight, quantization, isDataAccepted } = endpoint;
      const { context, maxOutput, firstContentMs, failoverMs } = model;
      const sizes = { context, maxOutput, weight, firstContentMs, failoverMs, quantization, isDataAccepted };
      return [{ id, model: model.id, upstreamModel, upstream, price, ...sizes }];
    });
    return { ...model, endpoints };
  });
  // Ids before aliases.
  const byName = new Map<string, Model>();
  for (const model of models) for (const alias of model.aliases) byName.set(alias, model);
  for (const model of models) byName.set(model.id, model);
  return { models, byName };
}

function decodeVersion({ priceVersion, price, cost }: SnapshotPriceVersion): PriceVersion {
  return { id: priceVersion, price: decodePrice(price), ...(cost ? { cost: decodePrice(cost) } : {}) };
}

export function encodePrice(price: Price): SnapshotPrice {
  const { windows, serviceTiers } = price;
  return {
    ...encodeByInput(price),
    ...(windows ? { windows: windows.map((window) => ({ ...window, ...encodeByInput(window) })) } : {}),
    ...(serviceTiers ? { serviceTiers: eachOf(serviceTiers, String) } : {}),
  };
}

export function decodePrice(price: SnapshotPrice): Price {
  const { windows, serviceTiers } = price;
  return {
    ...decodeByInput(price),
    ...(windows ? { windows: windows.map((window) => ({ ...window, ...decodeByInput(window) })) } : {}),
    ...(serviceTiers ? { serviceTiers: eachOf(serviceTiers, BigInt) } : {}),
  };
}

type RatesByInput = Pick<Price, 'rates' | 'tiers'>;

function encodeByInput({ rates, tiers }: RatesByInput): SnapshotRatesByInput {
  return {
    rates: encodeRates(rates),
    tiers: tiers.map((tier) => ({ aboveInput: tier.aboveInput, rates: encodeRates(tier.rates) })),
  };
}

function decodeByInput({ rates, tiers }: SnapshotRatesByInput): RatesByInput {
  return {
    rates: decodeRates(rates),
    tiers: tiers.map((tier) => ({ aboveInput: tier.aboveInput, rates: decodeRates(tier.rates) })),
  };
}

function eachOf<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function encodeRates(rates: Rates): SnapshotRates {
  return Object.fromEntries(Object.entries(rates).map(([unit, rate]) => [unit, String(rate)])) as SnapshotRates;
}

// A parser: the keeper wrote these units, so they are the ones of `Rates`.
function decodeRates(rates: SnapshotRates): Rates {
  return Object.fromEntries(
    Object.entries(rates).map(([unit, rate]) => [unit, BigInt(String(rate))]),
  ) as unknown as Rates;
}
