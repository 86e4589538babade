import { Fault } from '#core/generation/fault.ts';
import { dayOf, handlingOn } from '#core/routing/data-handling.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { expectedPrice } from '#core/routing/expected-price.ts';
import type { Gateway } from '../gateway.ts';
import { parametersOf } from './supported-parameters.ts';

type Ask = { readonly model: Model; readonly value: string; readonly values: readonly string[] };

/** What of OpenRouter's questions our facts can answer. A model passes when an endpoint of it does. */
const filters: Readonly<Record<string, (ask: Ask) => boolean>> = {
  q: ({ model, value }) =>
    [model.id, ...model.aliases].some((name) => name.toLowerCase().includes(value.toLowerCase())),
  context: ({ model, value }) => model.context >= numberOf('context', value),
  min_price: ({ model, value }) => hasEndpoint(model, (each) => inputPrice(each) >= numberOf('min_price', value)),
  max_price: ({ model, value }) => hasEndpoint(model, (each) => inputPrice(each) <= numberOf('max_price', value)),
  min_output_price: ({ model, value }) =>
    hasEndpoint(model, (each) => outputPrice(each) >= numberOf('min_output_price', value)),
  max_output_price: ({ model, value }) =>
    hasEndpoint(model, (each) => outputPrice(each) <= numberOf('max_output_price', value)),
  model_authors: ({ model, values }) => values.includes(model.id.split('/')[0]?.toLowerCase() ?? ''),
  providers: ({ model, values }) =>
    hasEndpoint(model, ({ upstream }) => values.includes(upstream.provider.toLowerCase())),
  region: ({ model, values }) => hasEndpoint(model, ({ upstream }) => values.includes(upstream.region.toLowerCase())),
  zdr: ({ model, value }) =>
    value !== 'true' ||
    hasEndpoint(model, ({ upstream }) => handlingOn(upstream.data, dayOf(Date.now())).retentionDays === 0),
  supported_parameters: ({ model, values }) => values.every((each) => parametersOf(model).includes(each)),
  input_modalities: ({ model, values }) =>
    values.every((each) => each === 'text' || (each === 'image' && model.supports?.includes('images') === true)),
  // Nobody has told us of a model that answers in anything but text.
  output_modalities: ({ values }) => values.includes('text') || values.includes('all'),
};

const pageMax = 1_000;
const pageOtherwise = 500;

export type Page = { readonly models: readonly Model[]; readonly total: number; readonly next: string | null };

/** The models that a question leaves, in the order that it asks for. What we cannot answer is left aside. */
export function filterModels(models: readonly Model[], query: URLSearchParams, gateway: Gateway): Page {
  const asked = [...query].flatMap(([name, value]) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    const values = value
      .toLowerCase()
      .split(',')
      .map((each) => each.trim());
    return filter ? [{ filter, value, values }] : [];
  });
  const left = models.filter((model) => asked.every(({ filter, value, values }) => filter({ model, value, values })));
  const sorted = inOrder(left, query.get('sort'), gateway);
  if (!query.has('offset') && !query.has('limit')) return { models: sorted, total: sorted.length, next: null };
  const offset = numberOf('offset', query.get('offset') ?? '0');
  const limit = Math.min(pageMax, numberOf('limit', query.get('limit') ?? String(pageOtherwise)));
  const end = offset + limit;
  const next = new URLSearchParams(query);
  next.set('offset', String(end));
  next.set('limit', String(limit));
  return {
    models: sorted.slice(offset, end),
    total: sorted.length,
    next: end < sorted.length ? `?${next}` : null,
  };
}

function inOrder(models: readonly Model[], sort: string | null, gateway: Gateway): readonly Model[] {
  const by = (worth: (model: Model) => number) => models.toSorted((a, b) => worth(a) - worth(b));
  const measured = (model: Model, read: (facts: ReturnType<Gateway['health']['factsOf']>[number]) => number) => {
    const known = gateway.health
      .factsOf(model)
      .map(read)
      .filter((each) => !Number.isNaN(each));
    return known.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...known);
  };
  switch (sort) {
    case 'pricing-low-to-high':
      return by(cheapest);
    case 'pricing-high-to-low':
      return by((model) => -cheapest(model));
    case 'context-high-to-low':
      return by((model) => -model.context);
    case 'latency-low-to-high':
      return by((model) => measured(model, ({ firstContentP50 }) => firstContentP50));
    case 'throughput-high-to-low':
      return by((model) => measured(model, ({ tokensPerSecondP50 }) => -tokensPerSecondP50));
    default:
      return models;
  }
}

function cheapest({ endpoints }: Model): number {
  const served = endpoints.filter(({ upstream }) => upstream.enabled);
  return Math.min(...served.map((each) => expectedPrice(each, { inputTokens: 3, outputTokens: 1 }, 0)));
}

function hasEndpoint({ endpoints }: Model, passes: (endpoint: Endpoint) => boolean): boolean {
  return endpoints.some((endpoint) => endpoint.upstream.enabled && passes(endpoint));
}

const picoPerDollar = 1e12;
const million = 1e6;

/** USD per million tokens: to be compared, not to be paid. */
function inputPrice(endpoint: Endpoint): number {
  return (expectedPrice(endpoint, { inputTokens: 1, outputTokens: 0 }, 0) / picoPerDollar) * million;
}

function outputPrice(endpoint: Endpoint): number {
  return (expectedPrice(endpoint, { inputTokens: 0, outputTokens: 1 }, 0) / picoPerDollar) * million;
}

function numberOf(name: string, value: string): number {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0) {
    throw new Fault('request-malformed', { reason: `"${name}" in the address is no number` });
  }
  return number;
}
