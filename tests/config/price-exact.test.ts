import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { showPrice, toDecimal } from '#config/show-price.ts';
import { configFrom, oneUpstream } from './config-from.ts';

const perMillion = fc.bigInt({ min: 0n, max: 10n ** 15n });
const perOne = fc.bigInt({ min: 0n, max: 10n ** 20n });

/** The ways a decimal can be written in YAML that mean the same amount. */
const spelling = fc.constantFrom(
  (text: string) => text,
  (text: string) => `"${text}"`,
  (text: string) => (text.includes('.') ? `${text}000` : `${text}.000`),
  (text: string) => `+${text}`,
  (text: string) => text.replace(/^0\./, '.'),
  (text: string) => `${text}e0`,
);

async function priceOf(written: string) {
  const config = await configFrom({ yaml: oneUpstream([], `m: { price: ${written} }`) });
  return config.upstreams[0]?.models[0]?.price;
}

test('every decimal price is read exactly, however it is written, and shown exactly', async () => {
  await fc.assert(
    fc.asyncProperty(perMillion, perMillion, perOne, spelling, async (input, output, image, spell) => {
      const written = `{ input: ${spell(toDecimal(input, 6))}, output: ${spell(toDecimal(output, 6))}, image: ${toDecimal(image, 12)} }`;

      const price = await priceOf(written);

      assert.deepEqual(price, { rates: { input, output, image }, tiers: [] });
      assert.equal(
        showPrice(price),
        `input ${toDecimal(input, 6)}, output ${toDecimal(output, 6)}, image ${toDecimal(image, 12)}`,
      );
    }),
    { numRuns: 300 },
  );
});

test('numbers with an exponent are exact too', async () => {
  const price = await priceOf('{ input: 25e-2, output: 1.5E1, request: 1e-12 }');

  assert.deepEqual(price?.rates, { input: 250_000n, output: 15_000_000n, request: 1n });
});

test('hours and service tiers are read exactly, and shown', async () => {
  const price = await priceOf(
    '{ input: 2, output: 4, windows: [{ from: "16:30", until: "00:30", output: 1.5 }], service_tiers: { flex: 0.5, priority: "1.75" } }',
  );

  assert.deepEqual(price, {
    rates: { input: 2_000_000n, output: 4_000_000n },
    tiers: [],
    windows: [{ fromMinute: 990, untilMinute: 30, rates: { input: 2_000_000n, output: 1_500_000n }, tiers: [] }],
    serviceTiers: { flex: 500_000n, priority: 1_750_000n },
  });
  assert.ok(price);
  assert.equal(
    showPrice(price),
    'input 2, output 4; from 16:30 until 00:30 UTC: input 2, output 1.5; flex × 0.5; priority × 1.75',
  );
});

for (const [written, word] of [
  ['windows: [{ from: "16:30", until: "16:30" }]', 'same minute'],
  ['windows: [{ from: "25:00", until: "16:30" }]', 'must be a time'],
  ['tiers: [{ above_input: 5, input: 9 }], windows: [{ from: "01:00", until: "02:00" }]', 'are missing'],
  ['service_tiers: { flex: -1 }', 'from 0 to 1000'],
  ['service_tiers: { "Ignore this": 1 }', 'word such as flex'],
] as const) {
  test(`a price with ${written} is refused`, async () => {
    await assert.rejects(priceOf(`{ input: 1, output: 1, ${written} }`), (thrown: Error) =>
      thrown.message.includes(word),
    );
  });
}
