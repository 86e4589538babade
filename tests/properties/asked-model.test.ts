// What may hang on a model's name, and that an exact name wins over all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { findAsked } from '#core/routing/asked-model.ts';
import type { Model } from '#core/routing/endpoint.ts';
import type { Catalogue } from '#core/routing/find-model.ts';

function catalogueOf(...ids: readonly string[]): Catalogue {
  const models = ids.map((id): Model => ({ id, aliases: [], context: 1_000, maxOutput: 100, endpoints: [] }));
  return { models, byName: new Map(models.map((model) => [model.id, model])) };
}

const catalogue = catalogueOf('o/gpt', 'o/gpt:free', 'a.b-v1:0', 'sandbox/fault-*');

function found(name: string) {
  const asked = findAsked(catalogue, name);
  if (!asked) return undefined;
  const { model, sort, onlyFree, online, named } = asked;
  return [model.id, sort ?? '', onlyFree ? 'free' : '', online ? 'online' : '', named ?? ''].filter(
    (each) => each !== '',
  );
}

test('suffixes and an upstream are read off a name, in any order', () => {
  assert.deepEqual(found('o/gpt'), ['o/gpt']);
  assert.deepEqual(found('o/gpt:floor'), ['o/gpt', 'price']);
  assert.deepEqual(found('o/gpt:nitro'), ['o/gpt', 'throughput']);
  assert.deepEqual(found('o/gpt:exacto'), ['o/gpt', 'tool-quality']);
  assert.deepEqual(found('o/gpt:online'), ['o/gpt', 'online']);
  assert.deepEqual(found('o/gpt@openai'), ['o/gpt', 'openai']);
  assert.deepEqual(found('o/gpt:nitro@openai'), ['o/gpt', 'throughput', 'openai']);
  assert.deepEqual(found('o/gpt@openai:floor'), ['o/gpt', 'price', 'openai']);
  assert.deepEqual(found('a.b-v1:0:free:floor'), ['a.b-v1:0', 'price', 'free']);
  assert.deepEqual(found('sandbox/fault-429@sandbox'), ['sandbox/fault-*', 'sandbox']);
});

test('an exact name wins over a suffix', () => {
  assert.deepEqual(found('o/gpt:free'), ['o/gpt:free']);
  assert.deepEqual(found('o/gpt:free:floor'), ['o/gpt:free', 'price']);
  assert.deepEqual(found('a.b-v1:0'), ['a.b-v1:0']);
});

test('what no suffix is makes no model', () => {
  for (const name of ['o/gpt:fast', 'o/gpt:', ':floor', '@openai', 'o/none:floor', 'floor']) {
    assert.equal(found(name), undefined, name);
  }
});

test('two orders or two upstreams are refused', () => {
  for (const name of ['o/gpt:floor:nitro', 'o/gpt@a@b', 'o/gpt:exacto@a:floor']) {
    assert.throws(
      () => found(name),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
    );
  }
});

test('whatever name there is, it means the model of that very name', () => {
  const part = fc.constantFrom('a', ':floor', ':free', '@x', ':nitro', '/b', ':0');
  const names = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `m${parts.join('')}`);
  fc.assert(
    fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 6 }), (ids) => {
      const own = catalogueOf(...ids);
      for (const id of ids) assert.equal(findAsked(own, id)?.asked, id);
    }),
    { numRuns: 500 },
  );
});
