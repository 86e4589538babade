import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { noUsage } from '#core/generation/usage.ts';
import { factsOfEvents } from '#core/protocol/event-facts.ts';
import { budgetOfEffort, effortOfBudget } from '#core/protocol/reasoning-budget.ts';

const silent = factsOfEvents([]);
const citation = { family: 'other', item: Content.ofJson({ long: 'x'.repeat(99) }) } as const;

const cases: readonly [what: string, events: readonly GenerationEvent[], found: object][] = [
  ['a start is no content', [{ kind: 'start', model: undefined }], {}],
  ['an empty delta is no content', [{ kind: 'text-delta', choice: 0, text: Content.ofText('') }], {}],
  [
    'text counts in UTF-8 bytes',
    [{ kind: 'text-delta', choice: 0, text: Content.ofText('é😀') }],
    { hasContent: true, outputBytes: 6 },
  ],
  ['a citation is content of no length', [{ kind: 'citation', choice: 0, citation }], { hasContent: true }],
  ['usage alone is usage alone', [{ kind: 'usage', usage: noUsage }], { usage: noUsage, isUsageOnly: true }],
  [
    'usage beside a finish is not alone, and the first finish counts',
    [
      { kind: 'finish', choice: 0, reason: 'stop' },
      { kind: 'finish', choice: 1, reason: 'length' },
      { kind: 'usage', usage: noUsage },
    ],
    { usage: noUsage, finish: 'stop' },
  ],
  ['the end is terminal', [{ kind: 'end' }], { isTerminal: true }],
  ['an error is told by its code', [{ kind: 'error', code: 'overloaded' }], { error: 'overloaded' }],
];

for (const [what, events, found] of cases) {
  test(what, () => assert.deepEqual(factsOfEvents(events), { ...silent, ...found }));
}

test('an effort survives the way through a budget, where the limit leaves room', () => {
  for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const) {
    for (const limit of [10_240, 32_000, 100_000, 128_000]) {
      assert.equal(effortOfBudget(budgetOfEffort(effort, limit), limit), effort, `${effort} of ${limit}`);
    }
  }
});

test('a budget is below the limit and never below what upstreams take', () => {
  for (const limit of [1, 1024, 1025, 2000, 1_000_000]) {
    const budget = budgetOfEffort('max', limit);
    assert.ok(budget === 0 || (budget >= 1024 && budget < limit), `${budget} of ${limit}`);
  }
});
