// What gateways found of endpoints: the newest of each, and outages that are told of once.
import assert from 'node:assert/strict';
import type { EndpointHint } from '#store/hints.ts';
import { onBoth, storeWith } from './store-under-test.ts';

function hint(endpoint: string, at: number, more: Partial<EndpointHint> = {}): EndpointHint {
  return { endpoint, instance: 'g', at, outUntil: null, firstContentMs: null, millitokensPerSecond: null, ...more };
}

onBoth('the newest hint of each endpoint is kept, and read on from an instant', async (t) => {
  const { hints } = (await storeWith(t, 0n)).store;

  await hints.put([hint('a', 1), hint('b', 2, { outUntil: 99 })]);
  await hints.put([hint('a', 3, { instance: 'h', firstContentMs: 250, millitokensPerSecond: 61_500 })]);

  const a = hint('a', 3, { instance: 'h', firstContentMs: 250, millitokensPerSecond: 61_500 });
  assert.deepEqual(await hints.since(0), [hint('b', 2, { outUntil: 99 }), a]);
  assert.deepEqual(await hints.since(2), [a]);
  assert.deepEqual(await hints.since(3), []);
});

onBoth('an outage begins once and ends once', async (t) => {
  const { hints } = (await storeWith(t, 0n)).store;

  assert.deepEqual([await hints.beginOutage('a', 1), await hints.beginOutage('a', 2)], [true, false]);
  assert.deepEqual([await hints.endOutage('a'), await hints.endOutage('a')], [true, false]);
  assert.equal(await hints.beginOutage('a', 3), true);
});

onBoth('an outage that nobody knows of any more is forgotten', async (t) => {
  const { hints } = (await storeWith(t, 0n)).store;
  for (const endpoint of ['out', 'back', 'old', 'unknown']) await hints.beginOutage(endpoint, 1);
  await hints.put([hint('out', 10, { outUntil: 20 }), hint('back', 10), hint('old', 4, { outUntil: 20 })]);

  await hints.forget(5);

  assert.deepEqual((await hints.since(0)).map(({ endpoint }) => endpoint).sort(), ['back', 'out']);

  assert.deepEqual(await Promise.all(['out', 'back', 'old', 'unknown'].map((endpoint) => hints.endOutage(endpoint))), [
    true,
    false,
    false,
    false,
  ]);
});
