import type { Price, Rates } from '#core/money/price.ts';

/** A price as it is stored: decimal strings, units in the order of the alphabet, so that equal prices are equal texts. */
export function priceJson({ rates, tiers }: Price): string {
  const inOrder = tiers.toSorted((a, b) => a.aboveInput - b.aboveInput);
  return JSON.stringify({
    rates: ratesJson(rates),
    tiers: inOrder.map((tier) => ({ aboveInput: tier.aboveInput, rates: ratesJson(tier.rates) })),
  });
}

function ratesJson(rates: Rates): Readonly<Record<string, string>> {
  const known = Object.entries(rates).filter(([, rate]) => rate !== undefined);
  return Object.fromEntries(
    known.map(([unit, rate]) => [unit, String(rate)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
