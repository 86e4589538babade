// When a request about privacy must be answered: against answers that were computed by others, from the laws.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { dueDates } from '#core/privacy/due-dates.ts';
import { holidaysOf } from '#keeper/rights/holidays.ts';

type Case = {
  readonly received: string;
  readonly asker: string | null;
  readonly operator: string;
  readonly policy: string;
  readonly gdpr?: string;
  readonly ccpa?: string;
  readonly due: string;
};

const dayMs = 86_400_000;
const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / dayMs;
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/due-dates.json', import.meta.url), 'utf8'),
) as readonly Case[];

test('each of 240 requests is due when an independent calendar says', async () => {
  assert.ok(cases.length >= 200);
  for (const { received, asker, operator, due, policy, gdpr, ccpa } of cases) {
    const isHoliday = await holidaysOf(operator);
    const found = dueDates({ received: dayOf(received), country: asker ?? undefined, isHoliday });
    const said = {
      policy: dayOf(policy),
      gdpr: gdpr === undefined ? undefined : dayOf(gdpr),
      ccpa: ccpa === undefined ? undefined : dayOf(ccpa),
    };
    const what = `${received} of ${asker}, answered in ${operator}`;
    assert.deepEqual(
      [found.clocks.policy, found.clocks.gdpr, found.clocks.ccpa],
      [said.policy, said.gdpr, said.ccpa],
      what,
    );
    assert.equal(found.due, dayOf(due), what);
  }
});

test('no answer is due later than any law that runs, and reminders come in order before it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 18_000, max: 30_000 }),
      fc.constantFrom(undefined, 'de', 'us', 'us-ca', 'br'),
      fc.array(fc.integer({ min: 18_000, max: 30_100 }), { maxLength: 200 }),
      (received, country, off) => {
        const days = new Set(off);
        const { clocks, due, reminders } = dueDates({ received, country, isHoliday: (day) => days.has(day) });
        for (const each of Object.values(clocks)) assert.ok(due <= each);
        assert.ok(due > received);
        const [first, second, third] = reminders;
        assert.ok(received <= first && first <= second && second <= third && third < due);
      },
    ),
    { numRuns: 1_000 },
  );
});
