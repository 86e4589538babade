import type { ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import type { Price } from '#core/money/price.ts';
import { toCataloguePrice } from './catalogue-price.ts';

/** The shipped seed of models and prices, as it stands on one day. */
export type Catalogue = {
  readonly list: (provider: string) => readonly CatalogueModel[];
  /** Also by a dated or otherwise longer name that the catalogue knows to be the same model. */
  readonly find: (provider: string, model: string) => CatalogueModel | undefined;
};

export type CatalogueModel = {
  readonly id: string;
  /** Undefined where our units cannot express the price. */
  readonly price: Price | undefined;
  readonly context: number | undefined;
};

/** Two megabytes of data: loaded when a key or a file needs it, and only then. */
export async function openCatalogue(now: Date): Promise<Catalogue> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const modelsOf = (provider: string) => findProvider({ providerId: provider })?.models ?? [];
  const toModel = (info: ModelInfo): CatalogueModel => {
    const prices = pricesOn(now, info.prices);
    const price = prices && toCataloguePrice(info.id, prices);
    return { id: info.id, price, context: info.context_window };
  };
  return {
    list: (provider) => modelsOf(provider).map(toModel),
    find: (provider, model) => {
      const exact = modelsOf(provider).find((info) => info.id === model);
      if (exact) return toModel(exact);
      const match = calcPrice({ input_tokens: 0 }, model, { providerId: provider, timestamp: now });
      return match && match.provider.id === provider ? toModel(match.model) : undefined;
    },
  };
}

/** The last of several dated prices that has begun. A price by the time of day cannot be held for: undefined. */
function pricesOn(now: Date, prices: ModelInfo['prices']): ModelPrice | undefined {
  if (!Array.isArray(prices)) return prices;
  const today = now.toISOString().slice(0, 10);
  let current: ModelPrice | undefined;
  for (const { constraint, prices: dated } of prices) {
    if (constraint?.type === 'time_of_date') return undefined;
    if (constraint === undefined || constraint.start_date <= today) current = dated;
  }
  return current;
}
