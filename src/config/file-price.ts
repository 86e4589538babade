import { parseDecimal } from '#core/money/nano.ts';
import { freePrice, type Pico, type Price, type PriceTier, type PriceWindow, type Rates } from '#core/money/price.ts';
import { type ConfigSource, problemAt, textAt } from './config-source.ts';
import type { PriceSettings } from './price-schema.ts';
import type { SettingPath } from './setting-path.ts';

/** The file's name of each rate, and the digits after the point that stay exact in pico-USD. */
const rateNames = [
  ['input', 'input', 6],
  ['cachedInput', 'cached_input', 6],
  ['cacheWrite5m', 'cache_write_5m', 6],
  ['cacheWrite1h', 'cache_write_1h', 6],
  ['output', 'output', 6],
  ['reasoning', 'reasoning', 6],
  ['audioInput', 'audio_input', 6],
  ['audioOutput', 'audio_output', 6],
  ['audioSecond', 'audio_second', 12],
  ['image', 'image', 12],
  ['request', 'request', 12],
] as const;

type AnyRates = Omit<PriceSettings, 'tiers' | 'windows' | 'service_tiers'>;
type TierSettings = NonNullable<PriceSettings['tiers']>;
type PartialRates = Partial<Rates>;

/** The file's price in pico-USD, read from its own characters: what stands there is what is charged. */
export function toPrice(settings: 'free' | PriceSettings, path: SettingPath, source: ConfigSource): Price {
  if (settings === 'free') return freePrice;
  const base = toBaseRates(readRates(settings, path, source), path, source);
  const tiers = toTiers(settings.tiers ?? [], { base, path, source });
  return {
    rates: base,
    tiers,
    ...(settings.windows ? { windows: toWindows(settings, { base, path, source }) } : {}),
    ...(settings.service_tiers ? { serviceTiers: toServiceTiers(settings.service_tiers, path, source) } : {}),
  };
}

type Place = { readonly base: Rates; readonly path: SettingPath; readonly source: ConfigSource };

function toTiers(settings: TierSettings, { base, path, source }: Place): readonly PriceTier[] {
  const tiers: PriceTier[] = [];
  for (const [index, tier] of settings.entries()) {
    const at = [...path, 'tiers', index];
    if (tiers.some((other) => other.aboveInput === tier.above_input)) {
      throw problemAt(
        source,
        [...at, 'above_input'],
        'is that of an earlier tier: give each tier its own, or remove one.',
      );
    }
    tiers.push({ aboveInput: tier.above_input, rates: { ...base, ...readRates(tier, at, source) } });
  }
  return tiers.toSorted((left, right) => left.aboveInput - right.aboveInput);
}

function toWindows(settings: PriceSettings, { base, path, source }: Place): readonly PriceWindow[] {
  return (settings.windows ?? []).map((window, index) => {
    const at = [...path, 'windows', index];
    if (window.from === window.until) throw problemAt(source, at, 'begins and ends at the same minute.');
    if (window.tiers === undefined && (settings.tiers?.length ?? 0) > 0) {
      throw problemAt(source, [...at, 'tiers'], 'are missing: say which tiers hold in these hours, [] for none.');
    }
    const rates = { ...base, ...readRates(window, at, source) };
    const tiers = toTiers(window.tiers ?? [], { base: rates, path: at, source });
    return { fromMinute: toMinute(window.from), untilMinute: toMinute(window.until), rates, tiers };
  });
}

/** "16:30" → 990. */
function toMinute(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

const multipleMax = 1_000_000_000n;

function toServiceTiers(
  settings: Readonly<Record<string, number | string>>,
  path: SettingPath,
  source: ConfigSource,
): Readonly<Record<string, bigint>> {
  const read = Object.entries(settings).map(([name, value]): [string, bigint] => {
    const at = [...path, 'service_tiers', name];
    const millionths = parseDecimal(
      typeof value === 'number' ? plainDigits(textAt(source, at) ?? String(value)) : value,
      6,
    );
    if (millionths === undefined || millionths > multipleMax) {
      throw problemAt(source, at, 'must be a number from 0 to 1000 with at most 6 decimal places, such as 0.5.');
    }
    return [name, millionths];
  });
  return Object.fromEntries(read);
}

/** Forgotten input or output would be given away: only a price by another unit alone may leave both out. */
function toBaseRates(read: PartialRates, path: SettingPath, source: ConfigSource): Rates {
  const { input, output } = read;
  if (input !== undefined && output !== undefined) return { ...read, input, output };
  const byUnit = read.image ?? read.request ?? read.audioSecond;
  if (input === undefined && output === undefined && byUnit !== undefined) return { ...read, input: 0n, output: 0n };
  throw problemAt(
    source,
    [...path, input === undefined ? 'input' : 'output'],
    'is missing: add it, 0 where it costs nothing.',
  );
}

function readRates(settings: AnyRates, path: SettingPath, source: ConfigSource): PartialRates {
  const rates: { -readonly [Name in keyof Rates]?: Pico } = {};
  for (const [name, key, digits] of rateNames) {
    const value = settings[key];
    if (value === undefined) continue;
    const at = [...path, key];
    // A number is read from its own characters; text may have come out of a reference, so from its value.
    const pico = parseDecimal(
      typeof value === 'number' ? plainDigits(textAt(source, at) ?? String(value)) : value,
      digits,
    );
    if (pico === undefined) {
      throw problemAt(
        source,
        at,
        `must be an amount in USD, 0 or more, with at most ${digits} decimal places, such as 0.25.`,
      );
    }
    rates[name] = pico;
  }
  return rates;
}

/** YAML also writes numbers as `+1`, `.5`, `5.` or `1e-3`; anything else stays and is refused. */
function plainDigits(text: string): string {
  const match = /^\+?(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,3}))?$/.exec(text);
  if (!match) return text;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 0);
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const right = padded.slice(at);
  if (digits === '') return text;
  return right === '' ? left : `${left}.${right}`;
}
