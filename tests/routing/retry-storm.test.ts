// When everybody is overloaded, retries must not make it worse, and must not keep it so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RetryBudget } from '#gateway/attempt/retry-budget.ts';
import { type Nature, VirtualFleet } from './virtual-fleet.ts';

const capacity = 50;

/** Above its capacity it answers nobody, as who spends its time on refusing. */
function collapsing(): Nature {
  const times: number[] = [];
  return {
    price: 1,
    firstContentMs: 200,
    tokensPerSecond: 200,
    retryAfterMs: 0,
    fails(now) {
      while ((times[0] ?? now) < now - 1_000) times.shift();
      times.push(now);
      return times.length > capacity ? 503 : undefined;
    },
  };
}

test('three times the load: at most 1.2 times as many attempts, and 95 % are answered half a minute after it ends', () => {
  const fleet = new VirtualFleet({ a: collapsing(), b: collapsing() }, 'adjusted-share', 3);
  const sent = () => [...fleet.sent.values()].reduce((sum, each) => sum + each, 0);
  const minute = 60_000;
  const usual = capacity * 1.2;
  fleet.run(minute, usual);
  assert.ok((fleet.shares(0, minute).none ?? 1) < 0.01);

  const sentBefore = sent();
  fleet.run(2 * minute, 3 * 2 * capacity);
  const attempts = sent() - sentBefore;
  const offered = 60 * 3 * 2 * capacity;
  assert.ok(attempts <= 1.2 * offered, `${attempts / offered}`);

  fleet.run(3 * minute, usual);
  const refused = fleet.shares(2 * minute + 30_000, 3 * minute).none ?? 1;
  assert.ok(refused <= 0.05, `${refused} refused`);
});

test('a storm that is over leaves nothing behind: all say 503, then all answer', () => {
  const until = 90_000;
  const healing = (): Nature => ({ ...collapsing(), fails: (now) => (now >= 30_000 && now < until ? 503 : undefined) });
  const fleet = new VirtualFleet({ a: healing(), b: healing(), c: healing() }, 'adjusted-share', 5);
  fleet.run(150_000, 200);

  const attempts = fleet.served
    .filter(({ at }) => at >= 40_000 && at < until)
    .reduce((sum, one) => sum + one.attempts, 0);
  assert.ok(attempts <= 1.2 * 200 * 50, `${attempts}`);
  assert.ok((fleet.shares(until, until + 30_000).none ?? 1) <= 0.05);
});

test('whatever comes: in ten seconds a fifth of the requests is tried again, or three a second', () => {
  const event = fc.record({ passes: fc.nat(300), wants: fc.integer({ min: 0, max: 3 }) });

  fc.assert(
    fc.property(fc.array(event, { maxLength: 400 }), (events) => {
      const budget = new RetryBudget();
      const requests: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const { passes, wants } of events) {
        now += passes;
        budget.earn(now);
        requests.push(now);
        for (let want = 0; want < wants; want += 1) if (budget.spend(now)) retries.push(now);
        const recent = (all: readonly number[]) => all.filter((at) => at > now - 9_000).length;
        const window = requests.filter((at) => at > now - 10_000).length;
        assert.ok(recent(retries) <= Math.max(30, 0.2 * window));
      }
    }),
    { numRuns: 50 },
  );
});
