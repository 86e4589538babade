import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { address } from './messages-under-test.ts';

function shows(thinking: object): boolean | undefined {
  const body = { model: 'm', max_tokens: 4_096, thinking, messages: [{ role: 'user', content: 'hi' }] };
  return anthropicMessages.decodeRequest(Buffer.from(JSON.stringify(body)), address).reasoning?.isShown;
}

test('thinking with a budget is shown unless the caller says no, adaptive thinking as the caller says', () => {
  assert.equal(shows({ type: 'enabled', budget_tokens: 1_024 }), true);
  assert.equal(shows({ type: 'enabled', budget_tokens: 1_024, display: 'omitted' }), false);
  assert.equal(shows({ type: 'adaptive' }), undefined);
  assert.equal(shows({ type: 'adaptive', display: 'summarized' }), true);
  assert.equal(shows({ type: 'disabled' }), undefined);
});
