import { freePrice } from '#core/money/price.ts';
import type { ModelCard } from '#core/protocol/model-card.ts';
import { disclosureOf } from '#core/routing/disclosure.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { toPricing } from './pricing.ts';
import { parametersOf } from './supported-parameters.ts';

/** What a list tells of a model; the price is that of the first endpoint that is switched on. */
export function toModelCard({ id, context, maxOutput, endpoints, supports }: Model): ModelCard {
  const first = endpoints.find(({ upstream }) => upstream.enabled) ?? endpoints[0];
  return {
    id,
    context,
    maxOutput,
    pricing: toPricing((first?.price.price ?? freePrice).rates),
    takesImages: supports?.includes('images') === true,
    parameters: parametersOf({ supports }),
    endpoints: endpoints
      .filter(({ upstream }) => upstream.enabled)
      .map((endpoint) => ({ id: endpoint.id, disclosure: disclosureOf(endpoint, Date.now()) })),
  };
}
