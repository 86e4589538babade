import type { Pico, Price, Rates } from '#core/money/price.ts';

/** In the file's own words and units: `input 0.25, output 2`. */
export function showPrice(price: Price): string {
  const { input, output, ...others } = price.rates;
  if (input === 0n && output === 0n && Object.keys(others).length === 0 && price.tiers.length === 0) return 'free';
  const tiers = price.tiers.map((tier) => `above ${tier.aboveInput} input tokens: ${showRates(tier.rates)}`);
  return [showRates(price.rates), ...tiers].join('; ');
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
