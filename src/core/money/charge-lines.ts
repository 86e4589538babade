import { totalInput, type Usage } from '#core/generation/usage.ts';
import { charge } from './charge.ts';
import type { Nano } from './nano.ts';
import { type Pico, type Price, ratesFor } from './price.ts';
import { type PriceTerms, priceInForce } from './price-in-force.ts';

/** One unit of a charge. */
export type ChargeLine = { readonly unit: string; readonly count: number; readonly rate: Pico; readonly amount: Pico };

/** What a charge is made of. The lines add up to it, before it is rounded up once. */
export type ExplainedCharge = {
  readonly lines: readonly ChargeLine[];
  readonly serviceTier: string | undefined;
  /** At the price of a service tier it may be another sum than at the ordinary one. */
  readonly total: Nano;
};

/**
 * The charge of this usage, line by line. What service tier it was served in nobody wrote down: the one that gives
 * exactly what was charged is it. Undefined: no price in force gives that, as after a charge that its hold cut short.
 */
export function explainCharge(
  usage: Usage,
  price: Price,
  { minute, charged }: Pick<PriceTerms, 'minute'> & { readonly charged: Nano },
): ExplainedCharge | undefined {
  for (const serviceTier of [undefined, ...Object.keys(price.serviceTiers ?? {})]) {
    const inForce = priceInForce(price, { minute, serviceTier });
    const total = charge(usage, inForce);
    if (total === charged) return { lines: linesOf(usage, inForce), serviceTier, total };
  }
  return undefined;
}

function linesOf(usage: Usage, price: Price): readonly ChargeLine[] {
  const rates = ratesFor(price, totalInput(usage));
  const { audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 } = usage;
  const isInTokens = usage.output > 0 && rates.output > 0n;
  const all: readonly (readonly [unit: string, count: number, rate: Pico])[] = [
    ['input', usage.input - audioInput, rates.input],
    ['audio_input', audioInput, rates.audioInput ?? rates.input],
    ['cached_input', usage.cachedInput, rates.cachedInput ?? rates.input],
    ['cache_write_5m', usage.cacheWrite5m, rates.cacheWrite5m ?? rates.input],
    ['cache_write_1h', usage.cacheWrite1h, rates.cacheWrite1h ?? rates.cacheWrite5m ?? rates.input],
    ['output', usage.output - usage.reasoning - audioOutput, rates.output],
    ['audio_output', audioOutput, rates.audioOutput ?? rates.output],
    ['reasoning', usage.reasoning, rates.reasoning ?? rates.output],
    ['audio_second', audioSeconds, rates.audioSecond ?? 0n],
    ['image', images, isInTokens ? 0n : (rates.image ?? 0n)],
    ['request', rates.request === undefined ? 0 : 1, rates.request ?? 0n],
  ];
  return all.flatMap(([unit, count, rate]) =>
    count === 0 ? [] : [{ unit, count, rate, amount: BigInt(count) * rate }],
  );
}
