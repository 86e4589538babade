import type { Pico, Price, Rates } from '#core/money/price.ts';

/** In the file's own words and units: `input 0.25, output 2`. */
export function showPrice(price: Price): string {
  const { input, output, ...others } = price.rates;
  const isPlain = price.tiers.length === 0 && price.windows === undefined;
  if (input === 0n && output === 0n && Object.keys(others).length === 0 && isPlain) return 'free';
  const windows = (price.windows ?? []).map(
    ({ fromMinute, untilMinute, rates, tiers }) =>
      `from ${showClock(fromMinute)} until ${showClock(untilMinute)} UTC: ${[showRates(rates), ...showTiers(tiers)].join('; ')}`,
  );
  const multiples = Object.entries(price.serviceTiers ?? {}).map(([name, times]) => `${name} × ${toDecimal(times, 6)}`);
  return [showRates(price.rates), ...showTiers(price.tiers), ...windows, ...multiples].join('; ');
}

function showTiers(tiers: Price['tiers']): readonly string[] {
  return tiers.map((tier) => `above ${tier.aboveInput} input tokens: ${showRates(tier.rates)}`);
}

function showClock(minute: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function showRates(rates: Rates): string {
  const perMillion = {
    input: rates.input,
    cached_input: rates.cachedInput,
    cache_write_5m: rates.cacheWrite5m,
    cache_write_1h: rates.cacheWrite1h,
    output: rates.output,
    reasoning: rates.reasoning,
    audio_input: rates.audioInput,
    audio_output: rates.audioOutput,
  };
  const perOne = { audio_second: rates.audioSecond, image: rates.image, request: rates.request };
  return [...showEach(perMillion, 6), ...showEach(perOne, 12)].join(', ');
}

function showEach(rates: Readonly<Record<string, Pico | undefined>>, digits: number): string[] {
  return Object.entries(rates).flatMap(([name, rate]) =>
    rate === undefined ? [] : [`${name} ${toDecimal(rate, digits)}`],
  );
}

/** 25_000_000n with 8 digits → 0.25, exactly. */
export function toDecimal(amount: bigint, digits: number): string {
  const text = amount.toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  const whole = text.slice(0, -digits);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
