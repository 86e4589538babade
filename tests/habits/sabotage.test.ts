import assert from 'node:assert/strict';
import test from 'node:test';
import { flawOf, runSabotaged, type Sabotage, sabotages } from '../support/sabotage.ts';

const folder = 'tests/habits/sabotaged';
const switchOff: Sabotage = {
  name: 'second-term',
  file: `${folder}/sum.ts`,
  find: 'return a + b;',
  replace: 'return a;',
  breaks: [`${folder}/guards.ts`],
};

test('a test that guards the rule fails under the sabotage, also where the rule runs in a thread', async () => {
  const breaks = [`${folder}/guards.ts`, `${folder}/guards-in-thread.ts`];
  assert.deepEqual(await runSabotaged({ ...switchOff, breaks }), { red: breaks, problems: [] });
});

test('a test that stays green, or never meets the rule, is told', async () => {
  const { red, problems } = await runSabotaged({
    ...switchOff,
    breaks: [`${folder}/guards-nothing.ts`, `${folder}/loads-nothing.ts`],
  });
  assert.deepEqual(red, []);
  assert.match(problems[0] ?? '', /still passes/);
  assert.match(problems[1] ?? '', /never loads/);
});

test('a sabotage that does not fit its file is no sabotage', () => {
  assert.equal(flawOf(switchOff), undefined);
  assert.match(flawOf({ ...switchOff, find: 'return a - b;' }) ?? '', /0 times/);
  assert.match(flawOf({ ...switchOff, find: 'a' }) ?? '', /times in/);
  assert.match(flawOf({ ...switchOff, replace: 'return (a;' }) ?? '', /no TypeScript/);
  assert.match(flawOf({ ...switchOff, breaks: [] }) ?? '', /no test/);
  assert.match(flawOf({ ...switchOff, breaks: [`${folder}/absent.ts`] }) ?? '', /does not exist/);
});

test('every sabotage of the table fits its file and names tests that exist', () => {
  const flaws = sabotages.flatMap((sabotage) => flawOf(sabotage) ?? []);
  assert.deepEqual(flaws, []);
  assert.equal(new Set(sabotages.map(({ name }) => name)).size, sabotages.length, 'each has its own name');
});
