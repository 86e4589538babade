import type { ModelPrice } from '@pydantic/genai-prices';
import { divideUp, parseDecimal } from '#core/money/nano.ts';
import { freePrice, type Pico, type Price, type Rates } from '#core/money/price.ts';

type RateName = keyof Rates;
type Listed = NonNullable<ModelPrice[string]>;

const rateOf: Readonly<Record<string, RateName>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cachedInput',
  cache_write_mtok: 'cacheWrite5m',
  cache_write_1h_mtok: 'cacheWrite1h',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
  input_audio_mtok: 'audioInput',
  output_audio_mtok: 'audioOutput',
};

/**
 * Units without a rate of ours that do not change the price of text. Searches are tools at the provider;
 * cached audio and images are counted as cached input.
 */
const passedOver: ReadonlySet<string> = new Set([
  'web_searches_kcount',
  'storage_searches_kcount',
  'cache_audio_read_mtok',
  'cache_image_read_mtok',
]);

/** The catalogue's price in pico-USD; undefined where our units cannot express it. */
export function toCataloguePrice(model: string, listed: ModelPrice): Price | undefined {
  const prices = Object.entries(listed).filter((entry): entry is [string, Listed] => entry[1] !== undefined);
  if (prices.length === 0) return model.endsWith(':free') ? freePrice : undefined;
  const charged = prices.filter(([unit]) => !passedOver.has(unit));
  if (charged.some(([unit]) => !Object.hasOwn(rateOf, unit))) return undefined;
  const rates = ratesFrom(charged, undefined);
  const tiers = tierStarts(charged).map((start) => ({ aboveInput: start, rates: ratesFrom(charged, start) }));
  const whole = tiers.flatMap(({ aboveInput, rates: above }) => (above ? [{ aboveInput, rates: above }] : []));
  return rates && whole.length === tiers.length ? { rates, tiers: whole } : undefined;
}

function tierStarts(prices: readonly [string, Listed][]): number[] {
  const starts = prices.flatMap(([, price]) =>
    typeof price === 'number' ? [] : price.tiers.map((tier) => tier.start),
  );
  return [...new Set(starts)].toSorted((left, right) => left - right);
}

function ratesFrom(prices: readonly [string, Listed][], start: number | undefined): Rates | undefined {
  const rates: { -readonly [Name in RateName]?: Pico } = {};
  for (const [unit, price] of prices) {
    const name = rateOf[unit];
    const pico = toPicoPerToken(usdPerMillion(price, start));
    if (name === undefined || pico === undefined) return undefined;
    rates[name] = pico;
  }
  const { input, output } = rates;
  return input === undefined || output === undefined ? undefined : { ...rates, input, output };
}

/** The catalogue has a few thirds and twelfths, as 0.08333333333333334: what lies below a pico is rounded up. */
function toPicoPerToken(usd: number): Pico | undefined {
  const exact = parseDecimal(usd, 18);
  return exact === undefined ? undefined : divideUp(exact, 10n ** 12n);
}

/** A unit's price in the tier that begins at `start`: its own last tier up to there, else its base. */
function usdPerMillion(price: Listed, start: number | undefined): number {
  if (typeof price === 'number') return price;
  const reached = price.tiers.filter((tier) => start !== undefined && tier.start <= start);
  return reached.toSorted((left, right) => right.start - left.start)[0]?.price ?? price.base;
}
