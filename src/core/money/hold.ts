import type { MediaBounds } from '#core/generation/usage.ts';
import { divideUp, maxNano, type Nano } from './nano.ts';
import type { Pico, Price, Rates } from './price.ts';

const picoPerNano = 1_000n;

/** Bounds of one generation at one endpoint: what it can use at most. */
export type Bounds = {
  readonly inputTokens: number;
  /** Of one choice. */
  readonly outputTokens: number;
  readonly choices: number;
  /** Where input or output is more than text. */
  readonly media?: MediaBounds | undefined;
};

/** The most a generation can cost within these bounds at this price: what must be held (MONEY §4). */
export function worstCase(bounds: Bounds, price: Price): Nano {
  let worst = worstAtRates(bounds, price.rates);
  for (const tier of price.tiers) {
    if (bounds.inputTokens > tier.aboveInput) worst = maxNano(worst, worstAtRates(bounds, tier.rates));
  }
  return worst;
}

/** The most output tokens of one choice that this budget covers beside the input; negative when it covers not even that. */
export function affordableOutput(bounds: Bounds, price: Price, budget: Nano): number {
  const withoutOutput = worstCase({ ...bounds, outputTokens: 0 }, price);
  if (withoutOutput > budget) return -1;
  let low = 0;
  let high = bounds.outputTokens;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (worstCase({ ...bounds, outputTokens: middle }, price) <= budget) low = middle;
    else high = middle - 1;
  }
  return low;
}

function worstAtRates({ inputTokens, outputTokens, choices, media }: Bounds, rates: Rates): Nano {
  const hasAudio = media?.hasAudio === true;
  const heard = hasAudio ? rates.audioInput : undefined;
  const spoken = hasAudio ? rates.audioOutput : undefined;
  const input = dearest(rates.input, rates.cachedInput, rates.cacheWrite5m, rates.cacheWrite1h, heard);
  const output = dearest(rates.output, rates.reasoning, spoken);
  const pico = BigInt(inputTokens) * input + BigInt(outputTokens * choices) * output + (rates.request ?? 0n);
  return divideUp(media ? pico + worstMedia(media, rates) : pico, picoPerNano);
}

/** An upstream may count a picture in tokens or not: both are held. */
function worstMedia({ images, audioSeconds }: MediaBounds, rates: Rates): Pico {
  return BigInt(images) * (rates.image ?? 0n) + BigInt(audioSeconds) * (rates.audioSecond ?? 0n);
}

function dearest(...rates: readonly (Pico | undefined)[]): Pico {
  return rates.reduce<Pico>((most, rate) => (rate !== undefined && rate > most ? rate : most), 0n);
}
