// What a caller is told went wrong: a whole sentence, and the status and code of CONTRACT.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asFault, Fault, type FaultDetails, type FaultName, faults } from '#core/generation/fault.ts';

type Told = { readonly status: number; readonly code: string; readonly details: FaultDetails };

const money: FaultDetails = { need: '0.500000000', free: '0.100000000', resets: 'in 60 s' };
const ofKey: FaultDetails = { of: 'key', limit: '5.000000000', each: 'a day' };
const tried: FaultDetails = { attempts: 3, last: 'status-500', code: 'unknown', status: 500 };

/** Every fault with what it is told as, and the details that those who throw it give. */
const told: Readonly<Record<FaultName, Told>> = {
  'key-refused': { status: 401, code: 'invalid_api_key', details: {} },
  'not-allowed': { status: 403, code: 'not_allowed', details: {} },
  'address-not-allowed': { status: 403, code: 'address_not_allowed', details: {} },
  'processing-restricted': { status: 403, code: 'processing_restricted', details: {} },
  'endpoint-stopped': { status: 403, code: 'stopped_for_review', details: {} },
  'wallet-empty': { status: 402, code: 'insufficient_credits', details: money },
  'spend-limit-reached': { status: 402, code: 'spend_limit_reached', details: { ...money, ...ofKey } },
  'request-limit-reached': { status: 429, code: 'request_limit_reached', details: { ...money, ...ofKey } },
  'rate-limit-reached': {
    status: 429,
    code: 'rate_limit_reached',
    details: { of: 'key', limit: 60, unit: 'requests', seconds: 3, retryAfterMs: 2_500 },
  },
  'concurrency-limit-reached': {
    status: 429,
    code: 'concurrency_limit_reached',
    details: { of: 'workspace', limit: 5, retryAfterMs: 2_000 },
  },
  'not-found': { status: 404, code: 'not_found', details: {} },
  'method-not-allowed': { status: 405, code: 'method_not_allowed', details: {} },
  'model-unknown': { status: 404, code: 'model_not_found', details: {} },
  'nothing-left': { status: 404, code: 'no_endpoint_allowed', details: { excluded: 'zdr, max_price' } },
  'sensitive-data': { status: 400, code: 'sensitive_data_found', details: { kinds: 'card, iban' } },
  'request-malformed': { status: 400, code: 'invalid_request', details: { reason: 'the body is empty' } },
  'field-not-carried': { status: 400, code: 'unsupported_feature', details: { field: 'seed' } },
  'request-running': { status: 409, code: 'request_in_progress', details: { retryAfterMs: 2_000 } },
  'request-done': { status: 409, code: 'already_completed', details: { generation: 'gen-1' } },
  'request-differs': { status: 422, code: 'idempotency_key_reused', details: {} },
  'object-unknown': { status: 404, code: 'object_not_found', details: {} },
  'thread-unknown': { status: 404, code: 'thread_not_found', details: {} },
  'body-too-large': { status: 413, code: 'request_too_large', details: { limit: 33_554_432 } },
  'media-type-unsupported': { status: 415, code: 'unsupported_media_type', details: {} },
  'encoding-unsupported': { status: 415, code: 'unsupported_encoding', details: {} },
  'body-too-slow': { status: 408, code: 'request_timeout', details: {} },
  'storage-not-allowed': { status: 400, code: 'storage_not_allowed', details: { field: 'store' } },
  'upstream-rejected': { status: 400, code: 'upstream_rejected', details: tried },
  'content-refused': { status: 400, code: 'content_policy_violation', details: tried },
  'upstream-unavailable': { status: 502, code: 'upstream_unavailable', details: tried },
  'upstream-overloaded': { status: 503, code: 'upstream_overloaded', details: tried },
  'health-leaves-nothing': {
    status: 503,
    code: 'no_endpoint_healthy',
    details: { excluded: 'ejected, limited', model: 'a/b', retryAfterMs: 4_000 },
  },
  'upstream-timeout': { status: 504, code: 'upstream_timeout', details: tried },
  'stream-cut': { status: 502, code: 'stream_cut', details: {} },
  'stream-stalled': { status: 504, code: 'stream_stalled', details: {} },
  'deadline-passed': { status: 504, code: 'deadline_exceeded', details: {} },
  draining: { status: 503, code: 'draining', details: {} },
  overloaded: { status: 503, code: 'overloaded', details: { retryAfterMs: 1_500 } },
  'not-ready': { status: 503, code: 'not_ready', details: { why: 'the keeper did not answer' } },
  internal: { status: 500, code: 'internal', details: {} },
};

const everyFault = Object.keys(faults) as FaultName[];

for (const name of everyFault) {
  test(`${name} is told with its status, its code and a whole sentence`, () => {
    const { status, code, details } = told[name];

    const fault = new Fault(name, details);

    assert.deepEqual([fault.row.status, fault.row.code], [status, code]);
    assert.match(fault.sentence, /^[A-Z].*\.$/);
    // A dash stands where a detail is missing.
    assert.doesNotMatch(fault.sentence, /[{}–]|undefined|null/);
  });
}

test('each fault has a code of its own', () => {
  assert.equal(new Set(everyFault.map((name) => faults[name].code)).size, everyFault.length);
});

test('a detail stands in the sentence as it is, whatever it looks like, and a missing one is a dash', () => {
  const details = fc.oneof(fc.string(), fc.constantFrom('$&', '{need}', '$1', '{limit}'), fc.integer());
  const property = fc.property(details, (reason) => {
    const { sentence } = new Fault('request-malformed', { reason });

    assert.equal(sentence, `The request could not be read: ${reason}.`);
  });
  fc.assert(property, { numRuns: 300 });
  assert.equal(new Fault('request-malformed').sentence, 'The request could not be read: –.');
});

test('what others threw becomes ours without a word of theirs', () => {
  const own = new Fault('draining');

  const foreign = [new Error('a secret prompt'), 'a secret prompt', undefined, { fault: 'draining' }].map(asFault);

  assert.equal(asFault(own), own);
  for (const fault of foreign) {
    assert.deepEqual([fault.fault, fault.details, fault.message], ['internal', {}, 'internal']);
    assert.doesNotMatch(`${fault.stack}${fault.sentence}`, /secret/);
  }
});
