// What a gateway learns of an endpoint: its measures, its breaker, its limits; for whatever comes, in bounded memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConcurrencyLimit } from '#core/routing/health/concurrency-limit.ts';
import { RateCap } from '#core/routing/health/rate-cap.ts';
import { SlidingCounts } from '#core/routing/health/sliding-counts.ts';
import { SlidingHistogram } from '#core/routing/health/sliding-histogram.ts';
import type { Harm } from '#core/routing/verdict.ts';
import { HealthUnderTest, pace } from './health-under-test.ts';

test('a sliding window holds what came within it, and nothing older', () => {
  const event = fc.record({ passes: fc.nat(3_000), column: fc.nat(2), amount: fc.nat(9) });

  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const counts = new SlidingCounts(3, { bucketMs: 100, buckets: 20 });
      const seen: { at: number; column: number; amount: number }[] = [];
      let now = 0;
      for (const { passes, column, amount } of events) {
        now += passes;
        counts.add(column, amount, now);
        seen.push({ at: now, column, amount });
        for (const each of [0, 1, 2]) {
          const first = Math.floor(now / 100) - 19;
          const held = seen.filter(({ at, column: of }) => of === each && Math.floor(at / 100) >= first);
          assert.equal(
            counts.sum(each),
            held.reduce((sum, one) => sum + one.amount, 0),
          );
        }
      }
    }),
  );
});

test('a quantile is right to an eighth, whatever was measured', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 900_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.1, 0.5, 0.9, 0.99),
      (values, part) => {
        const histogram = new SlidingHistogram(1);
        for (const value of values) histogram.add(value, 0);
        histogram.advance(0);

        const exact = [...values].sort((a, b) => a - b)[Math.ceil(part * values.length) - 1] ?? 0;
        const ratio = histogram.quantile(part) / exact;
        assert.ok(ratio > 1 / 1.13 && ratio < 1.13, `${ratio}`);
      },
    ),
  );
});

test('measures are forgotten after half an hour, and too few say nothing', () => {
  const health = new HealthUnderTest();
  for (let answer = 0; answer < 4; answer += 1) health.answers({ firstContentMs: 300 });
  assert.ok(Number.isNaN(health.facts().firstContentP50));

  health.answers({ firstContentMs: 300, tokens: 100 });
  assert.ok(Math.abs(health.facts().firstContentP50 - 300) < 40);

  health.pass(1_900_000);
  assert.ok(Number.isNaN(health.facts().firstContentP50));
  assert.equal(health.facts().attempts, 0);
});

test('five failures in a row eject, four do not, and a good answer between begins the count anew', () => {
  const health = new HealthUnderTest();
  for (let failure = 0; failure < 4; failure += 1) health.fails();
  health.answers();
  for (let failure = 0; failure < 4; failure += 1) health.fails();
  assert.equal(health.facts().state, 'working');

  health.fails();
  assert.equal(health.facts().state, 'ejected');
});

test('half of twenty within a minute eject, however they are mixed', () => {
  const health = new HealthUnderTest();
  for (let round = 0; round < 10; round += 1) {
    assert.equal(health.facts().state, 'working');
    health.answers();
    health.fails();
  }
  assert.equal(health.facts().state, 'ejected');

  const slow = new HealthUnderTest();
  for (let round = 0; round < 40; round += 1) {
    slow.answers();
    slow.fails();
    slow.pass(10_000);
  }
  assert.equal(slow.facts().state, 'working', 'never twenty in one minute');
});

test("the caller's own doing, and whoever leaves, hurt nobody", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('none', 'left'), { maxLength: 200 }), (ends) => {
      const health = new HealthUnderTest();
      for (const end of ends) {
        if (end === 'left') health.leaves();
        else health.fails('none');
      }
      const { state, attempts, failedShare, inFlight } = health.facts();
      assert.deepEqual([state, attempts, failedShare, inFlight], ['working', 0, 0, 0]);
    }),
  );
});

test('an ejected endpoint is looked after by one live request at least every ten seconds, whatever its back-off', () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 12 }), (jitter, times) => {
      const health = new HealthUnderTest(jitter);
      for (let failure = 0; failure < 5; failure += 1) health.fails();
      let probes = 0;
      let lookedAt = health.now;
      for (let second = 0; second < times * 60; second += 1) {
        health.pass(1_000);
        const { state, wantsProbe } = health.facts();
        assert.notEqual(state, 'working');
        if (!wantsProbe) {
          assert.ok(health.now - lookedAt < pace.probeMs);
          continue;
        }
        lookedAt = health.now;
        probes += 1;
        health.begins();
        assert.equal(health.facts().wantsProbe, false, 'one looks, not all');
        health.failsBegun();
      }
      assert.ok(probes >= times * 6 - 1 && probes <= times * 60, `${probes} probes`);
    }),
    { numRuns: 20 },
  );
});

test('three of four probes are not waited for as long as usual; who is ejected and slow has the fourth', () => {
  const health = new HealthUnderTest();
  assert.equal(health.begins(), false);
  health.failsBegun();
  for (let failure = 0; failure < 4; failure += 1) health.fails();

  const brief = Array.from({ length: 8 }, () => {
    health.pass(10_000);
    const isBrief = health.begins();
    health.failsBegun();
    return isBrief;
  });
  assert.deepEqual(brief, [true, true, true, false, true, true, true, false]);
});

test('a probe that is answered lets traffic back by tenths, a quarter, a half, within a minute', () => {
  const health = new HealthUnderTest();
  for (let failure = 0; failure < 5; failure += 1) health.fails();
  health.pass(10_000);
  assert.ok(health.facts().wantsProbe);

  health.begins();
  health.firstContent();

  const shares = [0, 19_000, 21_000, 39_000, 41_000, 59_000, 60_000].map((ms, index, all) => {
    health.pass(ms - (all[index - 1] ?? 0));
    return health.facts().rampShare;
  });
  assert.deepEqual(shares, [0.1, 0.1, 0.25, 0.25, 0.5, 0.5, 1]);
  assert.equal(health.facts().state, 'working');
});

test('two failures while it comes back eject it again, for longer; what began before says nothing', () => {
  const health = new HealthUnderTest();
  const old = health.now;
  for (let failure = 0; failure < 5; failure += 1) health.fails();
  health.pass(10_000);
  health.begins();
  health.firstContent();
  for (let late = 0; late < 5; late += 1) health.reports({ outcome: 'failed', harm: 'endpoint', startedAt: old });
  assert.equal(health.facts().state, 'working');

  health.fails();
  health.fails();
  assert.equal(health.facts().state, 'ejected');
  const late = { outcome: 'answered', harm: 'none', startedAt: old } as const;
  health.reports(late);
  assert.equal(health.facts().state, 'ejected', 'an answer from before the outage is no recovery');
});

test('each ejection in a row is longer, five minutes at most, a fifth more or less', () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (jitter) => {
      const health = new HealthUnderTest(jitter);
      for (let nth = 1; nth <= 14; nth += 1) {
        for (let failure = 0; failure < 5; failure += 1) health.fails();
        const ms = health.ejectedForMs();
        const base = Math.min(300_000, 30_000 * nth);
        assert.ok(ms >= base * 0.8 - 1 && ms <= Math.min(300_000, base * 1.2) + 1, `${nth}: ${ms}`);
        health.pass(ms);
        health.begins();
        health.failsBegun();
        nth += 1;
        health.pass(health.ejectedForMs());
        health.begins();
        health.firstContent();
        health.pass(1_000);
      }
    }),
    { numRuns: 20 },
  );
});

test('from whatever happened, an endpoint that answers again has all its traffic within probe and ramp', () => {
  const harms: readonly Harm[] = ['none', 'endpoint', 'limited', 'credential-refused', 'credential-unpaid'];
  const event = fc.record({
    passes: fc.nat(40_000),
    end: fc.constantFrom('answered', 'failed', 'left'),
    harm: fc.constantFrom(...harms),
  });

  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const health = new HealthUnderTest();
      for (const { passes, end, harm } of events) {
        health.pass(passes);
        if (end === 'answered') health.answers();
        else if (end === 'left') health.leaves();
        else health.fails(harm);
      }
      const healedAt = health.now;
      while (health.facts().state !== 'working' || health.facts().rampShare < 1) {
        health.pass(1_000);
        const { state, wantsProbe } = health.facts();
        if (state === 'working' || wantsProbe) health.answers();
        assert.ok(health.now - healedAt <= pace.probeMs + pace.rampMs + 2_000);
      }
    }),
    { numRuns: 100 },
  );
});

test('a model that its upstream does not know is left alone for ten minutes, or until it answers', () => {
  const health = new HealthUnderTest();
  health.fails('model-missing');
  assert.deepEqual([health.facts().state, health.facts().wantsProbe], ['missing', false]);
  health.pass(599_000);
  assert.equal(health.facts().state, 'missing');
  health.pass(1_000);
  assert.equal(health.facts().state, 'working');

  health.fails('model-missing');
  health.answers();
  assert.equal(health.facts().state, 'working');
});

test('a rate above which 429s come is learnt: down by three tenths at once, up by one per second every ten', () => {
  const cap = new RateCap();
  let now = 0;
  for (; now < 20_000; now += 10) cap.began(now);
  assert.ok(Math.abs(cap.rate - 100) < 2);

  cap.limited(now);
  cap.limited(now + 100);
  assert.ok(Math.abs(cap.perSecond - 70) < 2, 'one burst is one sign');

  cap.advance(now + 100 + 30_000);
  assert.ok(Math.abs(cap.perSecond - 73) < 2);
  cap.advance(now + 1_900_000);
  assert.ok(Number.isNaN(cap.perSecond), 'forgotten');
});

test('an endpoint whose first content takes ever longer is given fewer at once, and gets them back', () => {
  const limit = new ConcurrencyLimit();
  for (let attempt = 0; attempt < 100; attempt += 1) limit.began();
  for (let sample = 0; sample < 100; sample += 1) limit.waited(1_000, 200);
  assert.ok(limit.max < 80, `${limit.max}`);

  for (let attempt = 0; attempt < 100; attempt += 1) limit.ended();
  for (let sample = 0; sample < 400; sample += 1) limit.waited(200, 200);
  assert.equal(limit.max, Number.POSITIVE_INFINITY);
});

test('attempts under way are never counted below nothing, and whoever is new counts as a typical peer', () => {
  const health = new HealthUnderTest();
  const { state, rampShare, attempts, firstContentP50, inFlightMax, rateCap } = health.facts();

  assert.deepEqual([state, rampShare, attempts, inFlightMax], ['working', 1, 0, Number.POSITIVE_INFINITY]);
  assert.ok(Number.isNaN(firstContentP50) && Number.isNaN(rateCap));

  health.fails();
  assert.ok(health.facts().failedShare < 0.1, 'one failure of one is no certainty');
});

test('the share of the input that came from a cache, and of tool calls that nobody could use', () => {
  const health = new HealthUnderTest();
  for (let answer = 0; answer < 30; answer += 1) {
    health.answers({ inputTokens: 100, cachedTokens: 75, tools: answer % 3 === 0 ? 'schema-mismatch' : 'usable' });
  }

  assert.equal(health.facts().cachedShare, 0.75);
  assert.equal(health.facts().brokenToolsShare, 0.25, 'ten good ones are thought to stand before');
  const third = 1 / 3;
  assert.deepEqual(health.toolErrors, { all: third, invalidJson: 0, unknownName: 0, schemaMismatch: third });
});

test('uptime needs a hundred attempts, and knows of 429s nothing', () => {
  const health = new HealthUnderTest();
  for (let answer = 0; answer < 99; answer += 1) health.answers();
  for (let limited = 0; limited < 50; limited += 1) health.fails('limited');
  assert.equal(health.health().uptime('minutes5'), undefined);

  health.fails();
  assert.equal(health.health().uptime('minutes5'), 0.99);
  health.pass(400_000);
  assert.deepEqual([health.health().uptime('minutes5'), health.health().uptime('day')], [undefined, 0.99]);
});

test('for people: waits from the shortest to the longest, speeds from the fastest to the slowest', () => {
  const health = new HealthUnderTest();
  for (let answer = 1; answer <= 100; answer += 1) health.answers({ firstContentMs: answer * 10, tokens: 100 });

  const { waits, speeds } = health.health();
  assert.ok(waits && Math.abs(waits.p50 - 500) < 70 && Math.abs(waits.p99 - 990) < 130);
  assert.ok(waits.p50 < waits.p75 && waits.p75 < waits.p90);
  assert.ok(speeds && speeds.p50 > speeds.p90 && speeds.p90 >= speeds.p99);
});

test('an endpoint that is out takes 32 at once, more when it fails at once, at least four when it lets all wait in vain', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 120 }), (waits) => {
      const health = new HealthUnderTest();
      for (let failure = 0; failure < 5; failure += 1) health.fails();
      assert.equal(health.facts().state, 'ejected');
      let expected = 32;
      for (const isLong of waits) {
        health.begins();
        const startedAt = health.now;
        if (isLong) health.pass(pace.probeMs / 2);
        health.reports({ outcome: 'failed', harm: 'endpoint', startedAt });
        expected = isLong ? Math.max(4, Math.floor(expected / 2)) : expected + 1;
      }
      let taken = 0;
      while (health.health().troubleAt(health.now, 0)?.closedForMs === undefined && taken < 1_000) {
        health.begins();
        taken += 1;
      }
      // One more may look when nobody has for ten seconds, which is not so here: the last began just now.
      assert.equal(taken, expected);

      health.pass(pace.probeMs);
      assert.equal(health.health().troubleAt(health.now, 0)?.closedForMs, undefined);
    }),
    { numRuns: 50 },
  );
});

test('its own Retry-After keeps all away but one look each ten seconds; without one it is asked', () => {
  const health = new HealthUnderTest();
  health.fails('limited');
  health.credentials = 'limited';
  assert.equal(health.health().troubleAt(health.now, 1_000)?.closedForMs, undefined);

  health.begins();
  health.reports({ outcome: 'failed', harm: 'limited', startedAt: health.now, retryAfterMs: 60_000 });
  assert.equal(health.health().troubleAt(health.now, 60_000)?.closedForMs, 60_000);
  health.pass(pace.probeMs);
  assert.equal(health.health().troubleAt(health.now, 50_000)?.closedForMs, undefined);
  health.begins();
  assert.equal(health.health().troubleAt(health.now, 50_000)?.closedForMs, 50_000);

  health.pass(60_000);
  health.credentials = 'usable';
  assert.equal(health.health().troubleAt(health.now, 0), undefined);
});
