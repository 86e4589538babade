// What the filter says of a model is asked once a day for each question: a plan over hundreds of endpoints reads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { siftOnce } from '#core/routing/sift.ts';
import { endpointOf } from '../properties/endpoint-of.ts';

const day = 20_000;

/** As the gateway asks for a caller of whom nothing is stopped. */
const ordinary: PlanAsk = {
  ...plainAsk('openai-chat', day),
  ...{ into: undefined, stopped: [], named: undefined, onlyFree: false, online: false },
  ...{ input: { least: 10, most: 1_000 }, terms: { minute: 0, serviceTier: undefined } },
};

function newModel(): Model {
  const endpoints = [endpointOf('a'), endpointOf('b')];
  return { id: 'm', aliases: [], context: 100_000, maxOutput: 8_000, endpoints };
}

test('an ordinary request asks nothing new of a model', () => {
  const model = newModel();

  const first = siftOnce(model, ordinary);

  assert.equal(first?.endpoints.length, 2);
  assert.equal(siftOnce(model, { ...ordinary, terms: { minute: 9, serviceTier: undefined } }), first);
  assert.notEqual(siftOnce(model, { ...ordinary, day: day + 1 }), first);
});

test('what a request alone demands is a question of its own', () => {
  const model = newModel();

  for (const demand of [{ stopped: ['m@a'] }, { named: 'a' }, { onlyFree: true }, { mayStoreAt: () => false }]) {
    assert.equal(siftOnce(model, { ...ordinary, ...demand }), undefined);
  }
});
