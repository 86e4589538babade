import { Fault } from '#core/generation/fault.ts';
import { parseDecimal } from '#core/money/nano.ts';
import type { Pico, Rates } from '#core/money/price.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * What a request of OpenRouter's kind demands of whoever serves it, in its `provider` object. What only asks for an
 * order of preference is not here; what is here is kept, or the request is refused.
 */
export type ProviderRules = {
  /** Names of providers, upstreams, or `provider/region`. */
  readonly only: readonly string[] | undefined;
  readonly ignore: readonly string[];
  readonly order: readonly string[];
  readonly allowFallbacks: boolean;
  /** `data_collection: "deny"`: nobody who trains on it. */
  readonly deniesCollection: boolean;
  /** Nobody who keeps anything. */
  readonly wantsZeroRetention: boolean;
  readonly quantizations: readonly string[] | undefined;
  readonly wantsDistillable: boolean;
  /** Nothing may be left out in a translation. */
  readonly requiresParameters: boolean;
  /** Pico-USD per unit. */
  readonly maxPrice: Partial<Record<'input' | 'output' | 'request' | 'image', Pico>>;
};

export type RuleBroken = 'provider' | 'data_collection' | 'zdr' | 'quantization' | 'distillable' | 'max_price';

/** The rules in a `provider` object; undefined: it has none. What is of a wrong type is no rule to guess at: a fault. */
export function readProviderRules(value: unknown): ProviderRules | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed('is not an object');
  const read = new Reader(value);
  return {
    only: read.names('only'),
    ignore: read.names('ignore') ?? [],
    order: read.names('order') ?? [],
    allowFallbacks: read.flag('allow_fallbacks') ?? true,
    deniesCollection: read.word('data_collection', ['allow', 'deny']) === 'deny',
    wantsZeroRetention: read.flag('zdr') ?? false,
    quantizations: read.names('quantizations'),
    wantsDistillable: read.flag('enforce_distillable_text') ?? false,
    requiresParameters: read.flag('require_parameters') ?? false,
    maxPrice: read.prices('max_price'),
  };
}

/** The first rule that an endpoint breaks. What is unknown of it is never read as good. */
export function ruleBroken({ upstream, price }: Endpoint, rules: ProviderRules): RuleBroken | undefined {
  const isNamed = (names: readonly string[]) => names.some((name) => isCalled(name, upstream));
  if (rules.only && !isNamed(rules.only)) return 'provider';
  if (isNamed(rules.ignore)) return 'provider';
  if (!rules.allowFallbacks && rules.order.length > 0 && !isNamed(rules.order)) return 'provider';
  if (rules.deniesCollection && upstream.data.trains !== false) return 'data_collection';
  if (rules.wantsZeroRetention && upstream.data.retentionDays !== 0) return 'zdr';
  // Nobody has told us yet how an endpoint's weights are stored, or whether its words may be distilled.
  if (rules.quantizations && !rules.quantizations.includes('unknown')) return 'quantization';
  if (rules.wantsDistillable) return 'distillable';
  return isDearer(price.price.rates, rules.maxPrice) ? 'max_price' : undefined;
}

/** The place of an endpoint in the order that was asked for; those not named come behind. */
export function placeInOrder({ upstream }: Endpoint, { order }: ProviderRules): number {
  const place = order.findIndex((name) => isCalled(name, upstream));
  return place < 0 ? order.length : place;
}

function isCalled(name: string, { name: upstream, provider, region }: Endpoint['upstream']): boolean {
  const wanted = name.toLowerCase();
  return [upstream, provider, `${provider}/${region}`].some((known) => known.toLowerCase() === wanted);
}

function isDearer(rates: Rates, max: ProviderRules['maxPrice']): boolean {
  const over = (rate: Pico | undefined, limit: Pico | undefined) => limit !== undefined && (rate ?? 0n) > limit;
  return (
    over(rates.input, max.input) ||
    over(rates.output, max.output) ||
    over(rates.request, max.request) ||
    over(rates.image, max.image)
  );
}

function malformed(what: string): Fault {
  return new Fault('request-malformed', { reason: `"provider" ${what}` });
}

const namesMax = 100;

class Reader {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: object) {
    this.#fields = new Map(Object.entries(value).filter(([, field]) => field !== null));
  }

  names(name: string): readonly string[] | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    const isGood = Array.isArray(value) && value.length <= namesMax && value.every((each) => typeof each === 'string');
    if (!isGood) throw malformed(`has a "${name}" that is no list of names`);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.#fields.get(name);
    if (value !== undefined && typeof value !== 'boolean') throw malformed(`has a "${name}" that is not true or false`);
    return value;
  }

  word(name: string, words: readonly string[]): string | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !words.includes(value)) throw malformed(`has a "${name}" that is none`);
    return value;
  }

  /** USD per million tokens, per one for requests and images; numbers or texts. */
  prices(name: string): ProviderRules['maxPrice'] {
    const value = this.#fields.get(name);
    if (value === undefined) return {};
    if (typeof value !== 'object' || Array.isArray(value)) throw malformed(`has a "${name}" that is not an object`);
    const fields = new Map(Object.entries(value as object));
    const priceOf = (field: string, digits: number) => {
      const price = fields.get(field);
      if (price === undefined || price === null) return undefined;
      const isPrice = typeof price === 'number' || typeof price === 'string';
      const pico = isPrice ? parseDecimal(price, digits) : undefined;
      if (pico === undefined) throw malformed(`has a "${name}" that is no price`);
      return pico;
    };
    const found = {
      input: priceOf('prompt', 6),
      output: priceOf('completion', 6),
      request: priceOf('request', 12),
      image: priceOf('image', 12),
    };
    return Object.fromEntries(Object.entries(found).filter(([, price]) => price !== undefined));
  }
}
