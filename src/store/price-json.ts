import type { Price, PriceTier, Rates } from '#core/money/price.ts';

/** A price as it is stored: decimal strings, units in the order of the alphabet, so that equal prices are equal texts. */
export function priceJson({ rates, tiers, windows, serviceTiers }: Price): string {
  return JSON.stringify({
    rates: ratesJson(rates),
    tiers: tiersJson(tiers),
    // Their order counts: the last one that fits holds.
    ...(windows === undefined
      ? {}
      : {
          windows: windows.map((window) => ({
            fromMinute: window.fromMinute,
            untilMinute: window.untilMinute,
            rates: ratesJson(window.rates),
            tiers: tiersJson(window.tiers),
          })),
        }),
    ...(serviceTiers === undefined ? {} : { serviceTiers: inAlphabet(serviceTiers) }),
  });
}

function tiersJson(tiers: readonly PriceTier[]) {
  const inOrder = tiers.toSorted((a, b) => a.aboveInput - b.aboveInput);
  return inOrder.map((tier) => ({ aboveInput: tier.aboveInput, rates: ratesJson(tier.rates) }));
}

function ratesJson(rates: Rates): Readonly<Record<string, string>> {
  return inAlphabet(rates);
}

function inAlphabet(amounts: Readonly<Record<string, bigint | undefined>>): Readonly<Record<string, string>> {
  const known = Object.entries(amounts).filter(([, rate]) => rate !== undefined);
  return Object.fromEntries(
    known.map(([unit, rate]) => [unit, String(rate)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
