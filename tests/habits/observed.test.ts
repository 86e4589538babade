import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inventory } from '#core/privacy/inventory.ts';
import { logFields } from '#observe/log.ts';
import { metricLabels } from '#observe/meters.ts';

test('every field that a log line may have is classified, and nothing is that is no field', () => {
  const classified = inventory.filter(({ place }) => place === 'log').map(({ name }) => name);

  assert.deepEqual(classified.sort(), [...logFields].sort());
});

test('every label of every metric is classified, and nothing is that is no label', () => {
  const classified = inventory.filter(({ place }) => place === 'metric').map(({ of, name }) => `${of}.${name}`);
  const labels = Object.entries(metricLabels).flatMap(([metric, names]) => names.map((name) => `${metric}.${name}`));

  assert.deepEqual(classified.sort(), labels.sort());
});
