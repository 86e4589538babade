// Rates: never more than the limit and one burst, nothing wasted, corrections in both directions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addOutput, expectedOutput, newOutputHistory } from '#core/allowance/expected-output.ts';
import { returnPermits, takePermits } from '#core/allowance/request-rate.ts';
import { correctTokens, fullBucket, levelAt, takeTokens } from '#core/allowance/token-rate.ts';

const rate = fc.record({ perMinute: fc.integer({ min: 1, max: 100_000 }), burst: fc.integer({ min: 1, max: 1_000 }) });
const asks = fc.array(fc.record({ afterMs: fc.nat(5_000), wanted: fc.integer({ min: 1, max: 200 }) }), {
  minLength: 1,
  maxLength: 200,
});

test('requests: in every span no more passes than the limit of that span and one burst', () => {
  fc.assert(
    fc.property(rate, asks, (limits, steps) => {
      let arrival = 0;
      let now = 1_000_000;
      const given: { at: number; granted: number }[] = [];
      for (const { afterMs, wanted } of steps) {
        now += afterMs;
        const permits = takePermits(limits, arrival, { wanted, now });
        arrival = permits.arrival;
        given.push({ at: now, granted: permits.granted });
      }

      for (let first = 0; first < given.length; first += 1) {
        let sum = 0;
        for (let last = first; last < given.length; last += 1) {
          sum += given[last]?.granted ?? 0;
          const spanMs = (given[last]?.at ?? 0) - (given[first]?.at ?? 0);
          assert.ok(sum <= limits.burst + (spanMs * limits.perMinute) / 60_000 + 1e-3, `${sum} in ${spanMs} ms`);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('requests: who comes again when it was told to gets one', () => {
  fc.assert(
    fc.property(rate, asks, (limits, steps) => {
      let arrival = 0;
      let now = 1_000_000;
      for (const { afterMs, wanted } of steps) {
        now += afterMs;
        const permits = takePermits(limits, arrival, { wanted, now });
        arrival = permits.arrival;
        if (permits.granted === wanted) continue;
        const later = takePermits(limits, arrival, { wanted: 1, now: now + permits.retryAfterMs });
        assert.equal(later.granted, 1);
        if (permits.retryAfterMs > 2) {
          assert.equal(takePermits(limits, arrival, { wanted: 1, now: now + permits.retryAfterMs - 1.5 }).granted, 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('requests: four gateways that take a second ahead and return what they did not use waste nothing over a minute', () => {
  const limits = { perMinute: 600, burst: 20 };
  let arrival = 0;
  let served = 0;
  for (let now = 0; now < 60_000; now += 250) {
    const { granted, arrival: next } = takePermits(limits, arrival, { wanted: 10, now });
    // Half of the gateways have no callers just now.
    const used = now % 500 === 0 ? granted : 0;
    served += used;
    arrival = returnPermits(limits, next, granted - used);
  }

  assert.ok(served >= 588 && served <= 620, String(served));
});

test('tokens: the limit is passed by no more than what was in flight, and corrections go both ways', () => {
  const step = fc.record({
    afterMs: fc.nat(2_000),
    expected: fc.nat(5_000),
    used: fc.nat(5_000),
    endsAfter: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(rate, fc.array(step, { maxLength: 150 }), (limits, steps) => {
      let now = 0;
      let bucket = fullBucket(limits, now);
      let used = 0;
      let inFlightUsedMax = 0;
      const open: { left: number; expected: number; used: number }[] = [];
      for (const { afterMs, expected, used: really, endsAfter } of steps) {
        now += afterMs;
        for (const one of open.splice(0)) {
          if (one.left > 0) open.push({ ...one, left: one.left - 1 });
          else bucket = correctTokens(limits, bucket, { ...one, now });
        }
        const taken = takeTokens(limits, bucket, { tokens: expected, now });
        if (taken.kind === 'short') {
          assert.ok(takeTokens(limits, bucket, { tokens: expected, now: now + taken.retryAfterMs }).kind === 'taken');
          continue;
        }
        bucket = taken.bucket;
        used += really;
        open.push({ left: endsAfter, expected, used: really });
        inFlightUsedMax = Math.max(
          inFlightUsedMax,
          open.reduce((sum, one) => sum + Math.max(one.used, one.expected), 0),
        );
        const allowed = limits.burst + (now * limits.perMinute) / 60_000;
        assert.ok(used <= allowed + inFlightUsedMax + 1e-3, `${used} of ${allowed} with ${inFlightUsedMax} in flight`);
      }
    }),
    { numRuns: 300 },
  );
});

test('tokens: a request larger than the bucket passes when it is full, and a clock that goes back gives nothing', () => {
  const limits = { perMinute: 1_000, burst: 1_000 };
  const taken = takeTokens(limits, fullBucket(limits, 0), { tokens: 5_000, now: 0 });

  assert.equal(taken.kind, 'taken');
  const { bucket } = taken as Extract<typeof taken, { kind: 'taken' }>;
  assert.equal(bucket.level, -4_000);
  assert.equal(levelAt(limits, bucket, -60_000), -4_000);
  assert.equal(levelAt(limits, bucket, 300_000), 1_000);
});

test('the expected output is the caller’s limit at first, then what nine of ten answers stay below', () => {
  const history = newOutputHistory();
  assert.equal(expectedOutput(undefined, 100_000), 1_024);
  assert.equal(expectedOutput(history, 300), 300);

  for (let tokens = 1; tokens <= 100; tokens += 1) addOutput(history, tokens);

  assert.equal(expectedOutput(history, 100_000), 94);
  assert.equal(expectedOutput(history, 50), 50);
});
