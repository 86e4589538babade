// For all answers in the neutral form: a chat caller gets well-formed chunks, and nothing is lost on the way.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, isObject, listOf, textOf } from '#core/protocol/json-value.ts';
import { finishAfter, fromFinish, toFinish } from '#core/protocol/openai-chat/finish-reason.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { eventSequences } from './event-arbitraries.ts';
import { judgeGrammar } from './event-grammar.ts';
import { type Folded, foldEvents } from './fold-events.ts';

const generation = 'gen-0123456789abcdefghijklmnop';
const request = openaiChat.decodeRequest(Buffer.from('{"model":"own/m","messages":[]}'), {
  model: undefined,
  stream: undefined,
});

function encode(events: readonly GenerationEvent[], wantsUsage: boolean): string {
  const encoder = openaiChat.openEncoder({ request, generation, createdAt: 1_700_000_000, wantsUsage });
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

function decode(pieces: readonly Uint8Array[]): readonly GenerationEvent[] {
  const splitter = new SseSplitter();
  const decoder = openaiChat.openDecoder({ generation, toolNames: new Map() });
  return pieces.flatMap((piece) => splitter.push(piece).events.flatMap((event) => decoder.decode(event)));
}

const sequences = eventSequences(2);

test('every drawn sequence follows the grammar', () => {
  fc.assert(fc.property(sequences, judgeGrammar));
});

test('chunks are as OpenAI sends them', () => {
  fc.assert(
    fc.property(sequences, fc.boolean(), (events, wantsUsage) => {
      const lines = encode(events, wantsUsage).split('\n\n');
      assert.equal(lines.pop(), '');
      assert.equal(lines.pop(), 'data: [DONE]');
      const chunks = lines.map((line): unknown => JSON.parse(line.slice('data: '.length)));

      if (wantsUsage && events.some(({ kind }) => kind === 'usage')) {
        const last = chunks.pop();
        assert.deepEqual(fieldOf(last, 'choices'), []);
        assert.ok(isObject(fieldOf(last, 'usage')));
      }
      judgeChunks(chunks, wantsUsage);
    }),
  );
});

function judgeChunks(chunks: readonly unknown[], wantsUsage: boolean): void {
  const seen = new Map<unknown, { isFinished: boolean; calls: Set<unknown> }>();
  for (const chunk of chunks) {
    assert.equal(fieldOf(chunk, 'id'), 'chatcmpl-0123456789abcdefghijklmnop');
    assert.equal(fieldOf(chunk, 'object'), 'chat.completion.chunk');
    assert.equal(fieldOf(chunk, 'usage'), wantsUsage ? null : undefined);
    const choices = listOf(fieldOf(chunk, 'choices'));
    assert.equal(choices.length, 1);
    const index = fieldOf(choices[0], 'index');
    const delta = fieldOf(choices[0], 'delta');
    const choice = seen.get(index);
    assert.equal(fieldOf(delta, 'role'), choice ? undefined : 'assistant', 'the role comes first and once');
    const known = choice ?? { isFinished: false, calls: new Set() };
    seen.set(index, known);
    assert.ok(!known.isFinished, 'nothing comes after the finish');
    for (const call of listOf(fieldOf(delta, 'tool_calls'))) judgeCall(call, known.calls);
    known.isFinished = fieldOf(choices[0], 'finish_reason') !== null;
  }
  assert.ok([...seen.values()].every(({ isFinished }) => isFinished));
}

function judgeCall(call: unknown, known: Set<unknown>): void {
  const index = fieldOf(call, 'index');
  const isFirst = !known.has(index);
  if (isFirst) assert.equal(index, known.size, 'calls are counted from 0');
  known.add(index);
  const type = textOf(fieldOf(call, 'type'));
  assert.equal(type !== undefined && fieldOf(call, 'id') !== undefined, isFirst);
  const body = fieldOf(call, 'function') ?? fieldOf(call, 'custom');
  assert.equal(fieldOf(body, 'name') !== undefined, isFirst);
}

test('what was said comes back from the chunks', () => {
  fc.assert(
    fc.property(sequences, (events) => {
      const back = decode([Buffer.from(encode(events, true))]);

      judgeGrammar(back);
      assert.deepEqual(sorted(foldEvents(back)), sorted(expected(foldEvents(events))));
    }),
  );
});

/** What the dialect cannot say otherwise: its words for the finish, `{}` for no arguments, one field for cache writes. */
function expected(folded: Folded): Folded {
  for (const choice of Object.values(folded.choices)) {
    for (const call of choice.calls) if (call.form === 'function' && call.input === '') call.input = '{}';
    const reason = (choice.finish ?? 'other') as Parameters<typeof fromFinish>[0];
    choice.finish = finishAfter(toFinish(fromFinish(reason)), choice.calls.length > 0);
  }
  const { usage } = folded;
  if (usage) {
    const written = usage.cacheWrite5m + usage.cacheWrite1h;
    folded.usage = { ...usage, cacheWrite5m: written, cacheWrite1h: 0 };
  }
  folded.model ??= 'own/m';
  return folded;
}

/** A state may come behind the reasoning that it had stood among; which is whose is checked by hand-written tests. */
function sorted(folded: Folded): Folded {
  for (const choice of Object.values(folded.choices)) choice.states.sort();
  return folded;
}

test('a stream is decoded the same wherever its bytes are cut', () => {
  fc.assert(
    fc.property(sequences, fc.array(fc.nat(), { maxLength: 6 }), (events, cuts) => {
      const bytes = Buffer.from(encode(events, true));
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, at) => bytes.subarray(places[at], end));

      assert.deepEqual(foldEvents(decode(pieces)), foldEvents(decode([bytes])));
    }),
  );
});
