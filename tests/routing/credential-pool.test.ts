// Which of an upstream's credentials a request takes, and what each refusal does to one of them and to no other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CredentialPool } from '#core/routing/health/credential-pool.ts';
import type { Harm } from '#core/routing/verdict.ts';
import { pace } from './health-under-test.ts';

const [a, b, c] = [1, 2, 3];
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

function poolOf(ids: readonly number[]): CredentialPool {
  return new CredentialPool(pace, { ids, isAnonymous: false });
}

function fails(pool: CredentialPool, id: number, harm: Harm, now: number, retryAfterMs?: number) {
  return pool.failed(id, 'm', { harm, retryAfterMs, now });
}

/** The credentials that the next requests take. */
function taken(pool: CredentialPool, now: number, model = 'm', count = 12): readonly number[] {
  const ids = Array.from({ length: count }, () => pool.choose(model, now, []) ?? 0);
  return [...new Set(ids)].sort();
}

test('those that work take turns', () => {
  const pool = poolOf([a, b, c]);
  const counts = new Map<number, number>();
  for (let request = 0; request < 30; request += 1) {
    const id = pool.choose('m', 0, []) ?? 0;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  assert.deepEqual([...counts.values()], [10, 10, 10]);
});

test('a 429 takes out one credential for one model, as long as was said, within a second and five minutes', () => {
  for (const [said, ms] of [
    [undefined, second],
    [10, second],
    [7 * second, 7 * second],
    [hour, 5 * minute],
  ] as const) {
    const pool = poolOf([a, b]);
    assert.equal(fails(pool, a, 'limited', 0, said), undefined);

    assert.deepEqual(taken(pool, 0), [b]);
    assert.deepEqual(taken(pool, 0, 'other model'), [a, b]);
    assert.deepEqual(taken(pool, ms - 1), [b]);
    assert.deepEqual(taken(pool, ms), [a, b]);
  }
});

test('a refused credential is quarantined and told of once; one request in five minutes looks again', () => {
  const pool = poolOf([a, b]);
  assert.equal(fails(pool, a, 'credential-refused', 0), 'quarantined');
  assert.equal(fails(pool, a, 'credential-refused', 1), undefined);

  assert.deepEqual(taken(pool, 4 * minute), [b]);
  const looked = Array.from({ length: 6 }, () => pool.choose('m', 5 * minute + second, []));
  assert.equal(looked.filter((id) => id === a).length, 1);

  assert.equal(pool.worked(a, 6 * minute), true);
  assert.deepEqual(taken(pool, 6 * minute), [a, b]);
});

test('one that has worked is quarantined at the third refusal in a row: some refuse a single request', () => {
  const pool = poolOf([a, b]);
  pool.worked(a, 0);
  assert.deepEqual(
    [1, 2, 3].map((now) => fails(pool, a, 'credential-refused', now)),
    [undefined, undefined, 'quarantined'],
  );

  pool.worked(b, 0);
  for (let round = 0; round < 10; round += 1) {
    assert.equal(fails(pool, b, 'credential-refused', round), undefined);
    pool.worked(b, round);
  }
});

test('an account without money is left alone for an hour, then two, a day at most', () => {
  const pool = poolOf([a, b]);
  let now = 0;
  for (const hours of [1, 2, 4, 8, 16, 24, 24]) {
    assert.equal(fails(pool, a, 'credential-unpaid', now), 'unpaid');
    assert.equal(fails(pool, a, 'credential-unpaid', now + 1), undefined, 'told once');
    assert.deepEqual(taken(pool, now + hours * hour - 1), [b]);
    now += hours * hour;
    assert.deepEqual(taken(pool, now), [a, b]);
  }
  pool.worked(a, now);
  assert.equal(fails(pool, a, 'credential-unpaid', now), 'unpaid');
  assert.deepEqual(taken(pool, now + hour), [a, b]);
});

test('what its headers say is nearly used up goes behind the others, and what is used up is out until it resets', () => {
  const pool = poolOf([a, b]);
  pool.learn(a, 'm', { left: 0.02, resetsAt: 30 * second, now: 0 });
  assert.deepEqual(taken(pool, 0), [b]);
  assert.equal(pool.stateFor('m', 0), 'usable');
  assert.deepEqual(taken(pool, 30 * second), [a, b]);

  pool.learn(a, 'm', { left: 0, resetsAt: 20 * second, now: 0 });
  pool.learn(b, 'm', { left: 0, resetsAt: 40 * second, now: 0 });
  assert.equal(pool.stateFor('m', 0), 'limited');
  assert.equal(pool.stateFor('m', 20 * second), 'usable');
  assert.equal(pool.hasOther('m', 20 * second, [a]), false);
});

test('after a rotation those that stay are known, and those that came are new', () => {
  const pool = poolOf([a, b]);
  fails(pool, a, 'credential-refused', 0);
  fails(pool, b, 'limited', 0, minute);
  pool.replace([b, c]);

  assert.deepEqual(taken(pool, 1), [c]);
  assert.deepEqual(taken(pool, minute), [b, c]);
  assert.equal(fails(pool, a, 'credential-refused', 1), undefined, 'what was under way with the old one says nothing');
  assert.equal(pool.stateFor('m', 1), 'usable');
});

test('whatever happened: one that works goes first, there is always one to take, and memory is bounded', () => {
  const event = fc.record({
    id: fc.constantFrom(a, b, c),
    passes: fc.nat(10 * minute),
    harm: fc.constantFrom<Harm | 'worked'>('limited', 'credential-refused', 'credential-unpaid', 'endpoint', 'worked'),
    retryAfterMs: fc.option(fc.nat(hour), { nil: undefined }),
    model: fc.constantFrom('m', 'n'),
  });

  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const pool = poolOf([a, b, c]);
      let now = 0;
      for (const { id, passes, harm, retryAfterMs, model } of events) {
        now += passes;
        if (harm === 'worked') pool.worked(id, now);
        else pool.failed(id, model, { harm, retryAfterMs, now });

        const usable = [a, b, c].filter((each) =>
          pool.hasOther(
            model,
            now,
            [a, b, c].filter((other) => other !== each),
          ),
        );
        const isLook = pool.stateFor(model, now) === 'look';
        const chosen = pool.choose(model, now, []);
        assert.ok(chosen !== undefined);
        // One that is looked at again may come before them, once.
        const next = [1, 2, 3].map(() => pool.choose(model, now, []) ?? 0);
        assert.ok(usable.length === 0 || usable.includes(next.at(-1) ?? 0));
        assert.equal(pool.stateFor(model, now) === 'usable', usable.length > 0);
        assert.ok(!isLook || usable.length === 0);
        assert.equal(pool.choose(model, now, [a, b, c]), undefined);
      }
    }),
  );
});
