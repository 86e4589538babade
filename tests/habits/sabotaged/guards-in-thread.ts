import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

test('the second term counts in a thread', async () => {
  const [result] = await once(new Worker(new URL('./sum-in-thread.ts', import.meta.url)), 'message');
  assert.equal(result, 5);
});
