// Which models a request for `auto` may mean, and which of them it gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownAbilities } from '#config/known-abilities.ts';
import { autoModels, autoWishes, planAuto } from '#core/routing/auto-models.ts';
import { plainAsk } from '#core/routing/eligible.ts';
import type { Ability, Model } from '#core/routing/endpoint.ts';
import type { Catalogue } from '#core/routing/find-model.ts';
import { type EndpointFacts, newEndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { inFileOrder } from '#core/routing/plan.ts';
import { endpointOf } from '../properties/endpoint-of.ts';

type Traits = {
  readonly price?: number;
  readonly supports?: readonly Ability[] | undefined;
  readonly context?: number;
  readonly type?: 'sandbox' | 'host';
};

function modelOf(id: string, { price = 1, supports, context = 10_000, type = 'host' }: Traits = {}): Model {
  const bare = endpointOf('u');
  const pico = BigInt(price * 1e6);
  const endpoint = {
    ...bare,
    id: `${id}@u`,
    model: id,
    context,
    upstream: { ...bare.upstream, type },
    price: { id: 'v', price: { rates: { input: pico, output: pico }, tiers: [] } },
  };
  return { id, aliases: [], context, maxOutput: 1_000, supports, endpoints: [endpoint] };
}

function catalogueOf(...models: readonly Model[]): Catalogue {
  return { models, byName: new Map(models.map((model) => [model.id, model])) };
}

const none = { sort: undefined, named: undefined, onlyFree: false, online: false };
const ask = { wishes: none, among: undefined, needs: [], inputTokens: 100, outputTokens: 100 };
const idsOf = (tiers: ReturnType<typeof autoModels>) => tiers.map((tier) => tier.map(({ model }) => model.id));

test('what the request needs decides: known to do it, then unknown, never known not to', () => {
  const all = catalogueOf(
    modelOf('able', { supports: ['tools', 'images'] }),
    modelOf('half', { supports: ['tools'] }),
    modelOf('unknown'),
    modelOf('words', { supports: [] }),
  );

  assert.deepEqual(idsOf(autoModels(all, { ...ask, needs: ['tools', 'images'] })), [['able'], ['unknown']]);
  assert.deepEqual(idsOf(autoModels(all, { ...ask, needs: ['tools'] })), [['able', 'half'], ['unknown']]);
  assert.deepEqual(idsOf(autoModels(all, ask)), [['able', 'half', 'unknown', 'words'], []]);
});

test('a context that is too small, a family of names, and what is no chat are left out', () => {
  const all = catalogueOf(
    modelOf('small', { context: 150 }),
    modelOf('o/text-embedding-3'),
    modelOf('sandbox/fault-*'),
    modelOf('good'),
  );

  assert.deepEqual(idsOf(autoModels(all, ask)), [['good'], []]);
});

test("the operator's list is the whole choice, and the simulator is the last", () => {
  const all = catalogueOf(modelOf('sandbox/echo', { type: 'sandbox' }), modelOf('a'), modelOf('b'));

  assert.deepEqual(idsOf(autoModels(all, ask)), [['a', 'b'], []]);
  assert.deepEqual(idsOf(autoModels(all, { ...ask, among: ['b'] })), [['b'], []]);
  assert.deepEqual(idsOf(autoModels(catalogueOf(modelOf('sandbox/echo', { type: 'sandbox' })), ask)), [
    ['sandbox/echo'],
    [],
  ]);
});

test('the cheapest that is well is first, those of which nobody knows come behind all that are known', () => {
  const cheap = modelOf('cheap', { price: 1, supports: ['tools'] });
  const dear = modelOf('dear', { price: 9, supports: ['tools'] });
  const unknown = modelOf('unknown', { price: 0 });
  const tiers = autoModels(catalogueOf(dear, unknown, cheap), { ...ask, needs: ['tools'] });
  const facts = { ...inFileOrder, strategy: 'price' as const, use: { inputTokens: 100, outputTokens: 100 } };
  const planned = (state: Partial<EndpointFacts>) => {
    const plan = planAuto(tiers, plainAsk('openai-chat', 0), {
      ...facts,
      factsOf: ({ id }) => [{ ...newEndpointFacts(), ...(id === 'cheap' ? state : {}) }],
    });
    return [plan?.model.id, plan?.steps.map(({ model }) => model)];
  };

  assert.deepEqual(planned({}), ['cheap', ['cheap', 'dear', 'unknown']]);
  assert.deepEqual(planned({ state: 'ejected' }), ['dear', ['dear', 'cheap', 'unknown']]);
});

test('a model called auto comes before the choice', () => {
  assert.deepEqual(autoWishes('auto', catalogueOf(modelOf('a'))), none);
  assert.deepEqual(autoWishes('openrouter/auto', catalogueOf(modelOf('a'))), none);
  assert.deepEqual(autoWishes('auto:free@u', catalogueOf(modelOf('a'))), { ...none, onlyFree: true, named: 'u' });
  assert.equal(autoWishes('auto', catalogueOf(modelOf('auto'))), undefined);
  assert.equal(autoWishes('auto:free', catalogueOf(modelOf('auto:free'))), undefined);
  assert.equal(autoWishes('autobahn', catalogueOf(modelOf('a'))), undefined);
});

test('what the makers say of their families', () => {
  const known = (id: string) => knownAbilities(id)?.join(' ');

  assert.equal(known('openai/gpt-5-mini'), 'tools images structured_output');
  assert.equal(known('openai/gpt-3.5-turbo'), 'tools');
  assert.equal(known('openai/gpt-image-1'), '');
  assert.equal(known('anthropic/claude-3-5-haiku-latest'), 'tools images');
  assert.equal(known('anthropic/claude-sonnet-4-5'), 'tools images structured_output');
  assert.equal(known('google/gemini-2.5-flash'), 'tools images structured_output');
  assert.equal(known('google/gemini-2.5-flash-image'), '');
  assert.equal(known('host/llama'), undefined);
});
