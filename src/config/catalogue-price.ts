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

/** Pictures in tokens, at models that make nothing else: such a token costs what the dearer of the two does. */
const pictureRateOf: Readonly<Record<string, RateName>> = { input_image_mtok: 'input', output_image_mtok: 'output' };
const makesPictures = /^gpt-image/;
/** These give no tokens back. */
const makesVectors = /embed/;
const hours = 'audio_hours';
const secondsPerHour = 3_600n;

/**
 * Units without a rate of ours that do not change the price of text. Searches are tools at the provider;
 * cached audio and images are counted as cached input.
 */
const passedOver: ReadonlySet<string> = new Set([
  'web_searches_kcount',
  'storage_searches_kcount',
  'cache_audio_read_mtok',
  'cache_image_read_mtok',
  // The same hours once more.
  'input_audio_hours',
]);

/** The catalogue's price in pico-USD; undefined where our units cannot express it. */
export function toCataloguePrice(model: string, listed: ModelPrice): Price | undefined {
  const prices = Object.entries(listed).filter((entry): entry is [string, Listed] => entry[1] !== undefined);
  if (prices.length === 0) return model.endsWith(':free') ? freePrice : undefined;
  const charged = prices.filter(([unit]) => !passedOver.has(unit));
  const byHour = byTheHour(charged);
  if (byHour) return byHour;
  const names = makesPictures.test(model) ? { ...rateOf, ...pictureRateOf } : rateOf;
  if (charged.some(([unit]) => !Object.hasOwn(names, unit))) return undefined;
  const ratesFrom = (prices: readonly [string, Listed][], start: number | undefined) =>
    readRates(prices, start, { names, output: makesVectors.test(model) ? 0n : undefined });
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

/** Audio alone, by its length: a second that was begun costs its part of the hour, rounded up. */
function byTheHour(prices: readonly [string, Listed][]): Price | undefined {
  const [only, ...others] = prices;
  if (only?.[0] !== hours || others.length > 0 || typeof only[1] !== 'number') return undefined;
  const exact = parseDecimal(only[1], 12);
  if (exact === undefined) return undefined;
  return { rates: { input: 0n, output: 0n, audioSecond: divideUp(exact, secondsPerHour) }, tiers: [] };
}

type RateRules = { readonly names: Readonly<Record<string, RateName>>; readonly output: Pico | undefined };

function readRates(
  prices: readonly [string, Listed][],
  start: number | undefined,
  { names, output: outputOtherwise }: RateRules,
): Rates | undefined {
  const rates: { -readonly [Name in RateName]?: Pico } = {};
  for (const [unit, price] of prices) {
    const name = names[unit];
    const pico = toPicoPerToken(usdPerMillion(price, start));
    if (name === undefined || pico === undefined) return undefined;
    const known = rates[name];
    rates[name] = known === undefined || pico > known ? pico : known;
  }
  const { input, output = outputOtherwise } = rates;
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
