import { divideUp, maxNano, type Nano } from './nano.ts';
import type { Pico, Price, Rates } from './price.ts';

const picoPerNano = 1_000n;

/** Bounds of one generation at one endpoint: what it can use at most. */
export type Bounds = {
  readonly inputTokens: number;
  /** Of one choice. */
  readonly outputTokens: number;
  readonly choices: number;
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

function worstAtRates({ inputTokens, outputTokens, choices }: Bounds, rates: Rates): Nano {
  const input = dearest(rates.input, rates.cachedInput, rates.cacheWrite5m, rates.cacheWrite1h);
  const output = dearest(rates.output, rates.reasoning);
  const pico = BigInt(inputTokens) * input + BigInt(outputTokens * choices) * output + (rates.request ?? 0n);
  return divideUp(pico, picoPerNano);
}

function dearest(...rates: readonly (Pico | undefined)[]): Pico {
  return rates.reduce<Pico>((most, rate) => (rate !== undefined && rate > most ? rate : most), 0n);
}
