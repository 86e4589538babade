// MONEY §8 as cases: a caller pays nothing for what others broke, and pays for what it asked for and abandoned.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndReason, endReasons } from '#core/generation/end-reason.ts';
import { noUsage, type Usage, type UsageSource } from '#core/generation/usage.ts';
import { countsAsRequest, type Reached, whatIsPaid } from '#core/money/who-pays.ts';

type Paid = 'all' | 'input' | 'nothing' | 'abandoned' | 'all if reported';

const reaches: readonly Reached[] = ['nothing', 'upstream-head', 'content'];
const sources: readonly UsageSource[] = ['reported', 'counted', 'estimated'];

/** What is paid when the generation had reached nothing, the upstream's head, content. */
const table: Readonly<Record<EndReason, readonly [Paid, Paid, Paid]>> = {
  completed: ['all', 'all', 'all'],
  length: ['all', 'all', 'all'],
  wallet_empty: ['all', 'all', 'all'],
  filtered: ['nothing', 'nothing', 'all'],
  refused: ['nothing', 'nothing', 'nothing'],
  failed: ['nothing', 'nothing', 'nothing'],
  caller_left: ['abandoned', 'input', 'all'],
  timed_out: ['nothing', 'nothing', 'all if reported'],
  upstream_cut: ['nothing', 'nothing', 'all if reported'],
  stalled: ['nothing', 'nothing', 'all if reported'],
  drained: ['nothing', 'nothing', 'nothing'],
  crashed: ['nothing', 'nothing', 'nothing'],
};

const usage: Usage = { input: 1, cachedInput: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 60, reasoning: 5 };

function usagePaid(paid: Paid, source: UsageSource): Usage {
  switch (paid) {
    case 'all':
      return usage;
    case 'input':
      return { ...usage, output: 0, reasoning: 0 };
    case 'all if reported':
      return source === 'reported' ? usage : noUsage;
    case 'nothing':
    case 'abandoned':
      return noUsage;
  }
}

for (const end of endReasons) {
  for (const [index, reached] of reaches.entries()) {
    const paid = table[end][index] ?? 'nothing';
    test(`${end}, having reached ${reached}: the customer pays ${paid}`, () => {
      for (const source of sources) {
        const payable = whatIsPaid(end, reached, { usage, source, disputed: false });

        assert.deepEqual(payable, { usage: usagePaid(paid, source), isAbandoned: paid === 'abandoned' }, source);
      }
    });
  }
}

test('who has abandoned too much pays the input of what it abandons, and for nothing else', () => {
  for (const end of endReasons) {
    for (const [index, reached] of reaches.entries()) {
      const paid = table[end][index] ?? 'nothing';
      const expected = usagePaid(paid === 'abandoned' ? 'input' : paid, 'counted');
      const payable = whatIsPaid(end, reached, { usage, source: 'counted', disputed: false }, true);

      assert.deepEqual(payable, { usage: expected, isAbandoned: false }, `${end} ${reached}`);
    }
  }
});

test('who pays nothing pays no fee per request either: nothing is always the same nothing', () => {
  for (const end of endReasons) {
    for (const [index, reached] of reaches.entries()) {
      const paid = whatIsPaid(end, reached, { usage, source: 'estimated', disputed: true }).usage;

      const isNothing = !['all', 'input'].includes(table[end][index] ?? '');
      assert.equal(paid === noUsage, isNothing, `${end}, ${reached}`);
    }
  }
});

/** Whether a request allowance loses one, by what was reached, in the order of `reaches`. */
const requests: Readonly<Record<EndReason, readonly [boolean, boolean, boolean]>> = {
  completed: [true, true, true],
  length: [true, true, true],
  wallet_empty: [true, true, true],
  filtered: [true, true, true],
  refused: [true, true, true],
  failed: [false, false, false],
  caller_left: [true, true, true],
  timed_out: [false, false, true],
  upstream_cut: [false, false, true],
  stalled: [false, false, true],
  drained: [false, false, false],
  crashed: [false, false, false],
};

test('a request counts when the caller got or abandoned what it asked for, not when others broke it', () => {
  for (const end of endReasons) {
    assert.deepEqual(
      reaches.map((reached) => countsAsRequest(end, reached)),
      requests[end],
      end,
    );
  }
});

test('whoever pays has used a request', () => {
  for (const end of endReasons) {
    for (const reached of reaches) {
      const paid = whatIsPaid(end, reached, { usage, source: 'reported', disputed: false }).usage;

      assert.ok(paid === noUsage || countsAsRequest(end, reached), `${end}, ${reached}`);
    }
  }
});
