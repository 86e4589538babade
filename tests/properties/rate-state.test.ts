// A rate as keepers keep it: whole numbers that give the same as the arithmetic below them, whoever reads them back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endUserAllowance, endUsersMax, otherEndUsers, ruleOf } from '#core/allowance/end-user.ts';
import { addOutput, expectedOutput, newOutputHistory } from '#core/allowance/expected-output.ts';
import { type Rate, type RateState, returnToRate, takeOfRate } from '#core/allowance/rate-state.ts';

const minuteMs = 60_000;
const now = 1_700_000_000_000;
const requests: Rate = { unit: 'requests', perMinute: 60, burst: 10 };
const tokens: Rate = { unit: 'tokens', perMinute: 6_000, burst: 1_000 };
const ask = (need: number, wanted: number, at = now) => ({ need, wanted, now: at });

test('requests: as many as were wanted, at least what is needed, or nothing and when', () => {
  const first = takeOfRate(requests, undefined, ask(1, 4));
  assert.deepEqual([first.granted, first.retryAfterMs], [4, 0]);
  assert.deepEqual(first.state, { level: (now + 4_000) * 1_000, at: now });

  const rest = takeOfRate(requests, first.state, ask(1, 40));
  assert.deepEqual([rest.granted, rest.retryAfterMs], [6, 0]);
  assert.deepEqual(rest.state, { level: (now + 10_000) * 1_000, at: now });

  const none = takeOfRate(requests, rest.state, ask(1, 5));
  assert.deepEqual(none, { granted: 0, state: rest.state, retryAfterMs: 1_000 });
  const few = takeOfRate(requests, first.state, ask(7, 7));
  assert.deepEqual([few.granted, few.state], [0, first.state]);
  assert.deepEqual(takeOfRate(requests, undefined, ask(11, 11)).state, { level: 0, at: now });
});

test('a need that is larger than what was wanted is wanted', () => {
  assert.equal(takeOfRate(requests, undefined, ask(3, 0)).granted, 3);
});

test('requests that come back are there again', () => {
  const taken = takeOfRate(requests, undefined, ask(10, 10));
  const back = returnToRate(requests, taken.state, { unused: 4, now });

  assert.deepEqual(back, { level: (now + 6_000) * 1_000, at: now });
  assert.equal(takeOfRate(requests, back, ask(4, 9)).granted, 4);
  assert.equal(takeOfRate(requests, back, ask(5, 5)).granted, 0);
  assert.deepEqual(returnToRate(requests, undefined, { unused: 2, now: 7 }), { level: -2_000_000, at: 7 });
});

test('tokens: what is needed, and of the rest what is wanted; a bucket in thousandths', () => {
  const first = takeOfRate(tokens, undefined, ask(300, 500));
  assert.deepEqual(first, { granted: 500, state: { level: 500_000, at: now }, retryAfterMs: 0 });
  const rest = takeOfRate(tokens, first.state, ask(400, 4_000));
  assert.deepEqual(rest, { granted: 500, state: { level: 0, at: now }, retryAfterMs: 0 });
  const needOnly = takeOfRate(tokens, first.state, ask(100, 0));
  assert.deepEqual(needOnly, { granted: 100, state: { level: 400_000, at: now }, retryAfterMs: 0 });

  const none = takeOfRate(tokens, { level: 250_000, at: now - 1_000 }, ask(400, 400));
  assert.deepEqual(none, { granted: 0, state: { level: 250_000, at: now - 1_000 }, retryAfterMs: 500 });
  const hugeWhenFull = takeOfRate(tokens, undefined, ask(5_000, 9_000));
  assert.deepEqual(hugeWhenFull, { granted: 5_000, state: { level: -4_000_000, at: now }, retryAfterMs: 0 });
});

test('tokens that come back fill the bucket and no more, and what was used beyond is owed, for an hour at most', () => {
  const empty: RateState = { level: 0, at: now };
  assert.deepEqual(returnToRate(tokens, empty, { unused: 300, now }), { level: 300_000, at: now });
  assert.deepEqual(returnToRate(tokens, empty, { unused: 3_000, now }), { level: 1_000_000, at: now });
  assert.deepEqual(returnToRate(tokens, empty, { unused: -700, now: now + 1_000 }), {
    level: -600_000,
    at: now + 1_000,
  });
  assert.deepEqual(returnToRate(tokens, undefined, { unused: -100, now }), { level: 900_000, at: now });

  const deep: RateState = { level: -9_000_000_000, at: now };
  assert.equal(takeOfRate(tokens, deep, ask(1_000, 1_000)).retryAfterMs, 60 * minuteMs + 10_000);
});

test('whatever is taken and given back, who is told when gets it then, and not long before', () => {
  const step = fc.record({ afterMs: fc.nat(3_000), need: fc.integer({ min: 1, max: 40 }), back: fc.nat(20) });
  fc.assert(
    fc.property(fc.constantFrom(requests, tokens), fc.array(step, { maxLength: 60 }), (rate, steps) => {
      let state: RateState | undefined;
      let at = now;
      for (const { afterMs, need, back } of steps) {
        at += afterMs;
        // A request needs one permit at a time.
        const wants = rate.unit === 'requests' ? 1 : need;
        const taken = takeOfRate(rate, state, ask(wants, wants, at));
        assert.ok(taken.granted === 0 || taken.granted === wants);
        assert.ok(Number.isSafeInteger(taken.state.level) && taken.state.at <= at);
        if (taken.granted === 0) {
          const later = at + taken.retryAfterMs + 1;
          assert.equal(takeOfRate(rate, taken.state, ask(wants, wants, later)).granted, wants);
          continue;
        }
        state = returnToRate(rate, taken.state, { unused: Math.min(back, taken.granted), now: at });
      }
    }),
    { numRuns: 300 },
  );
});

test('of few answers nothing is learnt; of many the last sixty-four are remembered', () => {
  const history = newOutputHistory();
  for (let each = 0; each < 7; each += 1) addOutput(history, 5);
  assert.equal(expectedOutput(history, 2_000), 1_024);
  addOutput(history, 5);
  assert.equal(expectedOutput(history, 2_000), 5);
  for (let each = 0; each < 64; each += 1) addOutput(history, 100 - each);
  // Of a hundred down to thirty-seven nine of ten are below.
  assert.equal(expectedOutput(history, 2_000), 94);
  assert.equal(expectedOutput(history, 50), 50);
});

test('what an end user has of a rule is named by both, and leads back to the rule', () => {
  assert.deepEqual(
    [endUserAllowance('alw_1', 'p'), ruleOf('alw_1/p'), ruleOf('alw_1')],
    ['alw_1/p', 'alw_1', undefined],
  );
  assert.deepEqual([ruleOf('/p'), otherEndUsers, endUsersMax], ['', 'others', 10_000]);
  assert.equal(ruleOf(endUserAllowance('r', 'a/b')), 'r');
});
