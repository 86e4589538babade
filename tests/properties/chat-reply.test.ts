// A whole answer of chat that is measured says the same as one that is parsed.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { measureChatReply } from '#core/protocol/json-delta.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { mutations } from './arbitraries.ts';
import { chunkPayloads } from './chunk-arbitraries.ts';
import { depthOf, hasTwins, isObject } from './json-oracle.ts';
import { mutate } from './mutation.ts';

const counts = fc.oneof(
  { weight: 6, arbitrary: fc.nat(5_000) },
  fc.constantFrom(null, '7', -1, 1.5, 1e300, undefined, {}, []),
);
const usage = fc.oneof(
  { weight: 6, arbitrary: fc.record({ prompt_tokens: counts, completion_tokens: counts, total_tokens: counts }) },
  {
    weight: 2,
    arbitrary: fc.record({
      prompt_tokens: fc.nat(5_000),
      completion_tokens: fc.nat(5_000),
      prompt_tokens_details: fc.record({ cached_tokens: counts }),
      completion_tokens_details: fc.record({ reasoning_tokens: counts }),
    }),
  },
  fc.constantFrom(null, 'x', 3, [], undefined),
);
const odd = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  fc.constantFrom({ error: null }, { error: { code: 'x' } }),
);

/** Chunks hold everything that a message may; here it stands where a message has it. */
const replies = fc
  .tuple(chunkPayloads, usage, fc.constantFrom(undefined, null, 'flex', 'priority', 'default', 4), odd, fc.boolean())
  .map(([payload, told, service_tier, more, keepsGroq]) => {
    const chunk: unknown = JSON.parse(payload.toString());
    const { choices, error: _, x_groq, ...rest } = isObject(chunk) ? chunk : {};
    const whole = {
      ...rest,
      // Short ones are never measured.
      system_fingerprint: 'fp '.repeat(800),
      choices: Array.isArray(choices) ? choices.map(asWhole) : choices,
      usage: told,
      service_tier,
      ...(keepsGroq && x_groq !== undefined ? { x_groq } : {}),
      ...more,
    };
    return Buffer.from(JSON.stringify(whole));
  });

function asWhole(choice: unknown): unknown {
  if (!isObject(choice)) return choice;
  const { delta, ...rest } = choice;
  if (!isObject(delta) || !Array.isArray(delta.content)) return { ...rest, message: delta };
  return { ...rest, message: { ...delta, content: delta.content.map(withOneText) } };
}

/** Of a part that has both, one was always counted, and the other is now as well. */
function withOneText(part: unknown): unknown {
  if (!isObject(part) || typeof part.text !== 'string') return part;
  const { refusal: _, ...rest } = part;
  return rest;
}

/** What Groq says elsewhere is looked for by whoever parses; nothing is found. */
function parsed(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from('{"x_groq":null,'), body.subarray(1)]);
}

/** Whether it was measured. */
function judge(body: Buffer): boolean {
  assert.deepEqual(openaiChat.readReply(body, ''), openaiChat.readReply(parsed(body), ''));
  assert.equal(measureChatReply(parsed(body)), undefined);
  return measureChatReply(body) !== undefined;
}

test('an answer that is measured says the same as one that is parsed', () => {
  let measured = 0;
  fc.assert(
    fc.property(replies, (body) => {
      if (judge(body)) measured += 1;
    }),
    { numRuns: 4_000 },
  );
  assert.ok(measured > 150, `${measured}`);
});

test('also one that is broken', () => {
  const broken = fc.tuple(replies, mutations).map(([body, changes]) => Buffer.from(mutate(body, changes)));
  fc.assert(
    fc.property(broken, (body) => {
      fc.pre(body[0] === 0x7b && isPlain(body));
      judge(body);
    }),
    { numRuns: 4_000 },
  );
});

/** Of a name that stands twice the last counts for whoever parses; depth and characters are judged elsewhere. */
function isPlain(body: Buffer): boolean {
  const text = body.toString();
  if (!Buffer.from(text).equals(body) || depthOf(text) > 60) return false;
  try {
    return !hasTwins(text, JSON.parse(text));
  } catch {
    return true;
  }
}

test('what is said twice or elsewhere is parsed', () => {
  const long = 'Hi'.repeat(2_000);
  const good = `{"choices":[{"message":{"content":"${long}"},"finish_reason":"stop"}]`;
  const told = '{"prompt_tokens":3,"completion_tokens":1}';
  for (const more of [
    `,"usage":${told},"usage":${told}}`,
    ',"service_tier":"flex","service_tier":"auto"}',
    ',"choices":[]}',
    ',"error":{}}',
    ',"x_groq":{}}',
    ',"usage":{}',
  ]) {
    assert.equal(measureChatReply(Buffer.from(good + more)), undefined, more);
  }
  const facts = openaiChat.readReply(Buffer.from(`${good},"usage":${told},"service_tier":"flex"}`), '');
  assert.ok(facts.kind === 'answer');
  assert.deepEqual(
    [facts.outputBytes, facts.finish, facts.usage?.input, facts.usage?.output, facts.usage?.serviceTier],
    [4_000, 'stop', 3, 1, 'flex'],
  );
});
