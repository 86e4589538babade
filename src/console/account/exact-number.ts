import { formatUsd } from '#core/money/nano.ts';

// A number of JSON as it shall be written, digit for digit; the library of types does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/** Nano-dollars as a number of JSON in dollars, to the last digit: a float would round large ones. */
export function usdNumber(nano: bigint): object {
  const text = formatUsd(nano);
  return rawJSON(text.replace(/\.?0+$/, ''));
}

/** "1.234500000" → the number 1.2345. */
export function usdNumberOf(decimal: string): object {
  return rawJSON(decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
}
