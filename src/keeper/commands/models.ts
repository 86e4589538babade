import type { SnapshotPrice, SnapshotRates, SnapshotRatesByInput } from '../interface/snapshot.ts';
import type { CommandContext } from './command.ts';

/** What is offered, with the price of each endpoint in US dollars per million (per one for requests and images). */
export async function listModels({ snapshot }: CommandContext) {
  const { models, upstreams } = await snapshot();
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  return models.map(({ id, aliases, context, maxOutput, endpoints }) => ({
    id,
    aliases,
    context,
    max_output: maxOutput,
    endpoints: endpoints.map((endpoint) => ({
      id: endpoint.id,
      provider: byName.get(endpoint.upstream)?.provider ?? null,
      region: byName.get(endpoint.upstream)?.region ?? null,
      enabled: byName.get(endpoint.upstream)?.enabled ?? false,
      price_version: endpoint.priceVersion,
      price: toPriceJson(endpoint.price),
      ...(endpoint.cost ? { cost: toPriceJson(endpoint.cost) } : {}),
    })),
  }));
}

const perOne: ReadonlySet<string> = new Set(['request', 'image', 'audioSecond']);

/** Decimals of US dollars per million, per one for requests, images and seconds. */
export function toPriceJson(price: SnapshotPrice) {
  const { windows, serviceTiers } = price;
  return {
    ...toInputJson(price),
    ...(windows === undefined
      ? {}
      : {
          windows: windows.map((window) => ({
            from: toClock(window.fromMinute),
            until: toClock(window.untilMinute),
            ...toInputJson(window),
          })),
        }),
    ...(serviceTiers === undefined
      ? {}
      : {
          service_tiers: Object.fromEntries(
            Object.entries(serviceTiers).map(([name, times]) => [name, toDecimal(BigInt(times), 6)]),
          ),
        }),
  };
}

function toInputJson({ rates, tiers }: SnapshotRatesByInput) {
  if (tiers.length === 0) return toRatesJson(rates);
  return {
    ...toRatesJson(rates),
    tiers: tiers.map((tier) => ({ above_input: tier.aboveInput, ...toRatesJson(tier.rates) })),
  };
}

/** 990 → "16:30". */
function toClock(minute: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function toRatesJson(rates: SnapshotRates): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rates).map(([unit, pico]) => {
      const digits = perOne.has(unit) ? 12 : 6;
      return [toSnakeCase(unit), toDecimal(BigInt(String(pico)), digits)];
    }),
  );
}

/** 250000n with six digits → "0.25". */
function toDecimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, -digits) : `${text.slice(0, -digits)}.${fraction}`;
}

/** cacheWrite5m → cache_write_5m, as the configuration file writes it. */
function toSnakeCase(unit: string): string {
  return unit.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}
