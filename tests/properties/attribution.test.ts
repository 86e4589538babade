// Whoever made a generation end as it did is one of three, for every end and every fault.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionOf } from '#core/generation/attribution.ts';
import { endReasons } from '#core/generation/end-reason.ts';
import { faults } from '#core/generation/fault.ts';

test('each end is somebody’s, whatever the fault', () => {
  for (const end of endReasons) {
    for (const fault of [null, 'a word of a newer version', ...Object.keys(faults)]) {
      assert.match(attributionOf(end, fault), /^(caller|gateway|upstream)$/);
    }
  }
});

test('what broke after content is the upstream’s, what we stopped is ours, who left did so itself', () => {
  assert.equal(attributionOf('upstream_cut', 'stream-cut'), 'upstream');
  assert.equal(attributionOf('stalled', 'stream-stalled'), 'upstream');
  assert.equal(attributionOf('timed_out', 'deadline-passed'), 'gateway');
  assert.equal(attributionOf('drained', 'draining'), 'gateway');
  assert.equal(attributionOf('caller_left', 'deadline-passed'), 'caller');
});

test('a failure is whose fault it says', () => {
  assert.equal(attributionOf('failed', 'upstream-timeout'), 'upstream');
  assert.equal(attributionOf('failed', 'internal'), 'gateway');
  assert.equal(attributionOf('failed', null), 'upstream');
  assert.equal(attributionOf('failed', 'a word of a newer version'), 'gateway');
});
