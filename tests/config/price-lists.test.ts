// Other people's price lists: read exactly, used before the catalogue, compared with what holds.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { comparePrices } from '#config/price-lists/compare-prices.ts';
import { readPriceList } from '#config/price-lists/read-price-list.ts';
import { readConfig } from '#config/read-config.ts';

const liteLlm = JSON.stringify({
  sample_spec: { input_cost_per_token: 0, litellm_provider: 'one of them' },
  'gpt-x': {
    litellm_provider: 'openai',
    input_cost_per_token: 2.5e-7,
    cache_read_input_token_cost: 2.5e-8,
    output_cost_per_token: 0.000002,
    input_cost_per_token_above_200k_tokens: 5e-7,
    input_cost_per_token_flex: 1.25e-7,
    output_cost_per_token_flex: 0.000001,
    input_cost_per_token_priority: 5e-7,
    output_cost_per_token_priority: 0.000003,
  },
  'gemini/flash-x': { litellm_provider: 'gemini', input_cost_per_token: 3e-7, output_cost_per_token: 2.5e-6 },
  'picture-x': { litellm_provider: 'openai', input_cost_per_image: 0.04 },
});

const openRouter = JSON.stringify({
  data: [
    {
      id: 'openai/gpt-x',
      pricing: { prompt: '0.0000003', completion: '0.000002', request: '0', image: '0', web_search: '0.01' },
    },
    { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } },
  ],
});

test('LiteLLM’s list: amounts, tiers and a service tier that is one multiple', () => {
  const list = readPriceList(liteLlm);

  assert.equal(list?.source, 'litellm');
  assert.equal(list.left, 1, 'a price by the image alone is not one of ours');
  assert.deepEqual(list.models, [
    {
      provider: 'openai',
      model: 'gpt-x',
      price: {
        rates: { input: 250_000n, cachedInput: 25_000n, output: 2_000_000n },
        tiers: [{ aboveInput: 200_000, rates: { input: 500_000n, cachedInput: 25_000n, output: 2_000_000n } }],
        serviceTiers: { flex: 500_000n },
      },
    },
    { provider: 'google', model: 'flash-x', price: { rates: { input: 300_000n, output: 2_500_000n }, tiers: [] } },
  ]);
});

test('OpenRouter’s list: by its own name and by the author’s, without what is no model', () => {
  const list = readPriceList(openRouter);

  assert.deepEqual(
    list?.models.map(({ provider, model }) => [provider, model]),
    [
      ['openrouter', 'openai/gpt-x'],
      ['openai', 'gpt-x'],
    ],
  );
  assert.deepEqual(list.models[0]?.price.rates, { input: 300_000n, output: 2_000_000n });
  assert.equal(list.left, 1);
});

test('what is no list is none', () => {
  for (const text of ['', '[]', '{}', '{"a":1}', 'null', '{"data":7}', '['.repeat(100_000)]) {
    assert.equal(readPriceList(text), undefined);
  }
});

async function configWith(lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-lists-'));
  writeFileSync(join(folder, 'litellm.json'), liteLlm);
  const files = new Map([
    [join(folder, 'fairlead.yaml'), lines.join('\n')],
    [join(folder, 'litellm.json'), liteLlm],
    [join(folder, 'openrouter.json'), openRouter],
    [join(folder, 'text.json'), 'no list'],
  ]);
  return await readConfig({ env: {}, cwd: folder, readFile: (path) => files.get(path) });
}

test('a model without a price in the file takes that of the first list that knows it', async () => {
  const config = await configWith([
    'price_lists: [./litellm.json, ./openrouter.json]',
    'upstreams: { openai: { api_key: k, models: { gpt-x: {} } } }',
  ]);

  assert.equal(config.upstreams[0]?.models[0]?.price.rates.input, 250_000n);
});

for (const [file, word] of [
  ['missing.json', 'cannot be read'],
  ['text.json', 'is neither'],
] as const) {
  test(`a list that ${word} stops the start with a sentence`, async () => {
    await assert.rejects(configWith([`price_lists: [${file}]`]), (thrown: Error) => thrown.message.includes(word));
  });
}

test('a comparison names each unit that differs, by how much, and endpoints that nobody knows', async () => {
  const config = await configWith([
    'upstreams:',
    '  openai:',
    '    api_key: k',
    '    models:',
    '      gpt-x: { price: { input: 0.30, cached_input: 0.025, output: 2, tiers: [{ above_input: 200000, input: 0.5 }] } }',
    '      gpt-own: { price: { input: 1, output: 1 } }',
  ]);
  const lists = [liteLlm, openRouter].map((text) => {
    const list = readPriceList(text);
    assert.ok(list);
    return list;
  });

  const { differences, endpoints, unknown } = comparePrices(config, lists);

  assert.equal(endpoints, 2);
  assert.deepEqual(unknown, ['openai/gpt-own@openai']);
  assert.deepEqual(
    differences.map(({ source, unit, ours, theirs, percent }) => [source, unit, ours, theirs, percent]),
    [
      ['litellm', 'input', '0.3', '0.25', '+20.0'],
      ['openrouter', 'cachedInput', '0.025', null, null],
      ['openrouter', 'input above 200000', '0.5', '0.3', '+66.6'],
      ['openrouter', 'cachedInput above 200000', '0.025', null, null],
    ],
  );
});
