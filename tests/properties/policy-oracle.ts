// Random requests with every rule, and the policy in its own words: who may be asked, without a line of the product's.
import fc from 'fast-check';
import { dayOf } from '#core/routing/data-handling.ts';
import { type Endpoint, endpointTypes, protocolNames, quantizationNames } from '#core/routing/endpoint.ts';
import { strategyNames } from '#core/routing/strategies/strategy-names.ts';
import { dollars, maybe, modelNames, providers, rarely, upstreamNames } from './random-registry.ts';

const names = fc.subarray(['one', 'TWO', 'a', 'b', 'one/de', 'two/US', 'openrouter', 'one/fp8', 'nobody']);

const policy = fc.record({
  only: maybe(names),
  ignore: maybe(names),
  order: maybe(names),
  allow_fallbacks: maybe(fc.boolean()),
  data_collection: maybe(fc.constantFrom('allow', 'deny')),
  zdr: maybe(fc.boolean()),
  endpoint_types: maybe(fc.subarray([...endpointTypes], { minLength: 4 })),
  regions: maybe(fc.constantFrom(['eu'], ['us'], ['de', 'us'])),
  quantizations: maybe(fc.subarray([...quantizationNames], { minLength: 1 })),
  max_price: maybe(fc.record({ prompt: maybe(dollars), completion: maybe(dollars) })),
  sort: maybe(fc.constantFrom('price', 'latency', { by: 'throughput', partition: 'none' })),
  preferred_max_latency: maybe(fc.constantFrom(1, { p90: 2 })),
});

export type Policy = Readonly<Record<string, unknown>> & {
  readonly only?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly order?: readonly string[] | undefined;
  readonly allow_fallbacks?: boolean | undefined;
  readonly data_collection?: string | undefined;
  readonly zdr?: boolean | undefined;
  readonly endpoint_types?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly quantizations?: readonly string[] | undefined;
  readonly max_price?: { readonly prompt?: number | undefined; readonly completion?: number | undefined } | undefined;
};

const suffix = fc.constantFrom('', '', '', '', '', '', ':free', ':floor', ':online', '@a', '@b', ':nitro@c', '@d:free');
const askedName = fc.tuple(fc.constantFrom(...modelNames), suffix);

export const request = fc.record({
  model: askedName,
  others: fc.array(askedName, { maxLength: 2 }),
  protocol: fc.constantFrom(...protocolNames),
  nativeOnly: rarely,
  mayStoreAt: maybe(fc.constantFrom(...providers)),
  pinnedTo: maybe(fc.constantFrom(...upstreamNames)),
  day: fc.constant(dayOf(Date.parse('2026-12-01'))),
  owner: fc.record({
    data_collection: maybe(fc.constantFrom('allow', 'deny')),
    zdr: maybe(fc.constantFrom('on', 'off')),
    regions: maybe(fc.constantFrom('eu', 'us', 'any', 'eu de,us')),
    endpoint_types: maybe(fc.constantFrom('any', 'first_party,host,self_hosted,sandbox,unverified')),
    sub_processors: maybe(fc.constantFrom('none', 'a:object', '*:agree', 'b:object,c:agree')),
    providers: maybe(fc.constantFrom('any', 'a,b,c', 'a,b,c,openai b,c,d,openai')),
    providers_denied: maybe(fc.constantFrom('none', 'a', 'b anthropic')),
  }),
  input: fc.constantFrom(50, 50, 400, 600, 5_000),
  policy: maybe(policy),
  strategy: fc.constantFrom(...strategyNames),
  draws: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
});

export type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** What of a request is judged, drawn or made up. */
export type Judged = Pick<Request, 'protocol' | 'nativeOnly' | 'mayStoreAt' | 'pinnedTo' | 'day' | 'policy'> & {
  readonly owner: Readonly<Partial<Record<keyof Request['owner'], string | undefined>>>;
  readonly input: number;
};

const ownersAreas = (regions: string | undefined) =>
  regions === undefined || regions === 'any' ? [] : regions.split(' ').map((list) => list.split(','));

/** In this world the Union is Germany. */
const countriesOf = (areas: readonly string[]): readonly string[] => areas.map((area) => (area === 'us' ? 'US' : 'DE'));

/** The policy in its own words, without a line of the product's. */
export function forbids(endpoint: Endpoint, [, hung]: readonly [string, string], asked: Judged): boolean {
  const { upstream, price, quantization = 'unknown', context } = endpoint;
  const { only, ignore, order, allow_fallbacks, data_collection, zdr, quantizations, max_price }: Policy =
    asked.policy ?? {};
  const called = [upstream.name, upstream.provider];
  for (const variant of [upstream.region, quantization, upstream.name]) called.push(`${upstream.provider}/${variant}`);
  const isOneOf = (list: readonly string[]) =>
    list.some((name) => called.some((each) => each.toLowerCase() === name.toLowerCase()));
  const [rates, tier] = [price.price.rates, price.price.tiers[0]?.rates];
  const reachable = [rates, ...(tier && asked.input > 500 ? [tier] : [])];
  const dearest = (unit: 'input' | 'output') => Math.max(...reachable.map((each) => Number(each[unit]) / 1e6));
  const named = /@(\w)/.exec(hung)?.[1];
  // What was read on 2026-07-01 is more than ninety days old on 2026-12-01.
  const isOld = upstream.data.checked === '2026-07-01';
  const trains = isOld ? 'unknown' : upstream.data.trains;
  const keeps = isOld ? 'unknown' : upstream.data.retentionDays;
  const stored = isOld ? 'unknown' : (upstream.data.storageRegion ?? upstream.region);
  const places = keeps === 0 ? [upstream.region] : [upstream.region, stored];
  const areas = [...(asked.policy?.regions ? [asked.policy.regions] : []), ...ownersAreas(asked.owner.regions)];
  const isOutside = areas.some((each) => !places.every((place) => countriesOf(each).includes(place)));
  const types = asked.owner.endpoint_types;
  const decided = asked.owner.sub_processors?.split(',') ?? [];
  const isTooNew = upstream.fromDay !== undefined && upstream.fromDay > asked.day;
  return (
    decided.includes(`${upstream.name}:object`) ||
    (isTooNew && !decided.includes(`${upstream.name}:agree`) && !decided.includes('*:agree')) ||
    !upstream.enabled ||
    (asked.nativeOnly && !upstream.protocols.includes(asked.protocol)) ||
    (named !== undefined && upstream.name !== named) ||
    (hung.includes(':free') && [rates, ...(tier ? [tier] : [])].some((each) => each.input + each.output > 0n)) ||
    (hung.includes(':online') && upstream.provider !== 'openrouter') ||
    (only !== undefined && !isOneOf(only)) ||
    (ignore !== undefined && isOneOf(ignore)) ||
    ownersLists(asked.owner.providers).some((allowed) => !isOneOf(allowed)) ||
    ownersLists(asked.owner.providers_denied).some(isOneOf) ||
    (allow_fallbacks === false && order !== undefined && order.length > 0 && !isOneOf(order)) ||
    (trains !== false && !endpoint.isDataAccepted) ||
    ((data_collection === 'deny' || asked.owner.data_collection === 'deny') && trains !== false) ||
    ((zdr === true || asked.owner.zdr === 'on') && keeps !== 0) ||
    (asked.policy?.endpoint_types !== undefined && !asked.policy.endpoint_types.includes(upstream.type)) ||
    (types !== undefined && types !== 'any' && !types.split(',').includes(upstream.type)) ||
    isOutside ||
    (quantizations !== undefined && !quantizations.includes(quantization)) ||
    (max_price?.prompt !== undefined && dearest('input') > max_price.prompt) ||
    (max_price?.completion !== undefined && dearest('output') > max_price.completion) ||
    (asked.pinnedTo !== undefined && upstream.name !== asked.pinnedTo) ||
    (asked.mayStoreAt !== undefined && upstream.provider !== asked.mayStoreAt) ||
    asked.input > context
  );
}

/** Lists of a workspace and of its key, a space between. */
function ownersLists(setting: string | undefined): readonly (readonly string[])[] {
  return (setting ?? 'any')
    .split(' ')
    .filter((list) => list !== 'any' && list !== 'none')
    .map((list) => list.split(','));
}
