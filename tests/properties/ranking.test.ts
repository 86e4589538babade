// How the endpoints of a model are put in order: by each strategy, by health before any strategy, and quickly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ownerSettingNames, troubleOfSetting } from '#core/privacy/owner-settings.ts';
import type { PlanAsk } from '#core/routing/eligible.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { type EndpointFacts, newEndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { planModel, type RankingFacts } from '#core/routing/plan.ts';
import { readProviderRules } from '#core/routing/read-provider-rules.ts';
import { type StrategyName, strategyNames } from '#core/routing/strategies/strategy-names.ts';
import { endpointOf } from './endpoint-of.ts';

const ask = {
  protocol: 'openai-chat',
  nativeOnly: false,
  day: 0,
  mayStoreAt: undefined,
  pinnedTo: undefined,
  onlyAt: undefined,
  rules: undefined,
} as const;

type Peer = { readonly price?: number; readonly weight?: number; readonly facts?: Partial<EndpointFacts> };

/** Prices in USD per million tokens, for input and output alike. */
function modelOf(peers: readonly Peer[]): Model {
  const endpoints = peers.map(({ price = 1, weight }, index): Endpoint => {
    const pico = BigInt(Math.round(price * 1e6));
    const rates = { rates: { input: pico, output: pico }, tiers: [] };
    return { ...endpointOf(`u${index}`), price: { id: `v${index}`, price: rates }, weight };
  });
  return { id: 'm', aliases: [], context: 1_000, maxOutput: 100, endpoints };
}

function rankingOf(strategy: StrategyName, peers: readonly Peer[], draw: () => number = random(1)): RankingFacts {
  const facts = peers.map((peer) => ({ ...newEndpointFacts(), ...peer.facts }));
  return { strategy, factsOf: () => facts, use: { inputTokens: 1_000, outputTokens: 400 }, hasTools: false, draw };
}

/** The same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function orderOf(strategy: StrategyName, peers: readonly Peer[]): readonly string[] {
  return planModel(modelOf(peers), 'm', ask, rankingOf(strategy, peers)).steps.map(
    ({ endpoint }) => endpoint.upstream.name,
  );
}

/** How often each comes first in so many plans. */
function sharesOf(strategy: StrategyName, peers: readonly Peer[], plans = 20_000): readonly number[] {
  const model = modelOf(peers);
  const ranking = rankingOf(strategy, peers, random(7));
  const firsts = peers.map(() => 0);
  for (let plan = 0; plan < plans; plan += 1) {
    const first = planModel(model, 'm', ask, ranking).steps[0]?.endpoint.upstream.name ?? 'u-1';
    const place = Number(first.slice(1));
    firsts[place] = (firsts[place] ?? 0) + 1;
  }
  return firsts.map((count) => count / plans);
}

test('price, latency and throughput give a strict order; whoever is new counts as a typical peer', () => {
  const slow = { firstContentP50: 2_000, tokensPerSecondP50: 20 };
  const fast = { firstContentP50: 200, tokensPerSecondP50: 90 };
  const peers: readonly Peer[] = [{ price: 3, facts: slow }, { price: 2 }, { price: 1, facts: fast }];

  assert.deepEqual(orderOf('price', peers), ['u2', 'u1', 'u0']);
  assert.deepEqual(orderOf('latency', peers), ['u2', 'u1', 'u0']);
  assert.deepEqual(orderOf('throughput', peers), ['u2', 'u1', 'u0']);
  assert.deepEqual(orderOf('order', peers), ['u0', 'u1', 'u2']);
});

test('classic inverse square: one dollar against three is nine to one', () => {
  const [one = 0, three = 0] = sharesOf('classic-inverse-square', [{ price: 1 }, { price: 3 }]);

  assert.ok(Math.abs(one - 0.9) < 0.01, String(one));
  assert.ok(Math.abs(three - 0.1) < 0.01, String(three));
});

test('weighted: draws are in proportion to the weights', () => {
  const [a = 0, b = 0, c = 0] = sharesOf('weighted', [{ weight: 6 }, { weight: 3 }, {}]);

  assert.ok(Math.abs(a - 0.6) < 0.02 && Math.abs(b - 0.3) < 0.02 && Math.abs(c - 0.1) < 0.02);
});

test('adjusted share: alike is shared alike, the dearer and the worse get less, and nobody gets nothing', () => {
  const [a = 0, b = 0] = sharesOf('adjusted-share', [{}, {}]);
  assert.ok(Math.abs(a - b) < 0.03);

  const worse: readonly Partial<EndpointFacts>[] = [
    { firstContentP50: 8_000 },
    { tokensPerSecondP50: 2 },
    { attempts: 50, failedShare: 0.2 },
    { attempts: 50, limitedShare: 0.3 },
  ];
  for (const facts of worse) {
    const good = { firstContentP50: 500, tokensPerSecondP50: 60, attempts: 50 };
    const [better = 0, other = 0] = sharesOf('adjusted-share', [{ facts: good }, { facts: { ...good, ...facts } }]);
    assert.ok(better > 0.6, `${JSON.stringify(facts)}: ${better}`);
    assert.ok(other > 0.001);
  }
  const [cheap = 0, dear = 0] = sharesOf('adjusted-share', [{ price: 1 }, { price: 2 }]);
  assert.ok(cheap > 0.85 && dear > 0.001, `${cheap} ${dear}`);
});

test('whoever is ejected, limited or without a credential comes behind, under every strategy, and is not dropped', () => {
  for (const strategy of strategyNames) {
    for (const state of ['ejected', 'limited', 'no-credential', 'missing'] as const) {
      const peers: readonly Peer[] = [{ price: 0.1, facts: { state } }, { price: 5 }];

      assert.deepEqual(orderOf(strategy, peers), ['u1', 'u0'], `${strategy} ${state}`);
      assert.deepEqual(orderOf(strategy, [{ facts: { state } }]), ['u0']);
    }
  }
});

test('an endpoint that wants a probe gets one live request first, while another one can stand in', () => {
  const sick: Peer = { facts: { state: 'ejected', wantsProbe: true } };

  const [first] = planModel(modelOf([{}, sick]), 'm', ask, rankingOf('price', [{}, sick])).steps;
  assert.deepEqual([first?.endpoint.upstream.name, first?.why], ['u1', 'probe']);
  assert.deepEqual(orderOf('price', [sick]), ['u0']);
});

test('one plan takes the probe; those made before it begins do not send a second one', () => {
  const peers: readonly Peer[] = [{}, { facts: { state: 'ejected', wantsProbe: true } }];
  const [model, ranking] = [modelOf(peers), rankingOf('price', peers)];

  const firsts = [1, 2, 3].map(() => planModel(model, 'm', ask, ranking).steps[0]?.why);
  assert.deepEqual(firsts, ['probe', 'ranked', 'ranked']);
});

test('panic: when most are ejected, whoever is left but strains is relieved by them', () => {
  const out: Peer = { price: 1, facts: { state: 'ejected' } };
  const left: Peer = { price: 2, facts: { inFlight: 9, inFlightMax: 9 } };

  assert.deepEqual(orderOf('price', [out, left]), ['u1', 'u0']);
  assert.deepEqual(orderOf('price', [out, left, out]), ['u0', 'u2', 'u1']);
  assert.deepEqual(orderOf('price', [out, { price: 2 }, out]), ['u1', 'u0', 'u2']);
  const limited: Peer = { price: 1, facts: { state: 'limited' } };
  assert.deepEqual(orderOf('price', [limited, left, limited]), ['u1', 'u0', 'u2'], 'who said when is no help before');
});

test('an endpoint that comes back gets the share that it may have', () => {
  const ramping: readonly Peer[] = [{ facts: { rampShare: 0.25 } }, {}];
  const [back = 0] = sharesOf('adjusted-share', ramping);

  assert.ok(Math.abs(back - 0.125) < 0.02, String(back));
});

test('whatever is known: a plan names no endpoint twice, holds all when they are few, and eight when they are many', () => {
  const state = fc.constantFrom('working', 'ejected', 'probing', 'limited', 'no-credential', 'missing');
  const fact = fc.record({
    state,
    wantsProbe: fc.boolean(),
    rampShare: fc.double({ min: 0, max: 1, noNaN: true }),
    firstContentP50: fc.oneof(fc.constant(Number.NaN), fc.nat(60_000)),
    tokensPerSecondP50: fc.oneof(fc.constant(Number.NaN), fc.nat(500)),
    failedShare: fc.double({ min: 0, max: 1, noNaN: true }),
    attempts: fc.nat(1_000),
    inFlight: fc.nat(10),
    inFlightMax: fc.nat(10),
  });
  const peer = fc.record({ price: fc.constantFrom(0, 0.1, 1, 75), weight: fc.constantFrom(0.5, 1, 9), facts: fact });

  fc.assert(
    fc.property(
      fc.array(peer, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(...strategyNames),
      fc.nat(),
      (peers, strategy, seed) => {
        const { steps } = planModel(
          modelOf(peers as readonly Peer[]),
          'm',
          ask,
          rankingOf(strategy, peers as readonly Peer[], random(seed)),
        );
        const names = steps.map(({ endpoint }) => endpoint.id);

        assert.equal(new Set(names).size, names.length);
        assert.equal(names.length, Math.min(8, peers.length));
      },
    ),
    { numRuns: 500 },
  );
});

test('a plan over five hundred endpoints takes microseconds, whatever puts it in order and whatever its caller demands', () => {
  const peers: readonly Peer[] = Array.from({ length: 500 }, (_, index) => ({
    price: 1 + (index % 7),
    facts: { firstContentP50: 300 + index, tokensPerSecondP50: 40 + (index % 50) },
  }));
  const model = modelOf(peers);
  const rules = readProviderRules({ ignore: ['u3', 'u4'], data_collection: 'deny', max_price: { prompt: 5 } });
  const order = readProviderRules({ order: ['u7', 'u90', 'u200'] });
  const asks: readonly (readonly [string, StrategyName, PlanAsk])[] = [
    ...strategyNames.map((name) => [name, name, ask] as const),
    ['rules', 'adjusted-share', { ...ask, rules }],
    ['named order', 'price', { ...ask, rules: order }],
  ];

  for (const [what, strategy, each] of asks) {
    const ranking = rankingOf(strategy, peers);
    const plan = () => planModel(model, 'm', each, ranking);
    for (let warm = 0; warm < 2_000; warm += 1) plan();
    const before = process.cpuUsage();
    const plans = 2_000;
    for (let made = 0; made < plans; made += 1) plan();
    const { user, system } = process.cpuUsage(before);
    const micros = (user + system) / plans;

    process.stdout.write(`a plan over 500 endpoints by ${what}: ${micros.toFixed(1)} µs\n`);
    assert.ok(micros < 200);
  }
});

test('what changes within a look counts at once: who is full strains, and whoever came back is drawn anew', () => {
  const peers: readonly Peer[] = [{ price: 1, facts: { inFlightMax: 2 } }, { price: 2 }];
  const [model, ranking] = [modelOf(peers), rankingOf('price', peers)];
  const first = () => planModel(model, 'm', ask, ranking).steps[0]?.endpoint.upstream.name;
  const [busy] = ranking.factsOf(model);

  assert.equal(first(), 'u0');
  if (busy) busy.inFlight = 2;
  assert.equal(first(), 'u1');
  if (busy) busy.inFlight = 1;
  assert.equal(first(), 'u0');
});

test('the setting of an owner takes every strategy', () => {
  assert.ok(ownerSettingNames.includes('strategy'));
  for (const name of strategyNames) assert.equal(troubleOfSetting('strategy', name), undefined);
  assert.ok(troubleOfSetting('strategy', 'best'));
});
