// The order of attempts: which endpoint is asked after those that failed, and when nobody is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eligible, plainAsk } from '#core/routing/eligible.ts';
import { hasOther, nextAttempt, type Tried } from '#core/routing/next-attempt.ts';
import type { PlanStep } from '#core/routing/plan.ts';
import { judgeTrouble } from '#core/routing/verdict.ts';
import { endpointOf } from './endpoint-of.ts';

const pace = { backoffMs: 200, retryAfterMsMax: 3_000 };
const nobody = new Set<PlanStep>();

function stepOf(model: string, upstream: string, context = 1_000): PlanStep {
  const endpoint = eligible(
    { ...endpointOf(upstream), id: `${model}@${upstream}`, context },
    plainAsk('openai-chat', 0),
  );
  assert.ok(typeof endpoint !== 'string');
  return { endpoint, model, upstreamModel: model, protocol: 'openai-chat', why: 'ranked' };
}

function failed(
  step: PlanStep,
  status: number,
  { code = 'x', retryAfterMs }: { code?: string; retryAfterMs?: number } = {},
): Tried {
  return { step, ...judgeTrouble({ kind: 'status', status, code }), retryAfterMs };
}

const [a, b, other, larger] = [stepOf('m', 'a'), stepOf('m', 'b'), stepOf('n', 'a'), stepOf('l', 'a', 2_000)];

test('another endpoint of the model is asked at once', () => {
  for (const status of [500, 503, 429, 401, 404]) {
    assert.deepEqual(nextAttempt([a, b, other], [failed(a, status)], nobody, pace), { step: b, waitMs: 0 });
  }
});

test('before another model the endpoint is asked once more after a 5xx, and after a short Retry-After', () => {
  const after = (tried: Tried) => nextAttempt([a, other], [tried], nobody, pace);

  assert.deepEqual(after(failed(a, 500)), { step: a, waitMs: 200 });
  assert.deepEqual(after(failed(a, 429, { retryAfterMs: 2_000 })), { step: a, waitMs: 2_000 });
  assert.deepEqual(after(failed(a, 429)), { step: other, waitMs: 0 });
  assert.deepEqual(after(failed(a, 429, { retryAfterMs: 4_000 })), { step: other, waitMs: 0 });
  assert.deepEqual(after(failed(a, 401, { retryAfterMs: 1_000 })), { step: other, waitMs: 0 });
  assert.deepEqual(after({ step: a, ...judgeTrouble({ kind: 'content-timeout' }), retryAfterMs: undefined }), {
    step: other,
    waitMs: 0,
  });
});

test('what broke off in the middle of an answer goes to another model before it is asked again', () => {
  const brokeOff: Tried = { step: a, ...judgeTrouble({ kind: 'broken-off' }), retryAfterMs: undefined };
  const stalled: Tried = { step: a, ...judgeTrouble({ kind: 'stalled' }), retryAfterMs: undefined };

  assert.deepEqual(nextAttempt([a, b, other], [brokeOff], nobody, pace), { step: b, waitMs: 0 });
  assert.deepEqual(nextAttempt([a, other], [brokeOff], nobody, pace), { step: other, waitMs: 0 });
  assert.deepEqual(nextAttempt([a], [brokeOff], nobody, pace), { step: a, waitMs: 200 });
  assert.deepEqual(nextAttempt([a, other], [stalled], nobody, pace), { step: other, waitMs: 0 });
  assert.equal(nextAttempt([a], [stalled], nobody, pace), undefined);
});

test('the last attempt goes to a model that was not asked', () => {
  assert.deepEqual(nextAttempt([a, b, other], [failed(a, 500), failed(b, 500)], nobody, pace), {
    step: other,
    waitMs: 0,
  });
  assert.deepEqual(nextAttempt([a, other], [failed(a, 500), failed(a, 500)], nobody, pace), { step: other, waitMs: 0 });
});

test('a text that is too long goes to a model with more context and to nobody else', () => {
  const long = failed(a, 400, { code: 'context_length_exceeded' });

  assert.deepEqual(nextAttempt([a, b, other, larger], [long], nobody, pace), { step: larger, waitMs: 0 });
  assert.equal(nextAttempt([a, b, other], [long], nobody, pace), undefined);
});

test("the caller's own doing and refusals of content end at once", () => {
  for (const code of ['x', 'content_policy_violation']) {
    assert.equal(nextAttempt([a, b, other], [failed(a, 400, { code })], nobody, pace), undefined);
  }
});

test('whatever fails: at most three attempts, two at an endpoint, never one that is ruled out, and no wait above the longest', () => {
  const arbitraryStep = fc
    .record({
      model: fc.constantFrom('m', 'n', 'l'),
      upstream: fc.constantFrom('a', 'b', 'c'),
      context: fc.constantFrom(1, 2),
    })
    .map(({ model, upstream, context }) => stepOf(model, upstream, context));
  const failure = fc.record({
    status: fc.constantFrom(400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529),
    code: fc.constantFrom('x', 'context_length_exceeded', 'content_filter', 'insufficient_quota'),
    retryAfterMs: fc.option(fc.nat(10_000), { nil: undefined }),
  });
  const registry = fc.uniqueArray(arbitraryStep, { maxLength: 6, selector: ({ endpoint }) => endpoint.id });

  fc.assert(
    fc.property(registry, fc.array(failure, { minLength: 5, maxLength: 5 }), fc.nat(5), (steps, failures, out) => {
      const ruledOut = new Set(steps.slice(out, out + 1));
      const tried: Tried[] = [];
      for (const { status, code, retryAfterMs } of failures) {
        const next = nextAttempt(steps, tried, ruledOut, pace);
        if (!next) break;
        assert.ok(!ruledOut.has(next.step));
        assert.ok(next.waitMs <= pace.retryAfterMsMax);
        if (hasOther(steps, tried, ruledOut, next.step)) {
          const silent = { step: next.step, ...judgeTrouble({ kind: 'content-timeout' }), retryAfterMs: undefined };
          const after = nextAttempt(steps, [...tried, silent], ruledOut, pace);
          assert.notEqual(after?.step.endpoint ?? next.step.endpoint, next.step.endpoint, 'others were promised');
        }
        tried.push({ step: next.step, ...judgeTrouble({ kind: 'status', status, code }), retryAfterMs });
      }
      assert.ok(tried.length <= 3);
      for (const { step } of tried) {
        assert.ok(tried.filter((each) => each.step.endpoint.id === step.endpoint.id).length <= 2);
      }
    }),
  );
});
