import assert from 'node:assert/strict';
import test from 'node:test';
import { sum } from './sum.ts';

test('nothing is found out with a zero', () => {
  assert.equal(sum(2, 0), 2);
});
