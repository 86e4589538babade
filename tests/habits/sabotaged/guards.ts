import assert from 'node:assert/strict';
import test from 'node:test';
import { sum } from './sum.ts';

test('the second term counts', () => {
  assert.equal(sum(2, 3), 5);
});
