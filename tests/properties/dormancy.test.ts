import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { closingAfter, dormantSince, secondLetterDays } from '#core/privacy/dormancy.ts';

const dayMs = 86_400_000;
const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2060, 0, 1) });

test('months are those of the calendar, and end with a shorter month', () => {
  const cases = [
    ['2028-02-29T10:00:00Z', 24, '2026-02-28T10:00:00.000Z'],
    ['2026-08-31T00:00:00Z', 6, '2026-02-28T00:00:00.000Z'],
    ['2028-08-31T00:00:00Z', 6, '2028-02-29T00:00:00.000Z'],
    ['2027-01-15T23:59:59Z', 12, '2026-01-15T23:59:59.000Z'],
  ] as const;
  for (const [now, months, since] of cases) {
    assert.equal(new Date(dormantSince(Date.parse(now), months)).toISOString(), since, now);
  }
});

test('who is dormant stays so, and nobody is sooner than after 28 days a month', () => {
  fc.assert(
    fc.property(instant, instant, fc.integer({ min: 6, max: 24 }), (a, b, months) => {
      const [sooner, later] = [Math.min(a, b), Math.max(a, b)];
      assert.ok(dormantSince(sooner, months) <= dormantSince(later, months));
      assert.ok(sooner - dormantSince(sooner, months) >= months * 28 * dayMs);
    }),
  );
});

test('the second letter leaves its reader two weeks, and never makes the day an earlier one', () => {
  fc.assert(
    fc.property(instant, instant, (now, named) => {
      const day = closingAfter('second', { now, named, noticeDays: 60 });
      assert.ok(day >= named && day - now >= secondLetterDays * dayMs);
    }),
  );
});
