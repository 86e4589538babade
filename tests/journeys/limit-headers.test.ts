// Both limits of a key stand in every reply of every surface, refusals too, in that surface's own shape.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, type Reply } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;
const messages = [{ role: 'user', content: 'one two' }];
const contents = [{ role: 'user', parts: [{ text: 'one two' }] }];
const model = 'sandbox/echo';

/** Each dialect, streamed and not. */
const surfaces: readonly { readonly name: string; readonly path: string; readonly body: object }[] = [
  { name: 'chat', path: '/v1/chat/completions', body: { model, messages, max_tokens: 5 } },
  { name: 'chat, streamed', path: '/v1/chat/completions', body: { model, messages, max_tokens: 5, stream: true } },
  { name: 'OpenRouter', path: '/api/v1/chat/completions', body: { model, messages, max_tokens: 5 } },
  { name: 'responses', path: '/v1/responses', body: { model, input: 'one two', max_output_tokens: 16 } },
  {
    name: 'responses, streamed',
    path: '/v1/responses',
    body: { model, input: 'x', max_output_tokens: 16, stream: true },
  },
  { name: 'messages', path: '/v1/messages', body: { model, messages, max_tokens: 5 } },
  { name: 'messages, streamed', path: '/v1/messages', body: { model, messages, max_tokens: 5, stream: true } },
  { name: 'gemini', path: `/v1beta/models/${model}:generateContent`, body: { contents } },
  { name: 'gemini, streamed', path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`, body: { contents } },
];

async function limitedKey(requests: string): Promise<string> {
  const limits = { limit_usd: '0.50', limit_requests: requests, reset: 'daily' };
  return (await fairlead.ask<{ key: string }>('key-create', { workspace: 'default', ...limits })).key;
}

function assertLimits({ headers }: Reply, requests: string, left: string, name: string): void {
  const { 'x-ratelimit-limit-requests': limit, 'x-ratelimit-remaining-requests': remaining } = headers;
  assert.deepEqual([limit, remaining], [requests, left], name);
  assert.match(String(headers['x-ratelimit-reset-requests']), /^\d+s$/, name);
  assert.equal(headers['x-ratelimit-limit-usd'], '0.500000000', name);
  assert.match(String(headers['x-ratelimit-remaining-usd']), /^0\.(4\d{8}|500000000)$/, name);
  const isAnthropic = name.startsWith('messages');
  assert.equal(headers['anthropic-ratelimit-requests-limit'], isAnthropic ? requests : undefined, name);
  assert.equal(headers['anthropic-ratelimit-requests-remaining'], isAnthropic ? left : undefined, name);
  if (isAnthropic) assert.ok(Date.parse(String(headers['anthropic-ratelimit-requests-reset'])) > Date.now(), name);
}

for (const { name, path, body } of surfaces) {
  test(`${name}: an answer tells both limits, and so does the refusal that they cause`, async () => {
    const key = await limitedKey('2');
    const post = (asked: object) => call({ url, key, path, body: asked });

    const first = await post(body);
    assertLimits(first, '2', '1', name);
    assertLimits(await post(body), '2', '0', name);
    const refused = await post(body);

    assert.equal(first.status, 200, first.body.toString());
    assert.equal(refused.status, 429, refused.body.toString());
    assertLimits(refused, '2', '0', name);
  });
}
