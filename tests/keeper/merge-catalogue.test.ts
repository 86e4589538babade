import assert from 'node:assert/strict';
import test from 'node:test';
import { mergeCatalogue } from '#keeper/catalogue/merge-catalogue.ts';
import type { CatalogueInput } from '#keeper/interface/catalogue-input.ts';
import { catalogue as sandboxed } from './keeper-under-test.ts';

type Offered = Pick<CatalogueInput, 'upstreams' | 'models' | 'endpoints'>;

const cost = (input: string) => ({ rates: { input, output: '1' }, tiers: [] });

/** An upstream with one model. */
function offered(
  name: string,
  model: string,
  over: { readonly aliases?: readonly string[]; readonly region?: string } = {},
): Offered {
  const [sandbox] = sandboxed.upstreams;
  assert.ok(sandbox);
  return {
    upstreams: [{ ...sandbox, name, provider: name, type: 'host', region: over.region ?? 'unknown' }],
    models: [{ id: model, context: 1, maxOutput: 1, aliases: over.aliases ?? [] }],
    endpoints: [{ id: `${model}@${name}`, model, upstream: name, upstreamModel: 'm', price: cost('7') }],
  };
}

function fileOf(...offers: readonly Offered[]): CatalogueInput {
  const all = [...offers, sandboxed];
  return {
    upstreams: all.flatMap(({ upstreams }) => upstreams),
    models: all.flatMap(({ models }) => models),
    endpoints: all.flatMap(({ endpoints }) => endpoints),
    places: { upstreams: {}, prices: { 'a/m@a': 'fairlead.yaml, line 4' } },
  };
}

test('what was added stands behind the file and before the sandbox', () => {
  const merged = mergeCatalogue(fileOf(offered('a', 'a/m')), [offered('b', 'b/m')], new Map());

  assert.deepEqual(
    merged.upstreams.map(({ name }) => name),
    ['a', 'b', 'sandbox'],
  );
  assert.deepEqual(
    merged.endpoints.map(({ id }) => id),
    ['a/m@a', 'b/m@b', 'sandbox/echo@sandbox'],
  );
});

test("an upstream that the file names is the file's, with all that it offers", () => {
  const merged = mergeCatalogue(fileOf(offered('a', 'a/m')), [offered('a', 'other/m', { region: 'eu' })], new Map());

  assert.deepEqual(
    merged.upstreams.map(({ name, region }) => `${name} ${region}`),
    ['a unknown', 'sandbox local'],
  );
  assert.ok(!merged.endpoints.some(({ model }) => model === 'other/m'));
});

test('a model that both offer has the facts of the file and the endpoints of both', () => {
  const merged = mergeCatalogue(fileOf(offered('a', 'm', { aliases: ['short'] })), [offered('b', 'm')], new Map());

  assert.deepEqual(
    merged.models.filter(({ id }) => id === 'm').map(({ aliases }) => aliases),
    [['short']],
  );
  assert.deepEqual(
    merged.endpoints.filter(({ model }) => model === 'm').map(({ upstream }) => upstream),
    ['a', 'b'],
  );
});

test('no name belongs to two models: who came first keeps it', () => {
  const file = fileOf(offered('a', 'a/m', { aliases: ['short'] }));

  const merged = mergeCatalogue(
    file,
    [offered('b', 'short'), offered('c', 'c/m', { aliases: ['a/m', 'own'] })],
    new Map(),
  );

  const names = merged.models.flatMap(({ id, aliases }) => [id, ...aliases]);
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  assert.ok(!merged.endpoints.some(({ upstream }) => upstream === 'b'));
  assert.deepEqual(merged.models.find(({ id }) => id === 'c/m')?.aliases, ['own']);
});

test('a price that was set holds, but not where the file says one', () => {
  const set = new Map([
    ['a/m@a', cost('1')],
    ['b/m@b', cost('2')],
  ]);

  const merged = mergeCatalogue(fileOf(offered('a', 'a/m')), [offered('b', 'b/m')], set);

  const prices = new Map(merged.endpoints.map(({ id, price }) => [id, price.rates.input]));
  assert.equal(prices.get('a/m@a'), '7');
  assert.equal(prices.get('b/m@b'), '2');
});
