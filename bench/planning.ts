// A plan over 500 endpoints, by every strategy and by what callers demand, in this process: CPU, not time.
import { freePrice } from '../src/core/money/price.ts';
import type { PlanAsk } from '../src/core/routing/eligible.ts';
import type { Endpoint, Model } from '../src/core/routing/endpoint.ts';
import { type EndpointFacts, newEndpointFacts } from '../src/core/routing/health/endpoint-facts.ts';
import { planModel, type RankingFacts } from '../src/core/routing/plan.ts';
import { readProviderRules } from '../src/core/routing/read-provider-rules.ts';
import { type StrategyName, strategyNames } from '../src/core/routing/strategies/strategy-names.ts';
import type { PlanningFigure } from './figures.ts';
import { percentile } from './statistics.ts';

const endpointCount = 500;
const warmPlans = 4_000;
const runs = 7;
const plansPerRun = 3_000;

export function measurePlanning(): readonly PlanningFigure[] {
  const model = modelOf(endpointCount);
  const demand = { ignore: ['p3', 'p4'], data_collection: 'deny', max_price: { prompt: 5 } };
  const asks: readonly (readonly [string, StrategyName, object | undefined])[] = [
    ...strategyNames.map((name) => [name, name, undefined] as const),
    ["caller's rules", 'adjusted-share', demand],
    ["caller's order", 'price', { order: ['p7', 'p9', 'p12'] }],
  ];
  return asks.map(([what, strategy, rules]) => ({ what, micros: time(model, askOf(rules), factsOf(strategy)) }));
}

function time(model: Model, ask: PlanAsk, facts: RankingFacts): number {
  const plan = () => planModel(model, model.id, ask, facts);
  for (let warm = 0; warm < warmPlans; warm++) plan();
  const each = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    for (let made = 0; made < plansPerRun; made++) plan();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / plansPerRun;
  }).toSorted((one, other) => one - other);
  return percentile(each, 50);
}

function modelOf(count: number): Model {
  const endpoints = Array.from({ length: count }, (_, place) => endpointOf(place));
  return { id: 'bench/m', aliases: [], context: 100_000, maxOutput: 8_000, endpoints };
}

function endpointOf(place: number): Endpoint {
  const pico = BigInt((1 + (place % 7)) * 1_000_000);
  const price = { ...freePrice, rates: { input: pico, output: pico } };
  const data = { retentionDays: 0, trains: false, source: 'here', checked: '2026-11-01' };
  const upstream = {
    ...{ name: `u${place}`, provider: `p${place % 40}`, seller: 'operator', baseUrl: 'http://here', region: 'eu' },
    ...{ type: 'self_hosted' as const, data, enabled: true, protocols: ['openai-chat'] as const },
  };
  const name = { id: `bench/m@u${place}`, model: 'bench/m', upstreamModel: 'm' };
  return { ...name, upstream, price: { id: `v${place}`, price }, context: 100_000, maxOutput: 8_000 };
}

function factsOf(strategy: StrategyName): RankingFacts {
  const facts = Array.from({ length: endpointCount }, (_, place): EndpointFacts => {
    const measured = { firstContentP50: 300 + place, tokensPerSecondP50: 40 + (place % 50) };
    return { ...newEndpointFacts(), ...measured };
  });
  const use = { inputTokens: 1_000, outputTokens: 400 };
  return { strategy, factsOf: () => facts, use, hasTools: false, draw: Math.random };
}

/** As the gateway asks for an ordinary caller. */
function askOf(rules: object | undefined): PlanAsk {
  return {
    protocol: 'openai-chat',
    nativeOnly: false,
    day: 0,
    mayStoreAt: undefined,
    pinnedTo: undefined,
    onlyAt: undefined,
    rules: rules && readProviderRules(rules),
    ...{ into: undefined, stopped: [], named: undefined, onlyFree: false, online: false },
    ...{ input: { least: 60, most: 1_100 }, terms: { minute: 0, serviceTier: undefined } },
  };
}
