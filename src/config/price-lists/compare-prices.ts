import type { Pico, Price, Rates } from '#core/money/price.ts';
import type { Config, UpstreamConfig } from '../config.ts';
import { toDecimal } from '../show-price.ts';
import type { ListedModel, PriceList } from './listed-price.ts';

/** One unit of one endpoint that two sources price differently, or that one of them does not price. */
export type PriceDifference = {
  readonly endpoint: string;
  readonly source: string;
  readonly unit: string;
  /** USD per million, per one for requests, images and seconds; null: no price of its own. */
  readonly ours: string | null;
  readonly theirs: string | null;
  /** Ours against theirs, in percent with one digit; null where there is nothing to compare. */
  readonly percent: string | null;
};

export type PriceComparison = {
  readonly differences: readonly PriceDifference[];
  readonly endpoints: number;
  /** Endpoints of which no source knows the price. */
  readonly unknown: readonly string[];
};

const perOne: ReadonlySet<string> = new Set<keyof Rates>(['request', 'image', 'audioSecond']);

/** The prices of a configuration against other people's lists: where they differ, somebody should look. */
export function comparePrices({ upstreams }: Pick<Config, 'upstreams'>, lists: readonly PriceList[]): PriceComparison {
  const differences: PriceDifference[] = [];
  const unknown: string[] = [];
  let endpoints = 0;
  for (const upstream of upstreams) {
    for (const { as, upstreamModel, price } of upstream.models) {
      if (upstream.type === 'sandbox') continue;
      endpoints += 1;
      const endpoint = `${as}@${upstream.name}`;
      const found = lists.flatMap((list) => {
        const listed = list.models.find((each) => isSame(each, upstream, upstreamModel));
        return listed ? [{ source: list.source, listed }] : [];
      });
      if (found.length === 0) unknown.push(endpoint);
      for (const { source, listed } of found) {
        for (const difference of differencesOf(price, listed.price))
          differences.push({ endpoint, source, ...difference });
      }
    }
  }
  return { differences, endpoints, unknown };
}

function isSame(listed: ListedModel, { provider }: UpstreamConfig, upstreamModel: string): boolean {
  return listed.model === upstreamModel && (listed.provider === undefined || listed.provider === provider);
}

function differencesOf(ours: Price, theirs: Price): readonly Omit<PriceDifference, 'endpoint' | 'source'>[] {
  const plain = compareRates(ours.rates, theirs.rates, '');
  const starts = new Set([...ours.tiers, ...theirs.tiers].map(({ aboveInput }) => aboveInput));
  const tiered = [...starts]
    .toSorted((one, other) => one - other)
    .flatMap((start) => {
      const at = (price: Price) => price.tiers.findLast(({ aboveInput }) => aboveInput <= start)?.rates ?? price.rates;
      return compareRates(at(ours), at(theirs), ` above ${start}`);
    });
  return [...plain, ...tiered];
}

function compareRates(ours: Rates, theirs: Rates, where: string) {
  const units = new Set([...Object.keys(ours), ...Object.keys(theirs)]) as ReadonlySet<keyof Rates>;
  return [...units].flatMap((unit) => {
    const our = ours[unit];
    const their = theirs[unit];
    if (effective(ours, unit) === effective(theirs, unit)) return [];
    const shown = (pico: Pico | undefined) => (pico === undefined ? null : toDecimal(pico, perOne.has(unit) ? 12 : 6));
    return [{ unit: `${unit}${where}`, ours: shown(our), theirs: shown(their), percent: percentOf(our, their) }];
  });
}

/** A unit without a price of its own costs what the unit costs that it is a kind of. */
function effective(rates: Rates, unit: keyof Rates): Pico {
  const { input, output, cacheWrite5m } = rates;
  switch (unit) {
    case 'cachedInput':
    case 'cacheWrite5m':
    case 'audioInput':
      return rates[unit] ?? input;
    case 'cacheWrite1h':
      return rates[unit] ?? cacheWrite5m ?? input;
    case 'reasoning':
    case 'audioOutput':
      return rates[unit] ?? output;
    case 'input':
    case 'output':
      return rates[unit];
    case 'audioSecond':
    case 'image':
    case 'request':
      return rates[unit] ?? 0n;
  }
}

function percentOf(ours: Pico | undefined, theirs: Pico | undefined): string | null {
  if (ours === undefined || theirs === undefined || theirs === 0n) return null;
  const tenths = ((ours - theirs) * 1_000n) / theirs;
  const sign = tenths < 0n ? '-' : '+';
  const size = tenths < 0n ? -tenths : tenths;
  return `${sign}${size / 10n}.${size % 10n}`;
}
