import assert from 'node:assert/strict';
import test from 'node:test';
import { PendingEnds } from '#gateway/journal/pending-ends.ts';
import { cell } from '#gateway/journal/ring.ts';
import { until } from './journal-under-test.ts';

test('an end that is never written is released after 50 ms at the latest, and said to be late', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const late: number[] = [];
  const pending = new PendingEnds(new Int32Array(new SharedArrayBuffer(64)), (count) => late.push(count));
  const released: number[] = [];

  void pending.wait(1).then(() => released.push(1));
  for (let ms = 0; ms < 30; ms++) context.mock.timers.tick(1);
  void pending.wait(2).then(() => released.push(2));
  for (let ms = 30; ms < 50; ms++) context.mock.timers.tick(1);
  await settled();
  assert.deepEqual(released, [1]);
  for (let ms = 50; ms < 80; ms++) context.mock.timers.tick(1);
  await settled();

  assert.deepEqual(released, [1, 2]);
  assert.equal(
    late.reduce((sum, count) => sum + count),
    2,
  );
  assert.ok(pending.isEmpty());
});

test('ends are released as far as they were written, also when the count wraps', async () => {
  const cells = new Int32Array(new SharedArrayBuffer(64));
  Atomics.store(cells, cell.written, 0x7fff_fffe);
  const pending = new PendingEnds(cells, () => undefined);
  const released: string[] = [];
  const ordinals = { first: 0x7fff_ffff, second: -0x8000_0000, third: -0x7fff_ffff };
  for (const [name, ordinal] of Object.entries(ordinals)) void pending.wait(ordinal).then(() => released.push(name));

  Atomics.store(cells, cell.written, ordinals.second);
  Atomics.notify(cells, cell.written);
  await until(() => released.length >= 2, 'two are released');

  assert.deepEqual(released, ['first', 'second']);
  assert.equal(pending.releaseAll(), 1);
  pending.stop();
});

/** After the promises that are ready have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
