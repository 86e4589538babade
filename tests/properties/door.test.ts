// How many a process takes on: never more than it may, who pays first, fewer while it cannot keep up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Door, type Rank, type Waiter } from '#core/allowance/door.ts';

const options = { insideMax: 10, waitingMax: 4, lagMsMax: 200, lagsForMs: 3_000 };

function waiterOf(rank: Rank, told: string[] = []): Waiter {
  return { rank, admit: () => told.push('admitted'), refuse: () => told.push('refused') };
}

function fill(door: Door, count: number): void {
  for (let each = 0; each < count; each += 1) assert.equal(door.enter('paid'), true);
}

test('whatever comes and goes, no more are inside than may be, and each who waited is told once at most', () => {
  const step = fc.oneof(fc.constant('leave' as const), fc.constantFrom<Rank>('paid', 'free'));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const door = new Door(options);
      const told: string[][] = [];
      for (const each of steps) {
        if (each === 'leave') {
          if (door.inside > 0) door.leave();
        } else if (!door.enter(each)) {
          const own: string[] = [];
          if (door.wait(waiterOf(each, own))) told.push(own);
        }
        assert.ok(door.inside <= options.insideMax && door.waiting <= options.waitingMax);
      }
      assert.ok(told.every((each) => each.length <= 1));
      assert.equal(told.filter((each) => each.length === 0).length, door.waiting);
    }),
  );
});

test('the last tenth of the places is for those who pay', () => {
  const door = new Door(options);
  fill(door, 9);

  assert.equal(door.enter('free'), false);
  assert.equal(door.enter('paid'), true);
  assert.equal(door.enter('paid'), false);
});

test('who pays is admitted before who does not, and takes its place in the line', () => {
  const door = new Door(options);
  fill(door, 10);
  const free = Array.from({ length: 4 }, () => [] as string[]);
  for (const told of free) assert.equal(door.wait(waiterOf('free', told)), true);
  const paid: string[] = [];

  assert.equal(door.wait(waiterOf('free')), false);
  assert.equal(door.wait(waiterOf('paid', paid)), true);
  assert.deepEqual(free.at(-1), ['refused']);
  door.leave();
  assert.deepEqual([paid, free[0]], [['admitted'], []]);
  door.leave();
  door.leave();
  assert.deepEqual(free[0], ['admitted']);
});

test('it is shut when as many as may wait wait, and they pay', () => {
  const door = new Door(options);
  fill(door, 10);
  for (let each = 0; each < 3; each += 1) door.wait(waiterOf('paid'));

  assert.equal(door.isShut, false);
  const last = waiterOf('paid');
  door.wait(last);
  assert.equal(door.isShut, true);
  door.giveUp(last);
  assert.equal(door.isShut, false);
});

test('a moment of delay changes nothing; three seconds of it, or a full heap, make fewer places; then they come back', () => {
  const door = new Door({ ...options, insideMax: 1_000 });
  fill(door, 500);

  assert.equal(door.adjust({ lagMs: 900, heapShare: 0.1 }, 0), 'same');
  assert.equal(door.adjust({ lagMs: 100, heapShare: 0.1 }, 1_000), 'same');
  assert.equal(door.adjust({ lagMs: 300, heapShare: 0.1 }, 2_000), 'same');
  assert.equal(door.adjust({ lagMs: 300, heapShare: 0.1 }, 4_900), 'same');
  assert.equal(door.limit, 1_000);
  assert.equal(door.adjust({ lagMs: 300, heapShare: 0.1 }, 5_000), 'tighter');
  assert.equal(door.limit, 450);
  assert.equal(door.enter('paid'), false);
  assert.equal(door.adjust({ lagMs: 10, heapShare: 0.81 }, 6_000), 'tighter');
  for (let at = 7_000; door.limit < 1_000; at += 1_000) {
    assert.equal(door.adjust({ lagMs: 10, heapShare: 0.1 }, at), 'wider');
  }
  assert.equal(door.adjust({ lagMs: 10, heapShare: 0.1 }, 99_000), 'same');
  assert.equal(door.enter('paid'), true);
});

test('however bad it is, a few are let in', () => {
  const door = new Door(options);
  for (let at = 0; at < 100; at += 1) door.adjust({ lagMs: 5_000, heapShare: 0.99 }, at * 10_000);

  assert.equal(door.limit, 8);
});

test('its places shrink while the process lags, and come back step by step when it does not', () => {
  const door = new Door(options);
  fill(door, 10);
  const calm = { lagMs: 200, heapShare: 0.8 };
  const lagging = { lagMs: 201, heapShare: 0 };

  assert.deepEqual([door.adjust(calm, 0), door.limit], ['same', 10]);
  assert.deepEqual([door.adjust(lagging, 0), door.adjust(lagging, 2_999), door.limit], ['same', 'same', 10]);
  assert.deepEqual([door.adjust(lagging, 3_000), door.limit], ['tighter', 9]);
  // It lags still, though not for long anew: nothing is opened yet.
  const after = new Door({ ...options, insideMax: 20 });
  fill(after, 20);
  assert.deepEqual([after.adjust({ lagMs: 0, heapShare: 0.81 }, 0), after.limit], ['tighter', 18]);
  assert.deepEqual([after.adjust(lagging, 10), after.limit], ['same', 18]);

  const told: string[] = [];
  assert.equal(after.enter('paid'), false);
  assert.equal(after.wait(waiterOf('paid', told)), true);
  after.leave();
  after.leave();
  assert.deepEqual([told, after.inside], [[], 18]);
  assert.deepEqual([after.adjust(calm, 20), after.limit, told], ['wider', 20, ['admitted']]);
  assert.deepEqual([after.adjust(calm, 30), after.limit, after.inside], ['same', 20, 19]);
});

test('one of many places comes back at a time', () => {
  const door = new Door({ ...options, insideMax: 100 });
  fill(door, 100);
  door.adjust({ lagMs: 0, heapShare: 1 }, 0);
  for (let each = 0; each < 60; each += 1) door.leave();
  door.adjust({ lagMs: 0, heapShare: 1 }, 0);
  assert.equal(door.limit, 36);

  assert.deepEqual([door.adjust({ lagMs: 0, heapShare: 0 }, 0), door.limit], ['wider', 41]);
});

test('nobody passes those who wait, who gave up is out of the line, and it is shut only when it is full', () => {
  const door = new Door(options);
  const [first, second] = [[], []] as [string[], string[]];
  assert.equal(door.isShut, false);
  fill(door, 10);
  const [one, other] = [waiterOf('paid', first), waiterOf('paid', second)];
  door.wait(one);
  door.wait(other);
  door.giveUp(waiterOf('paid'));
  assert.equal(door.waiting, 2);
  door.giveUp(one);
  door.giveUp(one);
  assert.equal(door.waiting, 1);
  door.wait(waiterOf('paid'));
  door.wait(waiterOf('paid'));
  door.wait(waiterOf('paid'));
  assert.equal(door.isShut, true);
  // A place that became free in between belongs to who waits.
  door.inside -= 1;
  assert.deepEqual([door.isShut, door.enter('paid')], [false, false]);
  door.inside += 1;
  door.leave();
  assert.deepEqual([first, second, door.waiting, door.inside], [[], ['admitted'], 3, 10]);
});
