// Whatever the registry, the policy and the faults: no request reaches an endpoint that its policy forbids.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import type { OwnerSettings } from '#core/privacy/owner-settings.ts';
import type { AskedModel } from '#core/routing/asked-model.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Catalogue } from '#core/routing/find-model.ts';
import { type EndpointFacts, newEndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { nextAttempt, type Tried } from '#core/routing/next-attempt.ts';
import { type OwnKey, ownKeyUses, withOwnKeys } from '#core/routing/own-key.ts';
import { joinRules, ownerRules } from '#core/routing/owner-rules.ts';
import type { Plan, PlanStep, Wanted } from '#core/routing/plan.ts';
import { modelsOf, planModels, type SharedAsk, toWanted } from '#core/routing/plan-models.ts';
import { readProviderRules } from '#core/routing/read-provider-rules.ts';
import { type AttemptTrouble, judgeTrouble } from '#core/routing/verdict.ts';
import { forbids, type Policy, type Request, request } from './policy-oracle.ts';
import { maybe, modelNames, registry, upstreamNames } from './random-registry.ts';

const runs = 10_000;
const policyFields = [
  'only',
  'ignore',
  'order',
  'allow_fallbacks',
  'data_collection',
  'zdr',
  'endpoint_types',
  'regions',
  'quantizations',
  'max_price',
];

function demandingLess(asked: Policy | undefined, left: readonly string[]): Request['policy'] {
  if (asked === undefined) return undefined;
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !left.includes(name))) as Request['policy'];
}

const state = fc.constantFrom('working', 'ejected', 'limited', 'missing', 'no-credential', 'probing') as fc.Arbitrary<
  EndpointFacts['state']
>;
const facts = fc.array(fc.record({ state, wantsProbe: fc.boolean() }), { minLength: 4, maxLength: 4 });

const trouble: fc.Arbitrary<AttemptTrouble> = fc.oneof(
  fc.constantFrom<AttemptTrouble>({ kind: 'reset' }, { kind: 'connect-failed' }, { kind: 'head-timeout' }),
  fc
    .record({
      status: fc.constantFrom(400, 401, 402, 404, 429, 500, 503, 529),
      code: fc.constantFrom('x', 'context_length_exceeded'),
    })
    .map((said): AttemptTrouble => ({ kind: 'status', ...said })),
);

/** Which models a request may reach, each with what hangs on its name. */
function reachOf(asked: Request, catalogue: Catalogue): readonly (readonly [string, string])[] {
  if (asked.others.length > 0) return [asked.model, ...asked.others];
  const [id, hung] = asked.model;
  if (hung.includes('@')) return [asked.model];
  return [asked.model, ...(catalogue.byName.get(id)?.fallbacks ?? []).map((each) => [each, hung] as const)];
}

function askedModels(asked: Request, catalogue: Catalogue): readonly AskedModel[] {
  const join = ([id, hung]: readonly [string, string]) => id + hung;
  return modelsOf({ name: join(asked.model), others: asked.others.map(join) }, catalogue);
}

function sharedOf(asked: Request): SharedAsk {
  const { mayStoreAt } = asked;
  return {
    ...plainAsk(asked.protocol, asked.day),
    nativeOnly: asked.nativeOnly,
    mayStoreAt: mayStoreAt === undefined ? undefined : (provider) => provider === mayStoreAt,
    pinnedTo: asked.pinnedTo,
    rules: joinRules(ownerRules(asked.owner as OwnerSettings), readProviderRules(asked.policy)),
    input: { least: asked.input, most: asked.input },
  };
}

function wantedOf(asked: Request, catalogue: Catalogue): readonly Wanted[] {
  return askedModels(asked, catalogue).map((each) => toWanted(each, sharedOf(asked)));
}

function planOf(asked: Request, catalogue: Catalogue, learnt: readonly Partial<EndpointFacts>[]): Plan | undefined {
  const [first, ...others] = askedModels(asked, catalogue);
  if (!first) return undefined;
  return planModels([first, ...others], sharedOf(asked), () => ({
    strategy: asked.strategy,
    factsOf: () => learnt.map((each) => ({ ...newEndpointFacts(), ...each })),
    use: { inputTokens: asked.input, outputTokens: 10 },
    hasTools: false,
    draw: () => asked.draws.next().value,
  }));
}

/** Every endpoint that is asked while these faults come one after the other. */
function askedIn({ steps }: Plan, troubles: readonly AttemptTrouble[]): readonly PlanStep[] {
  const tried: Tried[] = [];
  const all: PlanStep[] = [];
  for (const each of troubles) {
    const next = nextAttempt(steps, tried, new Set(), { backoffMs: 1, retryAfterMsMax: 1_000 });
    if (!next) break;
    all.push(next.step);
    tried.push({ step: next.step, ...judgeTrouble(each), retryAfterMs: 10 });
  }
  return all;
}

test('no request reaches an endpoint that its policy forbids, and none that it allows is kept from it', () => {
  let reached = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      registry,
      request,
      facts,
      fc.array(trouble, { minLength: 4, maxLength: 4 }),
      fc.subarray([...policyFields]),
      (catalogue, asked, learnt, troubles, left) => {
        // What the filter said of a request that demanded less is kept, and must not be taken for an answer to this one.
        planOf({ ...asked, policy: demandingLess(asked.policy, left) }, catalogue, learnt);
        planOf({ ...asked, owner: { ...asked.owner, sub_processors: undefined } }, catalogue, learnt);
        planOf({ ...asked, owner: { ...asked.owner, sub_processors: '*:agree' } }, catalogue, learnt);
        const plan = planOf(asked, catalogue, learnt);
        const reach = reachOf(asked, catalogue);
        const allowed = new Set(
          reach.flatMap(([id, hung]) =>
            (catalogue.byName.get(id)?.endpoints ?? [])
              .filter((endpoint) => !forbids(endpoint, [id, hung], asked))
              .map((endpoint) => endpoint.id),
          ),
        );

        const planned = plan?.steps.map(({ endpoint }) => endpoint.id) ?? [];
        assert.deepEqual(
          planned.filter((id) => !allowed.has(id)),
          [],
        );
        assert.equal(new Set(planned).size, planned.length, 'each stands once');
        // A plan of one model, or of all in one order, ends after eight.
        if (planned.length < 7) assert.equal(planned.length, allowed.size, 'nobody who may serve is left out');
        for (const { endpoint } of plan ? askedIn(plan, troubles) : []) {
          reached += 1;
          assert.ok(allowed.has(endpoint.id), `${endpoint.id} was asked`);
        }
        if (planned.length === 0) refused += 1;
      },
    ),
    { numRuns: runs },
  );
  // Neither half of the property is empty.
  assert.ok(reached > runs / 2, `${reached} attempts`);
  assert.ok(refused > runs / 20, `${refused} refusals`);
});

test('what one workspace decided of an upstream is no answer for another one', () => {
  fc.assert(
    fc.property(
      registry,
      fc.shuffledSubarray(['none', 'a:object', 'b:object', 'a:agree', 'c:agree']),
      (catalogue, all) => {
        const day = dayOf(Date.parse('2026-12-01'));
        for (const sub_processors of [...all, ...all]) {
          const ask = {
            ...plainAsk('openai-chat', day, ownerRules({ sub_processors })),
            rules: ownerRules({ sub_processors }),
          };
          const models = modelsOf({ name: 'm', others: [] }, catalogue);
          const [first] = models;
          if (!first) return;
          const plan = planModels([first], ask, () => ({
            ...{ strategy: 'order', factsOf: () => [], hasTools: false, draw: () => 0 },
            use: { inputTokens: 1, outputTokens: 1 },
          }));
          const names = new Set(plan.steps.map(({ endpoint }) => endpoint.upstream.name));
          if (sub_processors.endsWith(':object')) assert.ok(!names.has(sub_processors.slice(0, 1)));
          for (const { endpoint } of plan.steps) {
            const isNew = (endpoint.upstream.fromDay ?? 0) > day;
            assert.ok(!isNew || sub_processors === `${endpoint.upstream.name}:agree`, endpoint.id);
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

const ownKey = fc.record({
  upstream: fc.constantFrom(...upstreamNames),
  origin: fc.constantFrom('http://here', 'http://here', 'http://here', 'http://elsewhere'),
  use: fc.constantFrom(...ownKeyUses),
  models: maybe(fc.subarray([...modelNames], { minLength: 1 })),
  isWell: fc.boolean(),
});

test('own keys reach what the policy allows alone, at their own upstream and origin; an only one keeps ours out', () => {
  let own = 0;
  let kept = 0;
  fc.assert(
    fc.property(
      registry,
      request,
      facts,
      fc.array(trouble, { minLength: 4, maxLength: 4 }),
      fc.array(ownKey, { minLength: 1, maxLength: 3 }),
      (catalogue, asked, learnt, troubles, drawn) => {
        const ours = planOf(asked, catalogue, learnt);
        if (!ours) return;
        const keys = drawn.map(({ models, isWell: _, ...key }, index): OwnKey => {
          return { ...key, id: `own-${index}`, edition: 1, models: models ?? null, secret: Content.ofText('secret') };
        });
        const isWell = ({ id }: OwnKey) => drawn[Number(id.at(-1))]?.isWell === true;
        const wanted = wantedOf(asked, catalogue);
        const plan = withOwnKeys(ours, wanted, { keys, feeBasisPoints: 500, isWell });
        const reach = reachOf(asked, catalogue);
        const keyOf = (endpoint: Endpoint) => keys.find(({ id }) => id === endpoint.ownKey?.id);

        for (const { endpoint, why } of plan.steps) {
          const names = reach.filter(([id]) => id === endpoint.model);
          assert.ok(
            names.some((name) => !forbids(endpoint, name, asked)),
            `${endpoint.id} is forbidden`,
          );
          const key = keyOf(endpoint);
          if (key) {
            own += 1;
            assert.deepEqual([key.upstream, key.origin], [endpoint.upstream.name, 'http://here']);
            assert.ok(key.models === null || key.models.includes(endpoint.model));
            assert.ok(
              asked.mayStoreAt === undefined && asked.pinnedTo === undefined,
              'what is kept is not asked with it',
            );
            assert.equal(why === 'unusable', !isWell(key));
          } else {
            assert.equal(endpoint.ownKey, undefined);
            assert.ok(!isAlone(endpoint.model, keys, catalogue), `${endpoint.id} is asked with ours`);
          }
        }
        const ownIds = plan.steps.flatMap(({ endpoint }) =>
          endpoint.ownKey ? [`${endpoint.ownKey.id} ${endpoint.id}`] : [],
        );
        assert.equal(new Set(ownIds).size, ownIds.length, 'each stands once');
        if (plan.excluded.some(({ why }) => why === 'own-key-only')) kept += 1;
        for (const { endpoint } of askedIn(plan, troubles))
          assert.ok(plan.steps.some((step) => step.endpoint === endpoint));
      },
    ),
    { numRuns: runs / 2 },
  );
  assert.ok(own > runs / 20, `${own} steps of own keys`);
  assert.ok(kept > runs / 50, `${kept} plans without ours`);
});

function isAlone(model: string, keys: readonly OwnKey[], { byName }: Catalogue): boolean {
  const here = new Set(byName.get(model)?.endpoints.map(({ upstream }) => upstream.name));
  return keys.some(
    ({ use, upstream, models }) => use === 'only' && here.has(upstream) && (models === null || models.includes(model)),
  );
}
