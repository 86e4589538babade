import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { type ConversePrompt, readRequest } from '#simulator/bedrock-converse/request.ts';
import type { Reply } from '#simulator/script.ts';
import { beginTurn, type Turn } from '#simulator/turn.ts';

/** Makers differ in what they take: tools that are forced, marks of the cache, fields of their own. */
export const converseModels = [
  'eu.anthropic.claude-sonnet-4-5-20250929-v1:0/sandbox/echo',
  'anthropic.claude-opus-5-v1:0/sandbox/think',
  'amazon.nova-pro-v1:0/sandbox/echo',
  'meta.llama4-scout-v1:0/sandbox/echo',
] as const;

const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { maxLength: 5 });
const call = fc.record({
  name: fc.constantFrom('weather', 'tide_2'),
  pieces: fc
    .jsonValue({ maxDepth: 2 })
    .map((value) => JSON.stringify({ value }).match(/.{1,7}/gsu) ?? [])
    .chain((pieces) => fc.constantFrom<readonly string[]>(pieces, ['{}'])),
});

/** What a model may say: thoughts, words, calls of tools. */
export const converseReplies: fc.Arbitrary<Reply> = fc
  .record({ reasoning: words, text: words, calls: fc.array(call, { maxLength: 3 }) })
  .chain((said) => {
    const finish = fc.constantFrom('stop', 'length', 'content_filter');
    return finish.map((word) => ({ ...said, finish: said.calls.length > 0 ? 'tool_calls' : word, paceMs: 0 }) as const);
  });

/** One question at the simulator's Bedrock, with this answer: nine tokens of input, of which one is cached and two are written. */
export function converseTurn(reply: Reply, model: string): Turn<ConversePrompt> {
  const asked = Buffer.from('{"messages":[{"role":"user","content":[{"text":"a"}]}]}');
  const prompt = readRequest(asked, { model, isStream: true });
  assert.ok(!('status' in prompt));
  return beginTurn({ prompt, replies: [reply], input: 9, cache: { cached: 1, written: 2 }, createdMs: 0 });
}
