import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type WindowKind, windowAt } from '#core/allowance/window.ts';

const at = (iso: string) => Date.parse(iso);

test('a day ends at midnight UTC, and midnight belongs to the next one', () => {
  const last = windowAt('day', at('2026-12-31T23:59:59.999Z'));
  const next = windowAt('day', at('2027-01-01T00:00:00.000Z'));

  assert.deepEqual(last, { id: '2026-12-31', endsAt: at('2027-01-01T00:00:00Z') });
  assert.equal(next.id, '2027-01-01');
});

test('a week is an ISO week, and belongs to the year that holds its Thursday', () => {
  const ids = [
    ['2026-11-01T23:59:59Z', '2026-W44'],
    ['2026-11-02T00:00:00Z', '2026-W45'],
    ['2026-12-31T12:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2021-01-01T00:00:00Z', '2020-W53'],
    ['2023-01-01T12:00:00Z', '2022-W52'],
  ] as const;

  for (const [instant, id] of ids) assert.equal(windowAt('week', at(instant)).id, id, instant);
  assert.equal(windowAt('week', at('2026-12-31T12:00:00Z')).endsAt, at('2027-01-04T00:00:00Z'));
});

test('a month is a calendar month, leap years and year ends included', () => {
  assert.deepEqual(windowAt('month', at('2028-02-29T23:59:59Z')), {
    id: '2028-02',
    endsAt: at('2028-03-01T00:00:00Z'),
  });
  assert.deepEqual(windowAt('month', at('2026-12-01T00:00:00Z')), {
    id: '2026-12',
    endsAt: at('2027-01-01T00:00:00Z'),
  });
});

test('a wallet has one window for ever', () => {
  assert.deepEqual(windowAt('all', 0), { id: 'all', endsAt: null });
});

test('windows follow each other without a gap or an overlap, at any instant', () => {
  const kinds = fc.constantFrom<WindowKind>('day', 'week', 'month');
  const instants = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });

  fc.assert(
    fc.property(kinds, instants, (kind, instant) => {
      const { id, endsAt } = windowAt(kind, instant);
      assert.ok(endsAt !== null && endsAt > instant);
      assert.equal(windowAt(kind, endsAt - 1).id, id);
      assert.notEqual(windowAt(kind, endsAt).id, id);
      assert.ok(windowAt(kind, endsAt).id > id);
    }),
  );
});
