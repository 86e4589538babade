import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { SseSplitter } from '#core/protocol/sse.ts';

const counted = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };

function factsOf(chunk: object) {
  const [event] = new SseSplitter().push(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)).events;
  assert.ok(event);
  return openaiChat.openStream({ generation: 'gen-0123456789abcdefghijklmnop', choices: 1 }).read(event);
}

function readWhole(message: object, more: object = {}) {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }];
  const facts = openaiChat.readReply(Buffer.from(JSON.stringify({ choices, ...more })));
  assert.ok(facts.kind === 'answer');
  return facts;
}

test('usage that stands in the place of Groq alone is read, in a stream and in a whole reply', () => {
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];

  const { usage, finish, isUsageOnly } = factsOf({ choices, x_groq: { id: 'req_1', usage: counted } });
  assert.deepEqual([usage?.input, usage?.output, finish, isUsageOnly], [10, 4, 'stop', false]);
  assert.equal(factsOf({ choices, x_groq: { id: 'req_1' } }).usage, undefined);

  assert.equal(readWhole({ content: 'Hi' }, { x_groq: { usage: counted } }).usage?.output, 4);
});

test('thinking and refusals among the parts of a content count as output', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm, ä.' }] };
  const refusal = { type: 'refusal', refusal: 'No.' };

  assert.equal(readWhole({ content: [thinking, { type: 'text', text: 'Hi' }] }).outputBytes, 7 + 2);
  assert.equal(readWhole({ content: [{ type: 'thinking', thinking: 'Hm.' }, refusal] }).outputBytes, 3 + 3);
});
