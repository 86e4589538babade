// A charge is exact, rounded once and up, and never exceeds the hold that was cut for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noUsage, totalInput, type Usage } from '#core/generation/usage.ts';
import { believeUsage, type OwnCount } from '#core/money/believe-usage.ts';
import { charge } from '#core/money/charge.ts';
import { affordableOutput, type Bounds, worstCase } from '#core/money/hold.ts';
import { formatUsd, parseUsd } from '#core/money/nano.ts';
import type { Price, Rates } from '#core/money/price.ts';
import { boundedMedia, boundedUsages, bounds, claimedUsages, flatPrices, prices, usages } from './money-arbitraries.ts';

/** The rates in force, written otherwise than in the product: sort the tiers, take the last one passed. */
function ratesInForce({ rates, tiers }: Price, input: number): Rates {
  const passed = tiers.filter(({ aboveInput }) => aboveInput < input);
  return passed.sort((one, other) => one.aboveInput - other.aboveInput).at(-1)?.rates ?? rates;
}

/** The cost as an unrounded number of pico-dollars, each unit on its own. */
function exactPico(usage: Usage, price: Price): bigint {
  const rates = ratesInForce(price, totalInput(usage));
  const { input, output } = rates;
  const short = rates.cacheWrite5m ?? input;
  const bill: readonly (readonly [units: number, each: bigint])[] = [
    [usage.input, input],
    [usage.cachedInput, rates.cachedInput ?? input],
    [usage.cacheWrite5m, short],
    [usage.cacheWrite1h, rates.cacheWrite1h ?? short],
    [usage.output - usage.reasoning, output],
    [usage.reasoning, rates.reasoning ?? output],
    [1, rates.request ?? 0n],
  ];
  return bill.reduce((sum, [units, each]) => sum + BigInt(units) * each, 0n);
}

test('a charge is the smallest amount that is not below the exact cost', () => {
  const property = fc.property(usages, prices, (usage, price) => {
    const paid = charge(usage, price) * 1_000n;

    const cost = exactPico(usage, price);
    assert.ok(paid >= cost, `${paid} is below ${cost}`);
    assert.ok(paid - cost < 1_000n, `${paid} is more than rounded up from ${cost}`);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('a charge rounds once, up: three parts of a nano are one', () => {
  const usage = { ...noUsage, input: 1, cachedInput: 1, output: 1 };

  assert.equal(charge(usage, { rates: { input: 1n, output: 1n }, tiers: [] }), 1n);
  assert.equal(charge(usage, { rates: { input: 400n, output: 400n }, tiers: [] }), 2n);
  assert.equal(charge(noUsage, { rates: { input: 1n, output: 1n }, tiers: [] }), 0n);
});

test('cached input and reasoning without a price of their own cost what input and output cost', () => {
  const price: Price = { rates: { input: 3_000n, output: 7_000n }, tiers: [] };

  assert.equal(charge({ ...noUsage, cachedInput: 2, cacheWrite5m: 2, cacheWrite1h: 2 }, price), 18n);
  assert.equal(charge({ ...noUsage, output: 5, reasoning: 4 }, price), 35n);
});

test('above the edge of a tier the whole request costs the rates of the tier, at the edge it does not', () => {
  const cheap = { input: 1_000n, output: 0n };
  const price: Price = { rates: cheap, tiers: [{ aboveInput: 10, rates: { ...cheap, input: 2_000n } }] };

  assert.equal(charge({ ...noUsage, input: 10 }, price), 10n);
  assert.equal(charge({ ...noUsage, input: 11 }, price), 22n);
  assert.equal(charge({ ...noUsage, input: 6, cachedInput: 5 }, price), 22n);
});

test('a charge never exceeds its hold, whatever the price and whatever was used within the bounds', () => {
  const property = fc.property(boundedUsages, prices, ({ within, usage }, price) => {
    const [paid, held] = [charge(usage, price), worstCase(within, price)];

    assert.ok(paid <= held, `${paid} is charged, ${held} was held`);
  });
  fc.assert(property, { numRuns: 5_000 });
});

test('pictures and audio within their bounds never cost more than was held for them', () => {
  const property = fc.property(boundedMedia, prices, ({ within, usage }, price) => {
    const [paid, held] = [charge(usage, price), worstCase(within, price)];

    assert.ok(paid >= 0n && paid <= held, `${paid} is charged, ${held} was held`);
  });
  fc.assert(property, { numRuns: 5_000 });
});

test('a picture costs its own price, or the tokens that it was counted in; a second of audio costs its price', () => {
  const priced: Price = { rates: { input: 1_000n, output: 5_000n, image: 40_000n, audioSecond: 7_000n }, tiers: [] };
  const byImage: Price = { rates: { input: 0n, output: 0n, image: 40_000n }, tiers: [] };

  assert.equal(charge({ ...noUsage, images: 2 }, priced), 80n);
  assert.equal(charge({ ...noUsage, output: 10, images: 2 }, priced), 50n);
  assert.equal(charge({ ...noUsage, output: 10, images: 2 }, byImage), 80n);
  assert.equal(charge({ ...noUsage, audioSeconds: 3 }, priced), 21n);
});

test('tokens of audio cost their own price, and what text costs where they have none', () => {
  const text: Price = { rates: { input: 2_000n, output: 4_000n }, tiers: [] };
  const audio: Price = { rates: { ...text.rates, audioInput: 1_000n, audioOutput: 9_000n }, tiers: [] };
  const usage = { ...noUsage, input: 10, audioInput: 6, output: 10, audioOutput: 5 };

  assert.equal(charge(usage, text), 60n);
  assert.equal(charge(usage, audio), 8n + 6n + 20n + 45n);
});

test('pictures and seconds that nobody asked for are no usage: the report is disputed', () => {
  const own: OwnCount = {
    ...{ inputBound: 100, inputEstimate: 7, outputBytes: 0, outputEstimate: 0, outputBound: 100 },
    media: {
      bounds: { images: 2, audioSeconds: 9, hasAudio: true },
      images: 2,
      audioSeconds: 4,
      audioInput: 0,
      audioOutput: 0,
    },
  };
  const claims = [{ images: 3 }, { audioSeconds: 10 }, { images: -1 }, { audioSeconds: 0.5 }, { audioInput: 6 }];

  for (const claim of claims) {
    const believed = believeUsage({ ...noUsage, input: 5, ...claim }, own);
    assert.equal(believed.disputed, true, JSON.stringify(claim));
    assert.deepEqual([believed.usage.images, believed.usage.audioSeconds], [2, 4]);
  }
  assert.equal(believeUsage({ ...noUsage, input: 5, audioSeconds: 9 }, own).disputed, false);
  assert.equal(believeUsage({ ...noUsage, images: 1 }, { ...own, media: undefined }).disputed, true);
});

test('a hold at a price without tiers is what the dearest usage within its bounds costs, and no more', () => {
  const property = fc.property(bounds, flatPrices, (within, price) => {
    const inputKinds = ['input', 'cachedInput', 'cacheWrite5m', 'cacheWrite1h'] as const;
    const output = within.outputTokens * within.choices;

    const charges = inputKinds.flatMap((kind) =>
      [0, output].map((reasoning) => charge({ ...noUsage, [kind]: within.inputTokens, output, reasoning }, price)),
    );
    const dearest = charges.reduce((most, each) => (each > most ? each : most));

    assert.equal(worstCase(within, price), dearest);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('the affordable output is the largest that fits the budget, -1 when not even the input does', () => {
  const budgets = fc.oneof(fc.bigInt({ min: 0n, max: 10_000n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));
  const property = fc.property(bounds, prices, budgets, (within, price, budget) => {
    const costs = (outputTokens: number) => worstCase({ ...within, outputTokens }, price);

    const affordable = affordableOutput(within, price, budget);

    if (affordable === -1) assert.ok(costs(0) > budget);
    else assert.ok(affordable >= 0 && affordable <= within.outputTokens && costs(affordable) <= budget);
    if (affordable < within.outputTokens) assert.ok(costs(affordable + 1) > budget, 'one more fits as well');
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('the affordable output at its edges', () => {
  const within: Bounds = { inputTokens: 10, outputTokens: 100, choices: 2 };
  const price: Price = { rates: { input: 1_000n, output: 1_000n }, tiers: [] };

  const given = [9n, 10n, 11n, 12n, 209n, 210n, 999n].map((budget) => affordableOutput(within, price, budget));

  assert.deepEqual(given, [-1, 0, 0, 1, 99, 100, 100]);
});

test('an amount written in dollars and read again is the same amount, with nine places', () => {
  const property = fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n - 1n }), (amount) => {
    const text = formatUsd(amount);

    assert.match(text, /^\d+\.\d{9}$/);
    assert.equal(parseUsd(text), amount);
    assert.equal(text.replace('.', '').replace(/^0+(?=.)/, ''), String(amount));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('a number in a file means its shortest decimal, to the nano', () => {
  const property = fc.property(fc.nat(999_999_999), fc.nat(9), (digits, places) => {
    const exact = BigInt(digits) * 10n ** BigInt(9 - places);

    assert.equal(parseUsd(Number(`${digits}e-${places}`)), exact);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('negative amounts are written with a sign and never read', () => {
  assert.equal(formatUsd(-1n), '-0.000000001');
  assert.equal(formatUsd(-1_500_000_000n), '-1.500000000');
  assert.equal(parseUsd('-1.5'), undefined);
  assert.equal(parseUsd(-1.5), undefined);
});

test('what is no decimal of at most nine places is not read', () => {
  for (const text of ['', '.5', '5.', '1e3', '0x10', '1,5', '1.0000000001', '1 2', 'NaN', '1234567890123']) {
    assert.equal(parseUsd(text), undefined, text);
  }
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-10]) assert.equal(parseUsd(value), undefined);
  assert.equal(parseUsd('1.0000000000'), 1_000_000_000n);
});

const own: OwnCount = {
  inputBound: 1_000,
  inputEstimate: 250,
  outputBytes: 400,
  outputEstimate: 100,
  outputBound: 900,
};
const ownUsage: Usage = { ...noUsage, input: 250, output: 100 };
const honest: Usage = { ...noUsage, input: 200, cachedInput: 50, output: 90, reasoning: 10 };
// 1.15 × 400 + 64.
const visibleMax = 524;

test('usage that was not reported is estimated, within the bounds', () => {
  const tight = { ...own, inputBound: 10, outputBound: 20 };

  assert.deepEqual(believeUsage(undefined, own), { usage: ownUsage, source: 'estimated', disputed: false });
  assert.deepEqual(believeUsage(undefined, tight).usage, { ...noUsage, input: 10, output: 20 });
});

const believed: Readonly<Record<string, Partial<Usage>>> = {
  'near our own count': {},
  'below our own count': { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
  nothing: noUsage,
  'input at the bound': { input: 950 },
  'visible output at its bound': { output: visibleMax, reasoning: 0 },
  "reasoning up to the caller's limit": { output: 900, reasoning: 900 - visibleMax },
};

for (const [name, claimed] of Object.entries(believed)) {
  test(`reported usage is believed: ${name}`, () => {
    const usage = { ...honest, ...claimed };

    assert.deepEqual(believeUsage(usage, own), { usage, source: 'reported', disputed: false });
  });
}

const disputed: Readonly<Record<string, Partial<Usage>>> = {
  'input above the bound': { input: 951 },
  'written to a cache above the bound': { cacheWrite1h: 751 },
  'visible output above 1.15 × our bytes + 64': { output: visibleMax + 1, reasoning: 0 },
  "reasoning beyond the caller's limit": { output: 901, reasoning: 801 },
  'more reasoning than output': { output: 10, reasoning: 11 },
};

for (const [name, claimed] of Object.entries(disputed)) {
  test(`reported usage is disputed and our own count charged: ${name}`, () => {
    const verdict = believeUsage({ ...honest, ...claimed }, own);

    assert.deepEqual(verdict, { usage: ownUsage, source: 'estimated', disputed: true });
  });
}

test('a count that is negative, no number, huge or broken is disputed, whichever count it is', () => {
  for (const part of Object.keys(noUsage)) {
    for (const value of [-1, Number.NaN, 1e18, 0.5, Number.POSITIVE_INFINITY]) {
      const verdict = believeUsage({ ...honest, [part]: value }, own);

      assert.deepEqual(verdict, { usage: ownUsage, source: 'estimated', disputed: true }, `${part} ${value}`);
    }
  }
});

test('whatever an upstream claims, what is charged stays within the hold', () => {
  const property = fc.property(claimedUsages, prices, fc.nat(5_000), fc.nat(5_000), (claimed, price, input, output) => {
    const count = { ...own, inputBound: input, outputBound: output };

    const { usage } = believeUsage(claimed, count);

    const held = worstCase({ inputTokens: input, outputTokens: output, choices: 1 }, price);
    assert.ok(charge(usage, price) <= held);
  });
  fc.assert(property, { numRuns: 3_000 });
});
