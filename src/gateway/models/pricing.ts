import { formatPicoUsd } from '#core/money/nano.ts';
import type { Rates } from '#core/money/price.ts';
import type { Pricing } from '#core/protocol/model-card.ts';

/** USD per unit, as decimal texts. */
export function toPricing(rates: Rates): Pricing {
  const { input, output, cachedInput, cacheWrite5m, cacheWrite1h, reasoning, request, image } = rates;
  return {
    prompt: formatPicoUsd(input),
    completion: formatPicoUsd(output),
    request: formatPicoUsd(request ?? 0n),
    image: formatPicoUsd(image ?? 0n),
    ...(cachedInput === undefined ? {} : { input_cache_read: formatPicoUsd(cachedInput) }),
    ...(cacheWrite5m === undefined ? {} : { input_cache_write: formatPicoUsd(cacheWrite5m) }),
    ...(cacheWrite1h === undefined ? {} : { input_cache_write_1h: formatPicoUsd(cacheWrite1h) }),
    ...(reasoning === undefined ? {} : { internal_reasoning: formatPicoUsd(reasoning) }),
  };
}
