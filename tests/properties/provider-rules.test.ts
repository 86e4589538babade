// What a caller may say of providers: what it demands is kept or refused, what it prefers decides the order alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#core/generation/fault.ts';
import { plainAsk, whyExcluded } from '#core/routing/eligible.ts';
import type { Endpoint, Model, Upstream } from '#core/routing/endpoint.ts';
import { type EndpointFacts, newEndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { nextAttempt } from '#core/routing/next-attempt.ts';
import { inFileOrder, planModel, planTogether, type RankingFacts } from '#core/routing/plan.ts';
import { readProviderRules } from '#core/routing/read-provider-rules.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';
import { judgeTrouble } from '#core/routing/verdict.ts';
import { endpointOf } from './endpoint-of.ts';

type Traits = {
  readonly upstream?: Partial<Upstream>;
  readonly quantization?: Endpoint['quantization'];
  /** USD per million tokens. */
  readonly price?: number;
  readonly rates?: Partial<Endpoint['price']['price']['rates']>;
};

function madeOf(name: string, { upstream, quantization, price = 1, rates }: Traits = {}): Endpoint {
  const bare = endpointOf(name);
  const pico = BigInt(Math.round(price * 1e6));
  const version = { id: 'v', price: { rates: { input: pico, output: pico, ...rates }, tiers: [] } };
  return { ...bare, quantization, price: version, upstream: { ...bare.upstream, ...upstream } };
}

function modelOf(endpoints: readonly Endpoint[], id = 'm'): Model {
  return { id, aliases: [], context: 1_000, maxOutput: 100, endpoints };
}

function askOf(provider: unknown) {
  return { ...plainAsk('openai-chat', 0), rules: readProviderRules(provider) };
}

function why(endpoint: Endpoint, provider: unknown) {
  return whyExcluded(endpoint, askOf(provider));
}

function orderOf(endpoints: readonly Endpoint[], provider: unknown, facts: Partial<RankingFacts> = {}) {
  const { steps } = planModel(modelOf(endpoints), 'm', askOf(provider), { ...inFileOrder, ...facts });
  return steps.map(({ endpoint, why: reason }) => `${endpoint.upstream.name} ${reason}`);
}

const german = madeOf('host-de', { upstream: { provider: 'Host', region: 'DE' }, quantization: 'fp8' });
const american = madeOf('host-us', { upstream: { provider: 'Host', region: 'US' }, quantization: 'bf16' });
const other = madeOf('other', { upstream: { provider: 'other', region: 'FR' } });

test('a base slug means all endpoints of a provider, a variant one region, quantization or upstream of it', () => {
  const named = (name: string) =>
    [german, american, other]
      .filter((each) => why(each, { only: [name] }) === undefined)
      .map((each) => each.upstream.name);

  assert.deepEqual(named('host'), ['host-de', 'host-us']);
  assert.deepEqual(named('HOST'), ['host-de', 'host-us']);
  assert.deepEqual(named('host/de'), ['host-de']);
  assert.deepEqual(named('host/bf16'), ['host-us']);
  assert.deepEqual(named('host/host-us'), ['host-us']);
  assert.deepEqual(named('host-us'), ['host-us']);
  assert.deepEqual(named('host/priority'), []);
  assert.deepEqual(named('hos'), []);
  assert.equal(why(german, { ignore: ['host/de'] }), 'allowed_providers');
  assert.equal(why(american, { ignore: ['host/de'] }), undefined);
});

test('without fallbacks nobody but those in the order may serve', () => {
  assert.equal(why(other, { order: ['host'], allow_fallbacks: false }), 'allowed_providers');
  assert.equal(why(other, { order: ['host'] }), undefined);
  assert.equal(why(other, { allow_fallbacks: false }), undefined);
});

test('what is unknown of data, quantization or text is never read as good', () => {
  const unknown = madeOf('u', {
    upstream: { data: { retentionDays: 'unknown', trains: 'unknown', source: '', checked: '' } },
  });

  assert.equal(why(unknown, { data_collection: 'deny' }), 'data_policy:training');
  assert.equal(why(unknown, { data_collection: 'allow' }), 'data_policy:unknown');
  assert.equal(why({ ...unknown, isDataAccepted: true }, { data_collection: 'allow' }), undefined);
  assert.equal(why({ ...unknown, isDataAccepted: true }, { data_collection: 'deny' }), 'data_policy:training');
  assert.equal(why({ ...unknown, isDataAccepted: true }, { zdr: true }), 'data_policy:zdr');
  assert.equal(why({ ...unknown, isDataAccepted: true }, { zdr: false }), undefined);
  assert.equal(why(other, { zdr: true, data_collection: 'deny' }), undefined);
  assert.equal(why(german, { quantizations: ['fp8', 'int4'] }), undefined);
  assert.equal(why(american, { quantizations: ['fp8', 'int4'] }), 'quantization');
  assert.equal(why(other, { quantizations: ['fp8'] }), 'quantization');
  assert.equal(why(other, { quantizations: ['unknown'] }), undefined);
  assert.equal(why(other, { enforce_distillable_text: true }), 'distillable');
});

test('a maximum price is USD per million tokens or per one, as a number or as text, and holds in every tier', () => {
  const priced = madeOf('p', {
    price: 2,
    rates: { request: 10_000_000_000n, image: 50_000_000_000n, audioInput: 3_000_000n },
  });
  const capped = (max_price: unknown) => why(priced, { max_price });

  assert.equal(capped({ prompt: 2, completion: '2.0', request: 0.01, image: '0.05', audio: 3 }), undefined);
  for (const low of [
    { prompt: 1.999999 },
    { completion: '1.9' },
    { request: '0.009' },
    { image: 0.04 },
    { audio: 2.9 },
  ]) {
    assert.equal(capped(low), 'max_price', JSON.stringify(low));
  }
  const dearer = { aboveInput: 500, rates: { input: 4_000_000n, output: 4_000_000n } };
  const tiered = { ...priced, price: { id: 'v', price: { ...priced.price.price, tiers: [dearer] } } };
  const ask = askOf({ max_price: { prompt: 3 } });
  assert.equal(whyExcluded(tiered, ask), 'max_price');
  assert.equal(whyExcluded(tiered, { ...ask, input: { least: 1, most: 400 } }), undefined);
  assert.equal(whyExcluded(tiered, { ...ask, input: { least: 1, most: 600 } }), 'max_price');
});

test('what certainly does not fit into a context is not sent there', () => {
  assert.equal(
    whyExcluded(other, { ...plainAsk('openai-chat', 0), input: { least: 1_001, most: 8_000 } }),
    'context_length',
  );
  assert.equal(whyExcluded(other, { ...plainAsk('openai-chat', 0), input: { least: 1_000, most: 8_000 } }), undefined);
});

test('whoever is named in an order comes first, in it; who cannot answer comes last all the same', () => {
  const [a, b, c] = [madeOf('a'), madeOf('b'), madeOf('c')];
  const order = { order: ['c', 'a'] };

  assert.deepEqual(orderOf([a, b, c], order), ['c asked', 'a asked', 'b ranked']);
  const broken = [newEndpointFacts(), newEndpointFacts(), { ...newEndpointFacts(), state: 'ejected' as const }];
  assert.deepEqual(orderOf([a, b, c], order, { factsOf: () => broken }), ['a asked', 'b ranked', 'c ejected']);
});

test('preferences of speed put the slower behind and leave nobody out', () => {
  const factsOf = (all: readonly Partial<EndpointFacts>[]) => () =>
    all.map((each) => ({ ...newEndpointFacts(), ...each }));
  const three = [madeOf('slow'), madeOf('fast'), madeOf('new')];
  const waits = factsOf([
    { firstContentP50: 2_000, firstContentP90: 5_000 },
    { firstContentP50: 400, firstContentP90: 900 },
    {},
  ]);
  const speeds = factsOf([
    { tokensPerSecondP50: 30, tokensPerSecondP90: 10 },
    { tokensPerSecondP50: 90, tokensPerSecondP90: 60 },
    {},
  ]);
  const expected = ['fast ranked', 'new ranked', 'slow unpreferred'];

  assert.deepEqual(orderOf(three, { preferred_max_latency: 1.5 }, { factsOf: waits }), expected);
  assert.deepEqual(orderOf(three, { preferred_max_latency: { p90: 1 } }, { factsOf: waits }), expected);
  assert.deepEqual(orderOf(three, { preferred_min_throughput: 40 }, { factsOf: speeds }), expected);
  assert.deepEqual(orderOf(three, { preferred_min_throughput: { p50: 20, p90: 20 } }, { factsOf: speeds }), expected);
  assert.deepEqual(orderOf(three, { preferred_max_latency: 0 }, { factsOf: waits }).length, 3);
});

test('the endpoints of several models stand in one order when nothing parts them', () => {
  const dear = { ...madeOf('a', { price: 3 }), model: 'dear', id: 'dear@a' };
  const cheap = { ...madeOf('b', { price: 1 }), model: 'cheap', id: 'cheap@b' };
  const middle = { ...madeOf('c', { price: 2 }), model: 'dear', id: 'dear@c' };
  const ask = askOf({ sort: { by: 'price', partition: 'none' } });

  const { steps } = planTogether(
    [
      { model: modelOf([dear, middle], 'dear'), asked: 'dear', ask },
      { model: modelOf([cheap], 'cheap'), asked: 'cheap', ask },
    ],
    { ...inFileOrder, strategy: 'price', use: { inputTokens: 10, outputTokens: 10 } },
  );

  assert.deepEqual(
    steps.map(({ endpoint, model }) => [endpoint.id, model]),
    [
      ['cheap@b', 'cheap'],
      ['dear@c', 'dear'],
      ['dear@a', 'dear'],
    ],
  );
  const [first, ...others] = steps;
  assert.ok(first);
  const failed = { step: first, ...judgeTrouble({ kind: 'status', status: 500, code: 'x' }), retryAfterMs: undefined };
  const next = nextAttempt(steps, [failed], new Set(), { backoffMs: 1, retryAfterMsMax: 1 });
  assert.deepEqual(next, { step: others[0], waitMs: 0 }, 'the next in the order, whichever its model, at once');
});

test('a sort is one of four words, alone or as an object', () => {
  const by = (sort: unknown) => readProviderRules({ sort })?.sort;
  const words: readonly (readonly [string, StrategyName])[] = [
    ['price', 'price'],
    ['throughput', 'throughput'],
    ['latency', 'latency'],
    ['exacto', 'tool-quality'],
  ];

  for (const [word, strategy] of words) {
    assert.deepEqual(by(word), { by: strategy, acrossModels: false });
    assert.deepEqual(by({ by: word, partition: 'none' }), { by: strategy, acrossModels: true });
  }
  assert.equal(by(null), undefined);
});

test('what is of a wrong type is refused, never guessed at', () => {
  const wrong: readonly unknown[] = [
    'openai',
    ['openai'],
    { only: 'openai' },
    { order: [1] },
    { allow_fallbacks: 'no' },
    { zdr: 'true' },
    { data_collection: 'refuse' },
    { quantizations: ['fp9'] },
    { sort: 'cost' },
    { sort: { by: 'price', partition: 'all' } },
    { preferred_max_latency: '1' },
    { preferred_max_latency: { p50: -1 } },
    { preferred_min_throughput: [40] },
    { max_price: 3 },
    { max_price: { prompt: 'cheap' } },
  ];

  for (const provider of wrong) {
    assert.throws(
      () => readProviderRules(provider),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
    );
  }
  for (const none of [undefined, null]) assert.equal(readProviderRules(none), undefined);
});
