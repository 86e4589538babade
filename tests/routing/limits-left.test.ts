// What the heads of replies say of a credential's limits, in the names of both families.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsLeft } from '#gateway/plan/limits-left.ts';

const now = Date.parse('2026-11-29T12:00:00Z');

test("OpenAI's names: the limit that is nearest to its end counts", () => {
  const headers = {
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '499',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-limit-tokens': '30000',
    'x-ratelimit-remaining-tokens': '300',
    'x-ratelimit-reset-tokens': '6m0.5s',
  };

  assert.deepEqual(limitsLeft(headers, now), { left: 0.01, resetsInMs: 360_500 });
});

test("Anthropic's names, with instants", () => {
  const headers = {
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '0',
    'anthropic-ratelimit-requests-reset': '2026-11-29T12:00:42Z',
    'anthropic-ratelimit-output-tokens-limit': '8000',
    'anthropic-ratelimit-output-tokens-remaining': '8000',
    'anthropic-ratelimit-output-tokens-reset': '2026-11-29T12:00:00Z',
  };

  assert.deepEqual(limitsLeft(headers, now), { left: 0, resetsInMs: 42_000 });
});

test('durations in all their forms', () => {
  for (const [said, ms] of [
    ['1s', 1_000],
    ['20ms', 20],
    ['1m', 60_000],
    ['1h2m3s', 3_723_000],
    ['8.64s', 8_640],
    ['30', 30_000],
  ] as const) {
    const headers = {
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '5',
      'x-ratelimit-reset-requests': said,
    };
    assert.deepEqual(limitsLeft(headers, now), { left: 0.5, resetsInMs: ms }, said);
  }
});

test('what cannot be read says nothing', () => {
  const good = {
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '5',
    'x-ratelimit-reset-requests': '1s',
  };
  assert.equal(limitsLeft({}, now), undefined);
  for (const name of Object.keys(good)) {
    for (const value of ['', 'soon', '-1', 'NaN']) {
      const left = limitsLeft({ ...good, [name]: value }, now);
      assert.ok(left === undefined || (left.left === 0.5 && left.resetsInMs === 0), `${name} ${value}`);
    }
    const { [name]: _, ...without } = good as Record<string, string>;
    assert.equal(limitsLeft(without, now), undefined);
  }
});
