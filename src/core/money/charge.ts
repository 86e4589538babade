import { totalInput, type Usage } from '#core/generation/usage.ts';
import { divideUp, type Nano } from './nano.ts';
import { type Price, ratesFor } from './price.ts';

const picoPerNano = 1_000n;

/** What this usage costs at this price, in force as it is: multiplied in pico, rounded once, up, to nano. */
export function charge(usage: Usage, price: Price): Nano {
  const rates = ratesFor(price, totalInput(usage));
  const visible = usage.output - usage.reasoning;
  const pico =
    BigInt(usage.input) * rates.input +
    BigInt(usage.cachedInput) * (rates.cachedInput ?? rates.input) +
    BigInt(usage.cacheWrite5m) * (rates.cacheWrite5m ?? rates.input) +
    BigInt(usage.cacheWrite1h) * (rates.cacheWrite1h ?? rates.cacheWrite5m ?? rates.input) +
    BigInt(visible) * rates.output +
    BigInt(usage.reasoning) * (rates.reasoning ?? rates.output) +
    (rates.request ?? 0n);
  return divideUp(pico, picoPerNano);
}
