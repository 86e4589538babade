import { countsMedia, totalInput, type Usage } from '#core/generation/usage.ts';
import { divideUp, type Nano } from './nano.ts';
import { type Pico, type Price, type Rates, ratesFor } from './price.ts';

const picoPerNano = 1_000n;

/** What this usage costs at this price, in force as it is: multiplied in pico, rounded once, up, to nano. */
export function charge(usage: Usage, price: Price): Nano {
  return divideUp(picoOf(usage, price), picoPerNano);
}

/** The operator's part of it where somebody else is paid for the answer; rounded once, up, as well. */
export function feeOf(usage: Usage, price: Price, basisPoints: number): Nano {
  return divideUp(picoOf(usage, price) * BigInt(basisPoints), picoPerNano * basisPointsOfAll);
}

/** The same of the most that it can cost. */
export function feeOfAmount(amount: Nano, basisPoints: number): Nano {
  return divideUp(amount * BigInt(basisPoints), basisPointsOfAll);
}

const basisPointsOfAll = 10_000n;

function picoOf(usage: Usage, price: Price): Pico {
  const rates = ratesFor(price, totalInput(usage));
  const visible = usage.output - usage.reasoning;
  const text =
    BigInt(usage.input) * rates.input +
    BigInt(usage.cachedInput) * (rates.cachedInput ?? rates.input) +
    BigInt(usage.cacheWrite5m) * (rates.cacheWrite5m ?? rates.input) +
    BigInt(usage.cacheWrite1h) * (rates.cacheWrite1h ?? rates.cacheWrite5m ?? rates.input) +
    BigInt(visible) * rates.output +
    BigInt(usage.reasoning) * (rates.reasoning ?? rates.output) +
    (rates.request ?? 0n);
  return countsMedia(usage) ? text + mediaPico(usage, rates) : text;
}

/** What audio and pictures cost beyond what their tokens cost as text. */
function mediaPico(usage: Usage, rates: Rates): Pico {
  const { audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 } = usage;
  // A picture costs the tokens that it was counted in, where those have a price; else its own price.
  const isInTokens = usage.output > 0 && rates.output > 0n;
  return (
    BigInt(audioInput) * ((rates.audioInput ?? rates.input) - rates.input) +
    BigInt(audioOutput) * ((rates.audioOutput ?? rates.output) - rates.output) +
    BigInt(audioSeconds) * (rates.audioSecond ?? 0n) +
    BigInt(images) * (isInTokens ? 0n : (rates.image ?? 0n))
  );
}
