import { divideUp } from './nano.ts';
import type { Pico, Price, PriceTier, PriceWindow, Rates } from './price.ts';

/** On what a price depends beside the amounts: fixed when a request is planned, but for the service tier that was given. */
export type PriceTerms = {
  /** Minute of the day, UTC, at which the request came. */
  readonly minute: number;
  /** Undefined: the ordinary one. */
  readonly serviceTier: string | undefined;
};

const minuteMs = 60_000;
const minutesOfDay = 1_440;
const millionth = 1_000_000n;

/** Epoch milliseconds → minute of the day, UTC. */
export function minuteOfDay(at: number): number {
  return Math.floor(at / minuteMs) % minutesOfDay;
}

type Made = Map<string, Price>;

/** A price has few of them, so each is made once. */
const made = new WeakMap<Price, Made>();

/** The rates and tiers that hold under these terms, without windows and service tiers. */
export function priceInForce(price: Price, { minute, serviceTier }: PriceTerms): Price {
  const { windows, serviceTiers } = price;
  if (windows === undefined && serviceTiers === undefined) return price;
  const place = windows === undefined ? -1 : windows.findLastIndex((window) => isWithin(window, minute));
  const multiplier = serviceTier === undefined ? undefined : multiplierOf(serviceTiers, serviceTier);
  const key = `${place} ${multiplier ?? ''}`;
  const known = made.get(price) ?? new Map<string, Price>();
  made.set(price, known);
  const found = known.get(key);
  if (found) return found;
  const { rates, tiers } = windows?.[place] ?? price;
  const inForce = multiplier === undefined ? { rates, tiers } : multiplied({ rates, tiers }, multiplier);
  known.set(key, inForce);
  return inForce;
}

/** The price to charge: a service tier costs its own only for who asked for it and got it. */
export function chargePrice(price: Price, asked: PriceTerms, served: string | undefined): Price {
  const isAsked = served !== undefined && (asked.serviceTier === served || asked.serviceTier === 'auto');
  return priceInForce(price, { minute: asked.minute, serviceTier: isAsked ? served : undefined });
}

/** What a caller asked for may be served in another service tier: a hold covers the dearer of the two. */
export function holdPrices(price: Price, terms: PriceTerms): readonly Price[] {
  const ordinary = priceInForce(price, { ...terms, serviceTier: undefined });
  if (terms.serviceTier === undefined || price.serviceTiers === undefined) return [ordinary];
  const { serviceTiers } = price;
  // The provider chooses: any of them may come back.
  const named = terms.serviceTier === 'auto' ? Object.keys(serviceTiers) : [terms.serviceTier];
  return [ordinary, ...named.map((serviceTier) => priceInForce(price, { ...terms, serviceTier }))];
}

function multiplierOf(tiers: Price['serviceTiers'], name: string): bigint | undefined {
  return tiers !== undefined && Object.hasOwn(tiers, name) ? tiers[name] : undefined;
}

function isWithin({ fromMinute, untilMinute }: PriceWindow, minute: number): boolean {
  if (fromMinute <= untilMinute) return fromMinute <= minute && minute < untilMinute;
  return minute >= fromMinute || minute < untilMinute;
}

function multiplied({ rates, tiers }: Price, multiplier: bigint): Price {
  return {
    rates: multipliedRates(rates, multiplier),
    tiers: tiers.map(
      ({ aboveInput, rates: above }): PriceTier => ({ aboveInput, rates: multipliedRates(above, multiplier) }),
    ),
  };
}

/** What lies below a pico-dollar is rounded up. */
function multipliedRates(rates: Rates, multiplier: bigint): Rates {
  const each = (rate: Pico) => divideUp(rate * multiplier, millionth);
  const { input, output, ...others } = rates;
  const more = Object.entries(others).flatMap(([unit, rate]) => (rate === undefined ? [] : [[unit, each(rate)]]));
  return { ...Object.fromEntries(more), input: each(input), output: each(output) };
}
