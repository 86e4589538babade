import type { Pico, Price, PriceTier, Rates } from '#core/money/price.ts';
import { type ListedModel, type PriceList, picoPerToken } from './listed-price.ts';

/** The names that `model_prices_and_context_window.json` has for our units: USD per token. */
const rateOf: Readonly<Record<string, keyof Rates>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite5m',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_audio_token: 'audioInput',
  output_cost_per_audio_token: 'audioOutput',
};

const providerOf: Readonly<Record<string, string>> = { gemini: 'google', text_completion_openai: 'openai' };

const serviceTiers = ['flex', 'priority'] as const;
const tierEnding = /_above_(\d{1,5})k_tokens$/;
const millionth = 1_000_000n;

type Entry = Readonly<Record<string, unknown>>;

/** LiteLLM's list of models and prices. */
export function readLiteLlmList(list: Readonly<Record<string, unknown>>): PriceList {
  const models: ListedModel[] = [];
  let left = 0;
  for (const [name, value] of Object.entries(list)) {
    if (name === 'sample_spec' || typeof value !== 'object' || value === null) continue;
    const entry = value as Entry;
    const price = priceOf(entry);
    if (!price) {
      left += 1;
      continue;
    }
    const said = typeof entry.litellm_provider === 'string' ? entry.litellm_provider : undefined;
    const model = said !== undefined && name.startsWith(`${said}/`) ? name.slice(said.length + 1) : name;
    models.push({ provider: said === undefined ? undefined : (providerOf[said] ?? said), model, price });
  }
  return { source: 'litellm', models, left };
}

function priceOf(entry: Entry): Price | undefined {
  const rates = ratesOf(entry, '');
  if (rates?.input === undefined || rates.output === undefined) return undefined;
  const base: Rates = { ...rates, input: rates.input, output: rates.output };
  const starts = new Set(Object.keys(entry).flatMap((name) => tierEnding.exec(name)?.[1] ?? []));
  const tiers = [...starts].map((thousands): PriceTier => {
    const above = ratesOf(entry, `_above_${thousands}k_tokens`);
    return { aboveInput: Number(thousands) * 1_000, rates: { ...base, ...above } };
  });
  const multiples = serviceTiers.flatMap((tier) => {
    const multiple = multipleOf(entry, tier, base);
    return multiple === undefined ? [] : [[tier, multiple] as const];
  });
  return {
    rates: base,
    tiers: tiers.toSorted((one, other) => one.aboveInput - other.aboveInput),
    ...(multiples.length > 0 ? { serviceTiers: Object.fromEntries(multiples) } : {}),
  };
}

function ratesOf(entry: Entry, ending: string): { -readonly [Name in keyof Rates]?: Pico } | undefined {
  const rates: { -readonly [Name in keyof Rates]?: Pico } = {};
  for (const [name, rate] of Object.entries(rateOf)) {
    const written = entry[`${name}${ending}`];
    if (written === undefined || written === null) continue;
    const pico = picoPerToken(written);
    if (pico === undefined) return undefined;
    rates[rate] = pico;
  }
  return rates;
}

/** The list has amounts for a service tier, ours has a multiple: only where input and output agree on one. */
function multipleOf(entry: Entry, tier: string, { input, output }: Rates): bigint | undefined {
  const inTier = [
    picoPerToken(entry[`input_cost_per_token_${tier}`]),
    picoPerToken(entry[`output_cost_per_token_${tier}`]),
  ];
  const [tierInput, tierOutput] = inTier;
  if (tierInput === undefined || tierOutput === undefined || input === 0n || output === 0n) return undefined;
  const multiple = (tierInput * millionth) / input;
  return multiple === (tierOutput * millionth) / output ? multiple : undefined;
}
