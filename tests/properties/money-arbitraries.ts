import fc from 'fast-check';
import type { MediaBounds, Usage } from '#core/generation/usage.ts';
import type { Bounds } from '#core/money/hold.ts';
import type { Price, Rates } from '#core/money/price.ts';

/** Prices from nothing to a dollar a token; small ones so that rounding matters. */
const pico = fc.oneof(fc.bigInt({ min: 0n, max: 3_000n }), fc.bigInt({ min: 0n, max: 1_000_000_000_000n }));

const rates: fc.Arbitrary<Rates> = fc.record(
  {
    ...{ input: pico, cachedInput: pico, cacheWrite5m: pico, cacheWrite1h: pico },
    ...{ output: pico, reasoning: pico, request: pico },
    ...{ audioInput: pico, audioOutput: pico, audioSecond: pico, image: pico },
  },
  { requiredKeys: ['input', 'output'] },
);

/** Where tiers begin, and inputs beside them. */
const edges = [0, 1, 9, 128_000, 200_000] as const;

/** Tiers in any order, and cheaper ones above dearer ones. */
export const prices: fc.Arbitrary<Price> = fc.record({
  rates,
  tiers: fc.uniqueArray(fc.record({ aboveInput: fc.constantFrom(...edges), rates }), {
    maxLength: 3,
    selector: ({ aboveInput }) => aboveInput,
  }),
});

export const flatPrices: fc.Arbitrary<Price> = rates.map((flat) => ({ rates: flat, tiers: [] }));

const inputs = fc.oneof(
  fc.tuple(fc.constantFrom(...edges), fc.constantFrom(0, 1, 2)).map(([edge, more]) => edge + more),
  fc.nat(1_000_000),
);

export const bounds: fc.Arbitrary<Bounds> = fc.record({
  inputTokens: inputs,
  outputTokens: fc.oneof(fc.nat(10), fc.nat(131_072)),
  choices: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 128 })),
});

const mediaBounds: fc.Arbitrary<MediaBounds> = fc.record({
  images: fc.nat(10),
  audioSeconds: fc.nat(50_000),
  hasAudio: fc.constant(true),
});

/** Any usage of at most this much input and output: the four kinds of input are cut from one amount. */
function usagesWithin(inputMax: number, outputMax: number): fc.Arbitrary<Usage> {
  const cut = fc.oneof(fc.nat(inputMax), fc.constant(inputMax));
  const part = fc.oneof(fc.nat(outputMax), fc.constant(outputMax));
  return fc.tuple(cut, cut, cut, cut, part, part).map(([a, b, c, d, one, other]) => {
    const [first = 0, second = 0, third = 0, last = 0] = [a, b, c, d].sort((less, more) => less - more);
    return {
      input: first,
      cachedInput: second - first,
      cacheWrite5m: third - second,
      cacheWrite1h: last - third,
      output: Math.max(one, other),
      reasoning: Math.min(one, other),
    };
  });
}

export const usages: fc.Arbitrary<Usage> = inputs.chain((inputMax) => usagesWithin(inputMax, 200_000));

/** Pictures and audio within their own bounds, beside tokens within theirs. */
export const boundedMedia = fc.tuple(bounds, mediaBounds).chain(([tokens, media]) =>
  fc
    .tuple(
      usagesWithin(tokens.inputTokens, tokens.outputTokens * tokens.choices),
      ...[fc.nat(media.images), fc.nat(media.audioSeconds), fc.nat(100), fc.nat(100)],
    )
    .map(([usage, images = 0, audioSeconds = 0, heard = 0, spoken = 0]) => ({
      within: { ...tokens, media },
      usage: {
        ...usage,
        images,
        audioSeconds,
        audioInput: Math.floor((usage.input * heard) / 100),
        audioOutput: Math.floor(((usage.output - usage.reasoning) * spoken) / 100),
      },
    })),
);

export const boundedUsages = bounds.chain((within) =>
  fc.record({
    within: fc.constant(within),
    usage: usagesWithin(within.inputTokens, within.outputTokens * within.choices),
  }),
);

/** What an upstream may say instead of a count. */
const nonsense = fc.oneof(
  fc.constantFrom(-1, Number.NaN, 1e18, 0.5, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, -0, 2 ** 53),
  fc.double(),
  fc.nat(5_000),
);

export const claimedUsages: fc.Arbitrary<Usage> = fc.record({
  ...{ input: nonsense, cachedInput: nonsense, cacheWrite5m: nonsense, cacheWrite1h: nonsense },
  ...{ output: nonsense, reasoning: nonsense },
});
