// What waits without a timer of its own: deadlines of requests, and silences of streams.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Patience } from '#gateway/attempt/patience.ts';
import { ringIn } from '#gateway/deadline.ts';

test('deadlines ring once, in the order in which they are due; one that was cancelled does not', async () => {
  const rung: string[] = [];
  const due = Promise.withResolvers<void>();
  const cancelled = [ringIn(40, () => rung.push('cancelled at once')), ringIn(40, () => rung.push('cancelled later'))];
  cancelled[0]?.cancel();
  ringIn(40, () => {
    rung.push('first');
    // Rings that come together may end each other.
    cancelledByTheFirst.cancel();
  });
  const cancelledByTheFirst = ringIn(40, () => rung.push('cancelled by the first'));
  ringIn(40, () => rung.push('second'));
  ringIn(90, due.resolve);
  cancelled[1]?.cancel();

  await due.promise;
  assert.deepEqual(rung, ['first', 'second']);
  cancelled[0]?.cancel();

  const again = Promise.withResolvers<number>();
  const since = performance.now();
  ringIn(40, () => again.resolve(performance.now() - since));
  assert.ok((await again.promise) >= 39, 'a list that was empty waits its whole time');
});

test('lengths that callers named and nobody waits for any more take no place: others share their timers all the same', () => {
  for (let ms = 100_000; ms < 100_200; ms += 1) ringIn(ms, () => {}).cancel();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();

  const open = Array.from({ length: 100 }, () => ringIn(200_000, () => {}));

  assert.ok(timers() - before <= 1, `${timers() - before} timers`);
  for (const deadline of open) deadline.cancel();
});

test('a deadline that nobody cancelled keeps its time whatever came before it', async () => {
  const first = ringIn(60, () => assert.fail('it was cancelled'));
  await sleep(30);
  const since = performance.now();
  const rung = new Promise<number>((resolve) => ringIn(60, () => resolve(performance.now() - since)));
  first.cancel();

  assert.ok((await rung) >= 59);
});

test('patience ends after as much silence, counted from what was heard last, and again after as much', async () => {
  let rings = 0;
  const twice = Promise.withResolvers<void>();
  const patience = new Patience(60, () => {
    rings += 1;
    if (rings === 2) twice.resolve();
  });
  let heardAt = 0;
  for (let times = 0; times < 6; times += 1) {
    await sleep(15);
    patience.heard();
    heardAt = performance.now();
    // A machine that stood still may have rung meanwhile, truly.
    if (rings > 0) break;
  }
  await twice.promise;
  const waitedMs = performance.now() - heardAt;
  patience.stop();

  assert.ok(waitedMs >= 59, `${waitedMs} ms`);
  const before = rings;
  await sleep(130);
  assert.equal(rings, before, 'stopped');
});
