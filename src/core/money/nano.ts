/** Money: integers of 10⁻⁹ USD. */
export type Nano = bigint;

const nanoPerUsd = 1_000_000_000n;

/** Reads a decimal such as "5.00" or 0.25 into units of 10^-digits, exactly; undefined when it is no such decimal. */
export function parseDecimal(value: string | number, digits: number): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(typeof value === 'number' ? plainDecimal(value) : value.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > digits) return undefined;
  return BigInt(whole + significant.padEnd(digits, '0'));
}

/** A number's shortest decimal form without an exponent: 1e-7 → 0.0000001. */
function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (!match) return text;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  return `0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`;
}

/** "5.00" → 5000000000n; undefined when it is not a decimal with at most nine places. */
export function parseUsd(value: string | number): Nano | undefined {
  return parseDecimal(value, 9);
}

/** 1234500000n → "1.234500000": a decimal literal with nine places, never a float. */
export function formatUsd(amount: Nano): string {
  const sign = amount < 0n ? '-' : '';
  const absolute = amount < 0n ? -amount : amount;
  return `${sign}${absolute / nanoPerUsd}.${(absolute % nanoPerUsd).toString().padStart(9, '0')}`;
}

/** 250000n of 10⁻¹² USD → "0.00000025": as few places as it needs. */
export function formatPicoUsd(pico: bigint): string {
  const digits = pico.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

export function minNano(a: Nano, b: Nano): Nano {
  return a < b ? a : b;
}

export function maxNano(a: Nano, b: Nano): Nano {
  return a > b ? a : b;
}
