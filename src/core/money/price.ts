/** Pico-USD (10⁻¹² USD) per unit: 1 USD per million tokens = 1,000,000 pico per token. */
export type Pico = bigint;

/** What units cost at one endpoint. A unit that is absent has no price of its own and falls back as noted. */
export type Rates = {
  readonly input: Pico;
  /** Absent: as `input`. */
  readonly cachedInput?: Pico;
  /** Absent: as `input`. */
  readonly cacheWrite5m?: Pico;
  readonly cacheWrite1h?: Pico;
  readonly output: Pico;
  /** Absent: as `output`. Reasoning is part of output. */
  readonly reasoning?: Pico;
  readonly audioInput?: Pico;
  readonly audioOutput?: Pico;
  readonly audioSecond?: Pico;
  readonly image?: Pico;
  /** Per request. */
  readonly request?: Pico;
};

/** From this much input on, the whole request costs these rates instead. */
export type PriceTier = { readonly aboveInput: number; readonly rates: Rates };

export type Price = {
  readonly rates: Rates;
  readonly tiers: readonly PriceTier[];
  /** Hours of the day, UTC, in which other rates hold; the last one that fits counts. */
  readonly windows?: readonly PriceWindow[] | undefined;
  /** What a provider's service tiers (`flex`, `priority`, `batch` …) cost, in millionths of these rates. */
  readonly serviceTiers?: Readonly<Record<string, bigint>> | undefined;
};

/** From one minute of the day up to, and without, another one; over midnight where the second is the smaller. */
export type PriceWindow = {
  readonly fromMinute: number;
  readonly untilMinute: number;
  readonly rates: Rates;
  readonly tiers: readonly PriceTier[];
};

/** A price as it was dated: what a hold pins and a charge names. */
export type PriceVersion = {
  readonly id: string;
  readonly price: Price;
  /** What the endpoint itself costs, where something was put on top. Absent: `price` is that. */
  readonly cost?: Price | undefined;
};

export const freePrice: Price = { rates: { input: 0n, output: 0n }, tiers: [] };

/** The rates that hold for this much input (cached and written included): the last tier it is above. */
export function ratesFor(price: Price, inputTokens: number): Rates {
  let rates = price.rates;
  let above = -1;
  for (const tier of price.tiers) {
    if (inputTokens > tier.aboveInput && tier.aboveInput > above) {
      rates = tier.rates;
      above = tier.aboveInput;
    }
  }
  return rates;
}
