import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeFlat, type Sample } from './flat.ts';

const allowed = { part: 0.05, amount: 8 };

/** An hour, a sample every ten seconds. */
function hour(valueAt: (minute: number, index: number) => number): readonly Sample[] {
  return Array.from({ length: 360 }, (_, index) => ({ atMs: index * 10_000, value: valueAt(index / 6, index) }));
}

/** Rises for half a minute, then falls: a heap under load. */
const saw = (index: number) => (index % 3) * 20;

test('a heap that rises and is collected, after a start that fills caches, is flat', () => {
  const verdict = judgeFlat(
    hour((minute, index) => 150 + Math.min(minute, 9) * 10 + saw(index)),
    allowed,
  );

  assert.equal(verdict?.isFlat, true);
  assert.ok(Math.abs(verdict.growth) < 1);
});

test('what grows by a tenth in the hour is not flat, however much it rises and falls meanwhile', () => {
  const verdict = judgeFlat(
    hour((minute, index) => 150 + minute * 0.3 + saw(index)),
    allowed,
  );

  assert.equal(verdict?.isFlat, false);
  assert.ok(verdict.growth > 12 && verdict.growth < 18, `${verdict.growth}`);
});

test('one burst, and one fall, decide nothing', () => {
  const burst = judgeFlat(
    hour((minute) => (minute > 55 ? 400 : 150)),
    allowed,
  );
  const fall = judgeFlat(
    hour((minute) => (minute > 55 ? 20 : 150 + minute)),
    allowed,
  );

  assert.equal(burst?.isFlat, true);
  assert.equal(fall?.isFlat, false);
});

test('of what was hardly looked at nothing is said', () => {
  assert.equal(judgeFlat([], allowed), undefined);
  assert.equal(judgeFlat([{ atMs: 0, value: 1 }], allowed), undefined);
});
