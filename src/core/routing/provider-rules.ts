import type { Pico, Price, Rates } from '#core/money/price.ts';
import { holdPrices, type PriceTerms } from '#core/money/price-in-force.ts';
import { type DataHandling, handlingOn, storageOf } from './data-handling.ts';
import type { Endpoint, EndpointType, Quantization } from './endpoint.ts';
import type { EndpointFacts } from './health/endpoint-facts.ts';
import { liesIn } from './regions.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/**
 * What a request of OpenRouter's kind says of whoever serves it, in its `provider` object. What it demands is kept, or the
 * request is refused; what it prefers decides the order alone. Names are in lower case.
 */
export type ProviderRules = {
  /** Names of providers, upstreams, or `provider/variant`. */
  readonly only: readonly string[] | undefined;
  /** Of a workspace and of a key: each holds. */
  readonly allowLists: readonly (readonly string[])[];
  readonly ignore: readonly string[];
  readonly order: readonly string[];
  readonly allowFallbacks: boolean;
  /** `data_collection: "deny"`: nobody who trains on it. */
  readonly deniesCollection: boolean;
  /** Nobody who keeps anything. */
  readonly wantsZeroRetention: boolean;
  readonly quantizations: readonly Quantization[] | undefined;
  /** Who runs it. */
  readonly endpointTypes: readonly EndpointType[] | undefined;
  /** Where it is served and kept: in one of each list, in lower case. */
  readonly regions: readonly (readonly string[])[];
  readonly wantsDistillable: boolean;
  /** Upstreams that the workspace wants nothing sent to. */
  readonly objections: readonly string[];
  /** Upstreams that it agreed to before the day from which they serve everybody. */
  readonly agreed: readonly string[];
  /** Nothing may be left out in a translation. */
  readonly requiresParameters: boolean;
  /** Pico-USD per unit; of audio per second, and per million tokens where it is priced by these. */
  readonly maxPrice: MaxPrice;
  readonly sort: CallerSort | undefined;
  /** Milliseconds until the first content, at most. */
  readonly prefersLatency: Percentiles | undefined;
  /** Output tokens per second, at least. */
  readonly prefersThroughput: Percentiles | undefined;
};

export type MaxPrice = Partial<Record<'input' | 'output' | 'request' | 'image' | 'audio', Pico>>;

export type CallerSort = {
  readonly by: StrategyName;
  /** The endpoints of all models that were asked for stand in one order, instead of one model after the other. */
  readonly acrossModels: boolean;
};

export type Percentiles = Readonly<Partial<Record<'p50' | 'p75' | 'p90' | 'p99', number>>>;

/** OpenRouter's words for why an endpoint is left out, and `distillable`. */
export type RuleBroken =
  | 'allowed_providers'
  | 'data_policy:training'
  | 'data_policy:zdr'
  | 'quantization'
  | 'endpoint_type'
  | 'data_region'
  | 'data_region:storage'
  | 'distillable'
  | 'sub_processor:objection'
  | 'max_price';

/** What decides which of an endpoint's prices holds. What is not known is taken at its dearest. */
export type PricedBy = {
  readonly input?: InputRange | undefined;
  readonly terms?: PriceTerms | undefined;
};

/** And the day, counted from 1970: what was read of an upstream long ago is not known any more. */
export type JudgedBy = PricedBy & { readonly day: number };

/** Tokens of input: no fewer, as far as bytes can tell, and no more. */
export type InputRange = { readonly least: number; readonly most: number };

/** The first rule that an endpoint breaks. What is unknown of it is never read as good. */
export function ruleBroken(endpoint: Endpoint, rules: ProviderRules, by: JudgedBy): RuleBroken | undefined {
  const data = handlingOn(endpoint.upstream.data, by.day);
  if (rules.objections.includes(endpoint.upstream.name)) return 'sub_processor:objection';
  if (rules.only && !isAmong(endpoint, rules.only)) return 'allowed_providers';
  for (const allowed of rules.allowLists) if (!isAmong(endpoint, allowed)) return 'allowed_providers';
  if (isAmong(endpoint, rules.ignore)) return 'allowed_providers';
  if (!rules.allowFallbacks && rules.order.length > 0 && !isAmong(endpoint, rules.order)) return 'allowed_providers';
  if (rules.deniesCollection && data.trains !== false) return 'data_policy:training';
  if (rules.wantsZeroRetention && data.retentionDays !== 0) return 'data_policy:zdr';
  if (rules.quantizations && !rules.quantizations.includes(endpoint.quantization ?? 'unknown')) return 'quantization';
  if (rules.endpointTypes && !rules.endpointTypes.includes(endpoint.upstream.type)) return 'endpoint_type';
  const misplaced = rules.regions.length > 0 ? regionBroken(endpoint, rules, data) : undefined;
  if (misplaced) return misplaced;
  // Nobody has told us yet whether an endpoint's words may be distilled.
  if (rules.wantsDistillable) return 'distillable';
  return isDearer(endpoint.price.price, rules.maxPrice, by) ? 'max_price' : undefined;
}

/** Where it is served, and where it is kept if it is. */
function regionBroken({ upstream }: Endpoint, { regions }: ProviderRules, data: DataHandling): RuleBroken | undefined {
  const storage = storageOf(data, upstream.region);
  for (const areas of regions) {
    if (!liesIn(upstream.region, areas)) return 'data_region';
    if (storage !== 'nowhere' && !liesIn(storage, areas)) return 'data_region:storage';
  }
  return undefined;
}

/** The place of an endpoint in the order that was asked for; those not named come behind. */
export function placeInOrder(endpoint: Endpoint, { order }: Pick<ProviderRules, 'order'>): number {
  const place = order.findIndex((name) => isCalled(name, endpoint));
  return place < 0 ? order.length : place;
}

/** It would rather have one that is faster. */
export function hasPreference({ prefersLatency, prefersThroughput }: ProviderRules): boolean {
  return prefersLatency !== undefined || prefersThroughput !== undefined;
}

/** A percentile that nobody can tell counts as met: thresholds never block, and whoever is new must be found. */
export function missesPreference(facts: EndpointFacts, rules: ProviderRules): boolean {
  const { prefersLatency: latency, prefersThroughput: speed } = rules;
  if (latency) {
    const { firstContentP50, firstContentP90, firstContentP99 } = facts;
    if (firstContentP50 > (latency.p50 ?? Number.POSITIVE_INFINITY)) return true;
    // Between two that we know the worse one is taken for it.
    if (firstContentP90 > Math.min(latency.p75 ?? Number.POSITIVE_INFINITY, latency.p90 ?? Number.POSITIVE_INFINITY)) {
      return true;
    }
    if (firstContentP99 > (latency.p99 ?? Number.POSITIVE_INFINITY)) return true;
  }
  if (!speed) return false;
  const { tokensPerSecondP50, tokensPerSecondP90 } = facts;
  return (
    tokensPerSecondP50 < (speed.p50 ?? 0) ||
    tokensPerSecondP90 < Math.max(speed.p75 ?? 0, speed.p90 ?? 0, speed.p99 ?? 0)
  );
}

function isAmong(endpoint: Endpoint, names: readonly string[]): boolean {
  for (const name of names) if (isCalled(name, endpoint)) return true;
  return false;
}

/**
 * A provider's or upstream's name means all of its endpoints; `provider/variant` those of one region, of one quantization,
 * or of one upstream.
 */
function isCalled(name: string, { upstream, quantization }: Endpoint): boolean {
  const { provider, region } = upstream;
  if (isSame(name, provider) || name === upstream.name) return true;
  if (name.length <= provider.length || name[provider.length] !== '/') return false;
  if (!isSame(name.slice(0, provider.length), provider)) return false;
  const variant = name.slice(provider.length + 1);
  return isSame(variant, region) || variant === upstream.name || variant === quantization;
}

/** Whether a name in lower case is this one. Most differ in length: a plan asks this hundreds of times. */
function isSame(name: string, other: string): boolean {
  return name.length === other.length && (name === other || name === other.toLowerCase());
}

/** Also in a tier that this much input may reach, and in a service tier that may come back. */
function isDearer(price: Price, max: MaxPrice, { input, terms }: PricedBy): boolean {
  const most = input?.most ?? Number.POSITIVE_INFINITY;
  if (price.windows === undefined && price.serviceTiers === undefined) return reachesAbove(price, max, most);
  const prices = terms ? holdPrices(price, terms) : [price, ...(price.windows ?? [])];
  return prices.some((each) => reachesAbove(each, max, most));
}

function reachesAbove({ rates, tiers }: Pick<Price, 'rates' | 'tiers'>, max: MaxPrice, most: number): boolean {
  if (isAbove(rates, max)) return true;
  for (const { aboveInput, rates: dearer } of tiers) if (most > aboveInput && isAbove(dearer, max)) return true;
  return false;
}

const million = 1_000_000n;

function isAbove(rates: Rates, max: MaxPrice): boolean {
  if (max.input !== undefined && rates.input > max.input) return true;
  if (max.output !== undefined && rates.output > max.output) return true;
  if (max.request !== undefined && (rates.request ?? 0n) > max.request) return true;
  if (max.image !== undefined && (rates.image ?? 0n) > max.image) return true;
  return max.audio !== undefined && dearestAudio(rates) > max.audio;
}

function dearestAudio({ audioSecond = 0n, audioInput = 0n, audioOutput = 0n }: Rates): Pico {
  const token = (audioInput > audioOutput ? audioInput : audioOutput) * million;
  return token > audioSecond ? token : audioSecond;
}
