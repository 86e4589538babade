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
