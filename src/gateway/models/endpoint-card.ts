import type { EndpointCard, HealthCard } from '#core/protocol/openrouter/endpoint-list.ts';
import { disclosureOf } from '#core/routing/disclosure.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { hasCachePrice } from '#core/routing/expected-price.ts';
import { anyModel, type Catalogue } from '#core/routing/find-model.ts';
import type { Gateway } from '../gateway.ts';
import { toPricing } from './pricing.ts';
import { parametersOf } from './supported-parameters.ts';

/** The endpoints of a model that are switched on. */
export function cardsOf(model: Model, gateway: Gateway): readonly EndpointCard[] {
  return model.endpoints.filter(({ upstream }) => upstream.enabled).map((each) => cardOf(each, model, gateway));
}

/** Models whose names a caller completes are no entries of a list. */
export function listedModels({ models }: Catalogue): readonly Model[] {
  return models.filter(({ id }) => !id.endsWith(anyModel));
}

function cardOf(endpoint: Endpoint, model: Model, gateway: Gateway): EndpointCard {
  const { upstream, quantization = 'unknown', context, maxOutput, price } = endpoint;
  const { provider, region, name } = upstream;
  const variant = quantization !== 'unknown' ? quantization : region !== 'unknown' ? region.toLowerCase() : name;
  return {
    model: endpoint.model,
    provider,
    tag: `${provider.toLowerCase()}/${variant}`,
    context,
    maxOutput,
    quantization,
    pricing: toPricing(price.price.rates),
    supports: parametersOf(model),
    cachesByItself: hasCachePrice(endpoint) && upstream.protocols[0] !== 'anthropic-messages',
    health: healthOf(endpoint, gateway),
    disclosure: disclosureOf(endpoint, Date.now()),
  };
}

function healthOf(endpoint: Endpoint, gateway: Gateway): HealthCard {
  const health = gateway.health.healthOf(endpoint);
  if (!health) return unmeasured;
  const { state } = health.facts;
  return {
    isOut: state !== 'working' && state !== 'limited',
    isLimited: state === 'limited',
    uptime: {
      minutes5: health.uptime('minutes5'),
      minutes30: health.uptime('minutes30'),
      day: health.uptime('day'),
    },
    latency: health.waits,
    throughput: health.speeds,
    toolErrors: health.toolErrors,
  };
}

const unmeasured: HealthCard = {
  isOut: false,
  isLimited: false,
  uptime: { minutes5: undefined, minutes30: undefined, day: undefined },
  latency: undefined,
  throughput: undefined,
  toolErrors: undefined,
};
