// Random worlds of upstreams, endpoints and prices, for properties that must hold in all of them.
import fc from 'fast-check';
import { type Endpoint, endpointTypes, type Model, protocolNames, quantizationNames } from '#core/routing/endpoint.ts';
import type { Catalogue } from '#core/routing/find-model.ts';

export const upstreamNames = ['a', 'b', 'c', 'd'] as const;
export const providers = ['one', 'Two', 'openrouter'] as const;
const regions = ['DE', 'US', 'unknown'] as const;
export const modelNames = ['m', 'n', 'o'] as const;
export const dollars = fc.constantFrom(0, 1, 2, 9);
const perMillion = (usd: number) => BigInt(usd * 1e6);

/** Mostly undefined: of many rules at once nobody is left, and nothing is shown. */
export function maybe<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

export const rarely = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0);

const upstreams = fc.tuple(
  ...upstreamNames.map((name) =>
    fc.record({
      name: fc.constant(name),
      provider: fc.constantFrom(...providers),
      seller: fc.constant('operator'),
      baseUrl: fc.constant('http://here'),
      protocols: fc.subarray([...protocolNames], { minLength: 1 }),
      enabled: rarely.map((isOff) => !isOff),
      type: fc.constantFrom(...endpointTypes),
      region: fc.constantFrom(...regions),
      // Before, on, and after the day of the requests, which is 2026-12-01.
      fromDay: maybe(fc.constantFrom(20_787, 20_788, 20_789)),
      data: fc.record({
        retentionDays: fc.constantFrom(0, 30, 'unknown' as const),
        trains: fc.constantFrom(true, false, false, false, false, 'unknown' as const),
        source: fc.constant(''),
        checked: fc.constantFrom('', '', '', '2026-11-01', '2026-07-01'),
        storageRegion: fc.constantFrom(undefined, undefined, 'DE', 'unknown'),
      }),
    }),
  ),
);

const offer = fc.record({
  model: fc.constantFrom(...modelNames),
  place: fc.nat(upstreamNames.length - 1),
  quantization: fc.constantFrom(undefined, ...quantizationNames),
  input: dollars,
  output: dollars,
  longInput: fc.option(dollars, { nil: undefined }),
  isDataAccepted: rarely,
  context: fc.constantFrom(100, 1_000, 100_000),
});

export const registry = fc
  .record({
    upstreams,
    offers: fc.uniqueArray(offer, { minLength: 4, maxLength: 10, selector: ({ model, place }) => `${model}${place}` }),
    fallbacks: fc.subarray([...modelNames]),
  })
  .map(({ upstreams: all, offers, fallbacks }): Catalogue => {
    const endpointsOf = (id: string) =>
      offers.flatMap(
        ({ model, place, quantization, input, output, longInput, context, isDataAccepted }): readonly Endpoint[] => {
          const upstream = all[place];
          if (model !== id || !upstream) return [];
          const rates = { input: perMillion(input), output: perMillion(output) };
          const dearer = { aboveInput: 500, rates: { ...rates, input: perMillion(longInput ?? 0) } };
          const price = { id: 'v', price: { rates, tiers: longInput === undefined ? [] : [dearer] } };
          const name = { id: `${id}@${upstream.name}`, model: id, upstreamModel: id };
          return [{ ...name, upstream, price, context, maxOutput: 100, quantization, isDataAccepted }];
        },
      );
    const models = modelNames.map((id): Model => {
      const facts = { aliases: [], context: 1_000, maxOutput: 100, fallbacks: fallbacks.filter((each) => each !== id) };
      return { id, ...facts, endpoints: endpointsOf(id) };
    });
    return { models, byName: new Map(models.map((model) => [model.id, model])) };
  });
