import { Fault } from '#core/generation/fault.ts';
import { parseDecimal } from '#core/money/nano.ts';
import { endpointTypes, quantizationNames } from './endpoint.ts';
import type { CallerSort, MaxPrice, Percentiles, ProviderRules } from './provider-rules.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/** The rules in a `provider` object; undefined: it has none. What is of a wrong type is no rule to guess at: a fault. */
export function readProviderRules(value: unknown): ProviderRules | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed('is not an object');
  const read = new Reader(value);
  return {
    only: read.names('only'),
    allowLists: [],
    ignore: read.names('ignore') ?? [],
    order: read.names('order') ?? [],
    allowFallbacks: read.flag('allow_fallbacks') ?? true,
    deniesCollection: read.word('data_collection', ['allow', 'deny']) === 'deny',
    wantsZeroRetention: read.flag('zdr') ?? false,
    quantizations: read.words('quantizations', quantizationNames),
    endpointTypes: read.words('endpoint_types', endpointTypes),
    regions: listOf(read.names('regions')),
    // The workspace decides of these, not its requests.
    objections: [],
    agreed: [],
    wantsDistillable: read.flag('enforce_distillable_text') ?? false,
    requiresParameters: read.flag('require_parameters') ?? false,
    maxPrice: read.prices('max_price'),
    sort: read.sort('sort'),
    prefersLatency: read.percentiles('preferred_max_latency', 1_000),
    prefersThroughput: read.percentiles('preferred_min_throughput', 1),
  };
}

function listOf<Value>(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : [value];
}

/** OpenRouter's words for an order, and ours. */
const callerSorts = {
  price: 'price',
  latency: 'latency',
  throughput: 'throughput',
  exacto: 'tool-quality',
} as const satisfies Record<string, StrategyName>;

const sortWords = Object.keys(callerSorts) as readonly (keyof typeof callerSorts)[];
const percentileNames = ['p50', 'p75', 'p90', 'p99'] as const;
const namesMax = 100;

function malformed(what: string): Fault {
  return new Fault('request-malformed', { reason: `"provider" ${what}` });
}

class Reader {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: object) {
    this.#fields = new Map(Object.entries(value).filter(([, field]) => field !== null));
  }

  /** In lower case. */
  names(name: string): readonly string[] | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    const isGood = Array.isArray(value) && value.length <= namesMax && value.every((each) => typeof each === 'string');
    if (!isGood) throw malformed(`has a "${name}" that is no list of names`);
    return value.map((each: string) => each.toLowerCase());
  }

  words<Word extends string>(name: string, words: readonly Word[]): readonly Word[] | undefined {
    return this.names(name)?.map((each) => {
      const word = words.find((one) => one === each);
      if (word === undefined) throw malformed(`has a "${name}" with a word that is none of them`);
      return word;
    });
  }

  flag(name: string): boolean | undefined {
    const value = this.#fields.get(name);
    if (value !== undefined && typeof value !== 'boolean') throw malformed(`has a "${name}" that is not true or false`);
    return value;
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#fields.get(name);
    return value === undefined ? undefined : this.#oneOf(name, value, words);
  }

  /** A word, or `{ by, partition }`. */
  sort(name: string): CallerSort | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') {
      return { by: callerSorts[this.#oneOf(name, value, sortWords)], acrossModels: false };
    }
    const { by, partition } = this.#object(name, value);
    const acrossModels = this.#oneOf(name, partition ?? 'model', ['model', 'none']) === 'none';
    return { by: callerSorts[this.#oneOf(name, by ?? 'price', sortWords)], acrossModels };
  }

  /** A number, which is the median, or `{ p50, p75, p90, p99 }`. */
  percentiles(name: string, factor: number): Percentiles | undefined {
    const value = this.#fields.get(name);
    if (value === undefined) return undefined;
    const given = typeof value === 'number' ? { p50: value } : this.#object(name, value);
    const found = percentileNames.flatMap((each) => {
      const number = given[each];
      if (number === undefined || number === null) return [];
      const isGood = typeof number === 'number' && Number.isFinite(number) && number >= 0;
      if (!isGood) throw malformed(`has a "${name}" that is no number`);
      return [[each, number * factor] as const];
    });
    return Object.fromEntries(found);
  }

  /** USD per million tokens, per one for requests and images; numbers or texts. */
  prices(name: string): MaxPrice {
    const value = this.#fields.get(name);
    if (value === undefined) return {};
    const given = this.#object(name, value);
    const priceOf = (field: string, digits: number) => {
      const price = given[field];
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
      audio: priceOf('audio', 12),
    };
    return Object.fromEntries(Object.entries(found).filter(([, price]) => price !== undefined));
  }

  #oneOf<Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
    const word = words.find((one) => one === value);
    if (word === undefined) throw malformed(`has a "${name}" that is none of ${words.join(', ')}`);
    return word;
  }

  #object(name: string, value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(`has a "${name}" that is not an object`);
    }
    // A copy of its own members: `__proto__` and friends mean nothing here.
    return { ...value };
  }
}
