import type { Price, PriceTier, Rates } from '#core/money/price.ts';

/** A price as it is stored: decimal strings, units in the order of the alphabet, so that equal prices are equal texts. */
export function priceJson(price: Price, cost?: Price): string {
  return JSON.stringify({ ...plain(price), ...(cost === undefined ? {} : { cost: plain(cost) }) });
}

function plain({ rates, tiers, windows, serviceTiers }: Price) {
  return {
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
  };
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

// A parser: these texts are what `priceJson` wrote.
type StoredRates = Readonly<Record<string, string>>;
type StoredByInput = {
  readonly rates: StoredRates;
  readonly tiers: readonly { readonly aboveInput: number; readonly rates: StoredRates }[];
};
type StoredPrice = StoredByInput & {
  readonly windows?: readonly (StoredByInput & { readonly fromMinute: number; readonly untilMinute: number })[];
  readonly serviceTiers?: StoredRates;
  readonly cost?: StoredPrice;
};

/** A stored price, and what it was put on top of. */
export function readPriceJson(text: string): { readonly price: Price; readonly cost: Price | undefined } {
  const stored = JSON.parse(text) as StoredPrice;
  return { price: readPrice(stored), cost: stored.cost && readPrice(stored.cost) };
}

function readPrice({ windows, serviceTiers, ...price }: StoredPrice): Price {
  return {
    ...readByInput(price),
    ...(windows === undefined ? {} : { windows: windows.map((window) => ({ ...window, ...readByInput(window) })) }),
    ...(serviceTiers === undefined ? {} : { serviceTiers: bigints(serviceTiers) }),
  };
}

function readByInput({ rates, tiers }: StoredByInput): Pick<Price, 'rates' | 'tiers'> {
  return {
    rates: bigints(rates) as unknown as Rates,
    tiers: tiers.map((tier) => ({
      aboveInput: tier.aboveInput,
      rates: bigints(tier.rates) as unknown as Rates,
    })),
  };
}

function bigints(amounts: StoredRates): Record<string, bigint> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, BigInt(amount)]));
}
