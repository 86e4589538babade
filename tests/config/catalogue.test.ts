import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCatalogue } from '#config/catalogue.ts';
import { toCataloguePrice } from '#config/catalogue-price.ts';
import { configFrom } from './config-from.ts';

const env = { OPENAI_API_KEY: 'k1', ANTHROPIC_API_KEY: 'k2', GEMINI_API_KEY: 'k3', OPENROUTER_API_KEY: 'k4' };

test('each known key makes its upstream appear, with models and prices', async () => {
  const config = await configFrom({ env });

  const shown = config.upstreams.map(({ name, provider, protocols, type, apiKeys }) => [
    name,
    provider,
    protocols[0],
    type,
    ...apiKeys,
  ]);
  assert.deepEqual(shown, [
    ['openai', 'openai', 'openai-chat', 'first_party', 'k1'],
    ['anthropic', 'anthropic', 'anthropic-messages', 'first_party', 'k2'],
    ['google', 'google', 'gemini-generate', 'first_party', 'k3'],
    ['openrouter', 'openrouter', 'openai-chat', 'aggregator', 'k4'],
  ]);
  for (const upstream of config.upstreams)
    assert.ok(upstream.models.length > 10, `${upstream.name} offers next to nothing`);
  const mini = config.models.find((model) => model.id === 'openai/gpt-5-mini');
  const supports = ['tools', 'images', 'structured_output'];
  const sizes = { context: 400_000, maxOutput: 16_384 };
  assert.deepEqual(mini, {
    id: 'openai/gpt-5-mini',
    ...sizes,
    aliases: ['gpt-5-mini'],
    supports,
    firstContentMs: 300_000,
  });
  assert.ok(config.models.some((model) => model.id === 'google/gemini-2.5-flash'));
  assert.ok(!config.models.some((model) => /realtime|davinci/.test(model.id) && model.id.startsWith('openai/')));
});

test('embeddings, pictures and audio are offered with prices in their own units', async () => {
  const config = await configFrom({ env: { OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'g' } });
  const rates = (id: string) =>
    config.upstreams.flatMap(({ models }) => models).find(({ as }) => as === id)?.price.rates;

  assert.deepEqual(rates('openai/text-embedding-3-small'), { input: 20_000n, output: 0n });
  assert.deepEqual(rates('google/gemini-embedding-001'), { input: 150_000n, output: 0n });
  // 0.36 USD an hour is a ten-thousandth of a dollar each second.
  assert.deepEqual(rates('openai/whisper-1'), { input: 0n, output: 0n, audioSecond: 100_000_000n });
  assert.deepEqual(rates('openai/gpt-4o-transcribe'), {
    input: 2_500_000n,
    output: 10_000_000n,
    audioInput: 6_000_000n,
  });
  // A token of a picture that is sent costs twice as much as one of text: the dearer one is charged for both.
  assert.deepEqual(rates('openai/gpt-image-1'), { input: 10_000_000n, cachedInput: 1_250_000n, output: 40_000_000n });
});

test('every name of a model leads to one model', async () => {
  const config = await configFrom({ env });

  const names = config.models.flatMap((model) => [model.id, ...model.aliases]);
  assert.equal(new Set(names).size, names.length);
});

for (const yaml of [
  'upstreams:\n  openai: { models: {} }\n',
  'upstreams:\n  mine: { provider: openai, models: {} }\n',
]) {
  test(`a key makes nothing appear beside a file that names it: ${yaml.split('\n')[1]?.trim()}`, async () => {
    const config = await configFrom({ yaml, env: { OPENAI_API_KEY: 'k' } });

    assert.equal(config.upstreams.length, 1);
    assert.deepEqual(config.models, []);
  });
}

test('a known provider in the file without a list of models offers the catalogue', async () => {
  const config = await configFrom({ yaml: 'upstreams:\n  anthropic: { api_key: k }\n' });

  assert.ok(config.models.some((model) => model.id === 'anthropic/claude-opus-4-5'));
});

test('a dated name finds the price of its model', async () => {
  const yaml = 'upstreams:\n  openai:\n    models: { gpt-5-mini-2025-08-07: {} }\n';

  const config = await configFrom({ yaml });

  assert.equal(config.upstreams[0]?.models[0]?.price.rates.output, 2_000_000n);
  assert.equal(config.models[0]?.context, 400_000);
});

test('of dated prices the one holds that has begun', async () => {
  const before = (await openCatalogue(new Date('2025-06-09T23:59:59Z'))).find('openai', 'o3');
  const after = (await openCatalogue(new Date('2025-06-10T00:00:00Z'))).find('openai', 'o3');

  assert.equal(before?.price?.rates.input, 10_000_000n);
  assert.equal(after?.price?.rates.input, 2_000_000n);
});

test('units with tiers of their own become whole tiers', () => {
  const price = toCataloguePrice('m', {
    input_mtok: { base: 0.3, tiers: [{ start: 100, price: 0.6 }] },
    cache_read_mtok: 0.07,
    output_mtok: { base: 1.1, tiers: [{ start: 200, price: 2.2 }] },
  });

  assert.deepEqual(price, {
    rates: { input: 300_000n, cachedInput: 70_000n, output: 1_100_000n },
    tiers: [
      { aboveInput: 100, rates: { input: 600_000n, cachedInput: 70_000n, output: 1_100_000n } },
      { aboveInput: 200, rates: { input: 600_000n, cachedInput: 70_000n, output: 2_200_000n } },
    ],
  });
});

test('a price that our units cannot express is none', () => {
  assert.equal(toCataloguePrice('m', { input_mtok: 1, output_mtok: 2, output_image_mtok: 30 }), undefined);
  assert.equal(toCataloguePrice('m', { input_mtok: 1 }), undefined);
  assert.equal(toCataloguePrice('m', { input_mtok: -1, output_mtok: 1 }), undefined);
  assert.equal(toCataloguePrice('m', {}), undefined);
  assert.deepEqual(toCataloguePrice('m:free', {})?.rates, { input: 0n, output: 0n });
});

test('a price is exact where it can be, and rounded up by less than a pico where it is a twelfth', () => {
  const price = toCataloguePrice('m', { input_mtok: 0.075, cache_write_mtok: 0.08333333333333334, output_mtok: 0.3 });

  assert.deepEqual(price?.rates, { input: 75_000n, cacheWrite5m: 83_334n, output: 300_000n });
});

test('a price by the time of day has its hours', async () => {
  const { find } = await openCatalogue(new Date('2026-11-01T00:00:00Z'));

  const price = find('deepseek', 'deepseek-chat')?.price;

  assert.deepEqual(price, {
    rates: { input: 135_000n, cachedInput: 35_000n, output: 550_000n },
    tiers: [],
    windows: [
      {
        fromMinute: 30,
        untilMinute: 990,
        rates: { input: 270_000n, cachedInput: 70_000n, output: 1_100_000n },
        tiers: [],
      },
    ],
  });
});
