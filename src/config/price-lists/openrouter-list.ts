import type { Pico, Price, Rates } from '#core/money/price.ts';
import { type ListedModel, type PriceList, picoPerToken } from './listed-price.ts';

/** The names of `pricing` in OpenRouter's list of models: USD per token, per one for requests and images. */
const rateOf: Readonly<Record<string, keyof Rates>> = {
  prompt: 'input',
  completion: 'output',
  input_cache_read: 'cachedInput',
  input_cache_write: 'cacheWrite5m',
  input_cache_write_1h: 'cacheWrite1h',
  internal_reasoning: 'reasoning',
  request: 'request',
  image: 'image',
};

/** OpenRouter's list of models, as its `GET /models` gives it. Prices below zero mark a router, not a model. */
export function readOpenRouterList(data: readonly unknown[]): PriceList {
  const models: ListedModel[] = [];
  let left = 0;
  for (const value of data) {
    if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') continue;
    const price = 'pricing' in value ? priceOf(value.pricing) : undefined;
    if (!price) {
      left += 1;
      continue;
    }
    models.push({ provider: 'openrouter', model: value.id, price });
    const [author, ...rest] = value.id.split('/');
    if (rest.length > 0) models.push({ provider: author, model: rest.join('/'), price });
  }
  return { source: 'openrouter', models, left };
}

function priceOf(pricing: unknown): Price | undefined {
  if (typeof pricing !== 'object' || pricing === null) return undefined;
  const rates: { -readonly [Name in keyof Rates]?: Pico } = {};
  for (const [name, written] of Object.entries(pricing)) {
    const rate = Object.hasOwn(rateOf, name) ? rateOf[name] : undefined;
    if (rate === undefined) continue;
    const pico = picoPerToken(written);
    if (pico === undefined) return undefined;
    // Zero of these says that nothing is charged beside the tokens.
    if (pico === 0n && rate !== 'input' && rate !== 'output') continue;
    rates[rate] = pico;
  }
  const { input, output } = rates;
  return input === undefined || output === undefined ? undefined : { rates: { ...rates, input, output }, tiers: [] };
}
