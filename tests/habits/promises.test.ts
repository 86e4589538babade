import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promises } from '#core/privacy/promises/promises.ts';
import { repository } from '../support/run-result.ts';
import { sabotages } from '../support/sabotage.ts';

test('each of the 54 sentences of the two policies has its row, in order', () => {
  const upTo = (letter: string, last: number, from = 0) =>
    Array.from({ length: last - from + 1 }, (_, index) => `${letter}${from + index}`);
  assert.deepEqual(
    promises.map(({ id }) => id),
    ['J0a', 'J0b', 'J0c', ...upTo('J', 32, 1), ...upTo('V', 18)],
  );
  assert.equal(promises.length, 54);
});

test('every test and sabotage that a promise names exists; what is kept has both', () => {
  const names = new Set(sabotages.map(({ name }) => name));
  for (const { id, state } of promises) {
    if (state.kind === 'missing') continue;
    assert.ok(state.tests.length > 0, id);
    for (const path of state.tests) assert.ok(existsSync(join(repository, path)), `${id}: ${path}`);
    for (const name of state.sabotages) assert.ok(names.has(name), `${id}: ${name}`);
    if (state.kind === 'kept')
      assert.ok(state.sabotages.length > 0, `${id} is kept, and nothing shows that its test can fail`);
  }
});

test('a sabotage of a promise turns a test red that the promise names', () => {
  for (const { id, state } of promises) {
    for (const name of state.kind === 'missing' ? [] : state.sabotages) {
      const breaks = sabotages.find((each) => each.name === name)?.breaks ?? [];
      const tests = state.kind === 'missing' ? [] : state.tests;
      assert.ok(
        breaks.some((path) => tests.includes(path)),
        `${id}: ${name} breaks ${breaks.join(', ')}`,
      );
    }
  }
});
