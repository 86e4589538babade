// Money at its edges: decimals as they are written, prices in force, usage just within its bounds and just beyond.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type Usage } from '#core/generation/usage.ts';
import { believeUsage, type OwnCount } from '#core/money/believe-usage.ts';
import { divideUp, formatPicoUsd, formatUsd, maxNano, minNano, parseDecimal, parseUsd } from '#core/money/nano.ts';
import { freePrice, type Price, ratesFor } from '#core/money/price.ts';
import { chargePrice, holdPrices, priceInForce } from '#core/money/price-in-force.ts';

test('decimals are read exactly, or not at all', () => {
  const read: readonly (readonly [written: string | number, amount: bigint | undefined])[] = [
    ...([
      ['5.00', 5_000_000_000n],
      ['0', 0n],
      ['0.000000001', 1n],
      ['  1.5 ', 1_500_000_000n],
    ] as const),
    ...([
      [0.25, 250_000_000n],
      [1e-7, 100n],
      [1.25e-7, 125n],
      [1e-9, 1n],
      [2.5e-8, 25n],
    ] as const),
    ...([
      ['1.10000000000000000', 1_100_000_000n],
      ['999999999999', 999_999_999_999_000_000_000n],
    ] as const),
    ...([
      ['0.0000000001', undefined],
      [1e-10, undefined],
      [1e21, undefined],
      [Number.NaN, undefined],
    ] as const),
    ...([
      ['', undefined],
      ['.5', undefined],
      ['5.', undefined],
      ['-1', undefined],
      ['1e3', undefined],
    ] as const),
    ...([
      ['1,5', undefined],
      ['1.5 USD', undefined],
      ['x1', undefined],
      ['1000000000000', undefined],
    ] as const),
    ...([
      ['1000', 1_000_000_000_000n],
      ['10.010', 10_010_000_000n],
    ] as const),
  ];
  for (const [written, amount] of read) assert.equal(parseUsd(written), amount, String(written));
  assert.equal(parseDecimal('1.5', 0), undefined);
  assert.equal(parseDecimal('15.000', 0), 15n);
});

test('amounts are written as decimals that read back, with nine places or as few as they need', () => {
  assert.deepEqual([0n, 1n, -1n, 1_234_500_000n, -2_000_000_000n].map(formatUsd), [
    '0.000000000',
    '0.000000001',
    '-0.000000001',
    '1.234500000',
    '-2.000000000',
  ]);
  assert.deepEqual(
    [0n, 1n, 250_000n, 10n ** 12n, 1_500_000_000_000n, 100n * 10n ** 12n, 1_000_100_000_000n].map(formatPicoUsd),
    ['0', '0.000000000001', '0.00000025', '1', '1.5', '100', '1.0001'],
  );
  assert.deepEqual([minNano(1n, 2n), minNano(2n, 1n), maxNano(1n, 2n), maxNano(2n, 1n)], [1n, 1n, 2n, 2n]);
  assert.deepEqual([divideUp(0n, 3n), divideUp(1n, 3n), divideUp(3n, 3n), divideUp(4n, 3n)], [0n, 1n, 1n, 2n]);
});

const flat = (input: bigint): Price => ({ rates: { input, output: input * 4n }, tiers: [] });

test('hours begin with their first minute and end before their last; the same hour is the same price', () => {
  const varied: Price = {
    ...flat(10n),
    windows: [
      { fromMinute: 60, untilMinute: 120, ...flat(20n) },
      { fromMinute: 1_380, untilMinute: 30, ...flat(30n) },
      { fromMinute: 600, untilMinute: 600, ...flat(40n) },
    ],
  };
  const at = (minute: number) => priceInForce(varied, { minute, serviceTier: undefined }).rates.input;
  assert.deepEqual([59, 60, 119, 120].map(at), [10n, 20n, 20n, 10n]);
  assert.deepEqual([1_379, 1_380, 0, 29, 30].map(at), [10n, 30n, 30n, 30n, 10n]);
  // Hours without a minute are none.
  assert.equal(at(600), 10n);
  const terms = { minute: 70, serviceTier: undefined };
  assert.equal(priceInForce(varied, terms), priceInForce(varied, terms));
  assert.notEqual(priceInForce(varied, terms), priceInForce(varied, { ...terms, minute: 1_400 }));
  assert.equal(priceInForce(varied, { minute: 5, serviceTier: 'flex' }).rates.input, 30n);
});

test('a service tier multiplies every rate there is, above the edge of a tier too, rounded up', () => {
  const tiered: Price = {
    rates: { input: 3n, output: 5n, cachedInput: 1n, image: 7n },
    tiers: [{ aboveInput: 100, rates: { input: 30n, output: 50n, request: 9n } }],
    serviceTiers: { flex: 500_000n, priority: 2_000_000n },
  };
  const terms = { minute: 0, serviceTier: 'flex' };
  assert.deepEqual(priceInForce(tiered, terms), {
    rates: { input: 2n, output: 3n, cachedInput: 1n, image: 4n },
    tiers: [{ aboveInput: 100, rates: { input: 15n, output: 25n, request: 5n } }],
  });
  assert.deepEqual(chargePrice(tiered, terms, 'flex').rates.input, 2n);
  assert.deepEqual(chargePrice(tiered, { ...terms, serviceTier: 'priority' }, 'flex').rates.input, 3n);
  assert.deepEqual(chargePrice(tiered, { ...terms, serviceTier: 'auto' }, 'priority').rates.input, 6n);
  assert.deepEqual(chargePrice(tiered, { ...terms, serviceTier: 'auto' }, undefined).rates.input, 3n);
  assert.deepEqual(holdPrices(tiered, { ...terms, serviceTier: undefined }).length, 1);
  assert.deepEqual(
    holdPrices(tiered, terms).map(({ rates }) => rates.input),
    [3n, 2n],
  );
  assert.deepEqual(
    holdPrices(tiered, { ...terms, serviceTier: 'auto' }).map(({ rates }) => rates.input),
    [3n, 2n, 6n],
  );
  assert.deepEqual(holdPrices(flat(8n), { ...terms, serviceTier: 'auto' }).length, 1);
});

test('what is free costs nothing, and of tiers the highest that is passed counts', () => {
  assert.deepEqual(freePrice, { rates: { input: 0n, output: 0n }, tiers: [] });
  const tiers = [300, 100, 200].map((aboveInput) => ({ aboveInput, rates: { input: BigInt(aboveInput), output: 0n } }));
  const price: Price = { rates: { input: 1n, output: 0n }, tiers };
  assert.deepEqual(
    [100, 101, 200, 201, 300, 301].map((tokens) => ratesFor(price, tokens).input),
    [1n, 100n, 100n, 200n, 200n, 300n],
  );
});

const own: OwnCount = {
  ...{ inputBound: 100, inputEstimate: 60, outputBound: 50, outputEstimate: 40, outputBytes: 80, isCounted: false },
  media: {
    bounds: { images: 2, audioSeconds: 9, hasAudio: true },
    images: 1,
    audioSeconds: 5,
    audioInput: 70,
    audioOutput: 45,
  },
};
const reported = (over: Partial<Usage>): Usage => ({ ...noUsage, input: 50, output: 30, reasoning: 10, ...over });

test('pictures and audio are believed up to their bounds, each by itself', () => {
  const isBelieved = (over: Partial<Usage>) => !believeUsage(reported(over), own).disputed;
  const good: readonly Partial<Usage>[] = [
    { audioInput: 50 },
    { audioOutput: 20 },
    { audioSeconds: 9 },
    { images: 2 },
    { images: 0, audioSeconds: 0 },
  ];
  const bad: readonly Partial<Usage>[] = [
    { audioInput: 51 },
    { audioOutput: 21 },
    { audioSeconds: 10 },
    { images: 3 },
    { images: -1 },
    { audioSeconds: 1.5 },
  ];
  assert.deepEqual(
    good.map(isBelieved),
    good.map(() => true),
  );
  assert.deepEqual(
    bad.map(isBelieved),
    bad.map(() => false),
  );
  const without: OwnCount = { ...own, media: undefined };
  assert.equal(believeUsage(reported({ images: 1 }), without).disputed, true);
  assert.equal(believeUsage(reported({ images: 0 }), without).disputed, false);
});

test('who reports tokens alone leaves pictures and seconds to what we saw; who reports none gets our estimate', () => {
  assert.deepEqual(believeUsage(reported({}), own).usage, { ...reported({}), images: 1, audioSeconds: 5 });
  assert.deepEqual(
    believeUsage(reported({ images: 2, audioSeconds: 0 }), own).usage,
    reported({ images: 2, audioSeconds: 0 }),
  );
  const estimate = believeUsage(undefined, own);
  assert.deepEqual([estimate.source, estimate.disputed], ['estimated', false]);
  assert.deepEqual(estimate.usage, {
    ...{ input: 60, cachedInput: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 40, reasoning: 0 },
    ...{ images: 1, audioSeconds: 5, audioInput: 60, audioOutput: 40 },
  });
  const tight = believeUsage(undefined, { ...own, inputBound: 10, outputBound: 7, isCounted: true });
  assert.equal(tight.source, 'counted');
  assert.deepEqual([tight.usage.audioInput, tight.usage.audioOutput], [10, 7]);
});
