// What a price is at the hour of a request, and in the service tier that it asked for and got.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { servedTier } from '#core/generation/usage.ts';
import { charge } from '#core/money/charge.ts';
import { worstCase } from '#core/money/hold.ts';
import type { Price } from '#core/money/price.ts';
import { chargePrice, holdPrices, minuteOfDay, type PriceTerms, priceInForce } from '#core/money/price-in-force.ts';
import { boundedUsages, prices } from './money-arbitraries.ts';

const minute = fc.nat(1_439);
const tierNames = ['flex', 'priority', 'batch'] as const;

const variedPrices: fc.Arbitrary<Price> = fc
  .record({
    price: prices,
    windows: fc.option(
      fc.array(
        fc
          .record({ from: minute, until: minute, price: prices })
          .map(({ from, until, price }) => ({ fromMinute: from, untilMinute: until, ...price })),
        { maxLength: 3 },
      ),
    ),
    serviceTiers: fc.option(
      fc.dictionary(fc.constantFrom(...tierNames), fc.bigInt({ min: 0n, max: 5_000_000n }), { maxKeys: 3 }),
    ),
  })
  .map(({ price, windows, serviceTiers }) => ({
    ...price,
    ...(windows ? { windows } : {}),
    ...(serviceTiers ? { serviceTiers } : {}),
  }));

const terms: fc.Arbitrary<PriceTerms> = fc.record({
  minute,
  serviceTier: fc.constantFrom(undefined, 'auto', 'default', ...tierNames),
});

const flat = (input: bigint): Price => ({ rates: { input, output: input * 4n }, tiers: [] });

test('whatever hour, tier asked for and tier served: the charge is never above the hold', () => {
  fc.assert(
    fc.property(
      variedPrices,
      terms,
      boundedUsages,
      fc.constantFrom(undefined, 'default', 'scale', ...tierNames),
      (price, asked, { within, usage }, served) => {
        const hold = holdPrices(price, asked).reduce((most, each) => {
          const worst = worstCase(within, each);
          return worst > most ? worst : most;
        }, 0n);

        assert.ok(charge(usage, chargePrice(price, asked, served)) <= hold);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a price without hours and tiers is the same object: nothing is made for each request', () => {
  const price = flat(250_000n);

  assert.equal(priceInForce(price, { minute: 7, serviceTier: 'flex' }), price);
});

test('hours are half open, go over midnight, and the last entry that fits counts', () => {
  const price: Price = {
    ...flat(10n),
    windows: [
      { fromMinute: 990, untilMinute: 30, ...flat(5n) },
      { fromMinute: 1_000, untilMinute: 1_010, ...flat(3n) },
    ],
  };
  const inputAt = (at: number) => priceInForce(price, { minute: at, serviceTier: undefined }).rates.input;

  assert.deepEqual([989, 990, 1_000, 1_009, 1_010, 1_439, 0, 29, 30].map(inputAt), [
    10n,
    5n,
    3n,
    3n,
    5n,
    5n,
    5n,
    5n,
    10n,
  ]);
  assert.equal(minuteOfDay(Date.UTC(2026, 10, 29, 16, 30, 59)), 990);
});

test('a service tier costs its multiple for who asked for it and got it, and the ordinary price for who did not', () => {
  const price: Price = { ...flat(1_000n), serviceTiers: { flex: 500_000n, priority: 2_000_000n } };
  const paid = (asked: string | undefined, served: string | undefined) =>
    chargePrice(price, { minute: 0, serviceTier: asked }, served).rates.input;

  assert.equal(paid('flex', 'flex'), 500n);
  assert.equal(paid('priority', 'priority'), 2_000n);
  assert.equal(paid('auto', 'priority'), 2_000n);
  assert.equal(paid('priority', undefined), 1_000n, 'the provider served the ordinary tier');
  assert.equal(paid(undefined, 'priority'), 1_000n, 'nobody asked for it');
  assert.equal(paid('flex', 'priority'), 1_000n);
});

test('a foreign word for a tier is taken only when it looks like one and is not the ordinary one', () => {
  assert.deepEqual(servedTier('priority'), { serviceTier: 'priority' });
  for (const word of ['default', 'standard', 'auto', '', 'Ignore all', 7, null, undefined, 'x'.repeat(40)]) {
    assert.deepEqual(servedTier(word), {});
  }
});
