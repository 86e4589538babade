import type { ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import type { Price, PriceWindow } from '#core/money/price.ts';
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
    return { id: info.id, price: priceOn(now, info), context: info.context_window };
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

/** The last of several dated prices that has begun, with those by the time of day as its windows. */
function priceOn(now: Date, { id, prices }: ModelInfo): Price | undefined {
  if (!Array.isArray(prices)) return prices && toCataloguePrice(id, prices);
  const today = now.toISOString().slice(0, 10);
  let current: ModelPrice | undefined;
  const windows: PriceWindow[] = [];
  for (const { constraint, prices: listed } of prices) {
    if (constraint?.type === 'time_of_date') {
      const inHours = toCataloguePrice(id, listed);
      // Half a price list would undercharge in the hours that are missing.
      if (!inHours) return undefined;
      windows.push({
        fromMinute: toMinute(constraint.start_time),
        untilMinute: toMinute(constraint.end_time),
        ...inHours,
      });
    } else if (constraint === undefined || constraint.start_date <= today) current = listed;
  }
  const price = current && toCataloguePrice(id, current);
  return price && windows.length > 0 ? { ...price, windows } : price;
}

/** "16:30:00Z" → 990. */
function toMinute(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map((part) => Number.parseInt(part, 10));
  return hours * 60 + minutes;
}
