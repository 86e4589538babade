import assert from 'node:assert/strict';
import test from 'node:test';

test('two is two', () => {
  assert.equal(2, 2);
});
