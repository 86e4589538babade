// Windows of allowances: they tile time, in UTC and in zones whose clocks jump.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { windowAt } from '#core/allowance/window.ts';
import { dateIn, isTimeZone, startOfDate } from '#core/allowance/zoned-day.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
  'America/Santiago',
  'Asia/Tehran',
];
const instant = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2037, 11, 31) });

test('whatever zone and kind: the end of a window is the start of another, and every instant before it is in it', () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), fc.constantFrom('day', 'week', 'month'), (at, zone, kind) => {
      const { id, endsAt } = windowAt(kind, at, zone);

      assert.ok(endsAt !== null && endsAt > at);
      assert.equal(windowAt(kind, endsAt - 1_000, zone).id, id);
      assert.notEqual(windowAt(kind, endsAt, zone).id, id);
    }),
    { numRuns: 200 },
  );
});

test('days with 23 and 25 hours, and one that begins at one o’clock', () => {
  const hours = (zone: string, date: string, next: string) =>
    (startOfDate(zone, next) - startOfDate(zone, date)) / 3_600_000;

  assert.equal(hours('Europe/Berlin', '2026-03-29', '2026-03-30'), 23);
  assert.equal(hours('Europe/Berlin', '2026-10-25', '2026-10-26'), 25);
  // Chile's clocks skip midnight.
  assert.equal(hours('America/Santiago', '2026-09-06', '2026-09-07'), 23);
  assert.equal(dateIn('America/Santiago', startOfDate('America/Santiago', '2026-09-06')), '2026-09-06');
});

test('a Friday evening in New York is Saturday in UTC', () => {
  const at = Date.UTC(2026, 10, 28, 2);

  assert.equal(windowAt('day', at).id, '2026-11-28');
  assert.equal(windowAt('day', at, 'America/New_York').id, '2026-11-27');
  assert.ok(isTimeZone('Asia/Kolkata') && !isTimeZone('Mars/Olympus'));
});
