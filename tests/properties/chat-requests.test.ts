// For all requests of a chat caller: OpenAI gets back what was said, and every provider gets what it can take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GenerationRequest } from '#core/generation/request.ts';
import { fieldOf, listOf, textOf } from '#core/protocol/json-value.ts';
import { knownProviders, quirksOf } from '#core/protocol/openai-chat/quirks.ts';
import { decoded, encoded } from '../protocols/openai-chat/ask.ts';
import { plain } from '../protocols/openai-chat/plain.ts';

const words = fc.oneof(fc.constantFrom('Hello', '日本😀', ' ', '{"a":1}'), fc.string({ minLength: 1, maxLength: 8 }));
const textPart = words.map((text) => ({ type: 'text', text }));
const parts = fc.oneof(
  textPart,
  fc.constant({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO', detail: 'low' } }),
  fc.constant({ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }),
  fc.constant({ type: 'input_audio', input_audio: { data: 'UklG', format: 'mp3' } }),
  fc.constant({ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' } }),
);
const said = (part: fc.Arbitrary<object>) => fc.oneof(words, fc.array(part, { minLength: 1, maxLength: 3 }));
const calls = fc.array(
  fc.record({ isCustom: fc.boolean(), input: fc.constantFrom('{}', '{"id":12345678901234567890}', '{"a":["x"]}') }),
  { maxLength: 3 },
);

/** Some turns of a user, an assistant with calls, and their results. */
const turns = fc
  .array(fc.record({ user: said(parts), answer: fc.option(said(textPart)), calls, result: said(textPart) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((drawn) => drawn.flatMap((turn, at) => messagesOf(turn, at)));

type Turn = {
  readonly user: unknown;
  readonly answer: unknown;
  readonly calls: readonly { readonly isCustom: boolean; readonly input: string }[];
  readonly result: unknown;
};

function messagesOf({ user, answer, calls, result }: Turn, at: number): readonly object[] {
  const tool_calls = calls.map(({ isCustom, input }, k) => {
    const id = `toolu_${at}_${k}_with_a_name_that_is_longer_than_forty`.slice(0, isCustom ? 20 : 60);
    return isCustom
      ? { id, type: 'custom', custom: { name: 'patch', input } }
      : { id, type: 'function', function: { name: 'look', arguments: input } };
  });
  return [
    { role: 'user', content: user },
    { role: 'assistant', content: answer, ...(tool_calls.length > 0 ? { tool_calls } : {}) },
    ...tool_calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result })),
  ];
}

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const requests = fc.record({
  model: fc.constant('m'),
  messages: fc
    .tuple(
      fc.array(fc.record({ role: fc.constantFrom('system', 'developer'), content: said(textPart) }), { maxLength: 2 }),
      turns,
    )
    .map(([system, rest]) => [...system, ...rest, { role: 'user', content: 'Go on.' }]),
  tools: optional(
    fc.constant([
      {
        type: 'function',
        function: { name: 'look', description: 'Looks', parameters: { type: 'object' }, strict: true },
      },
      { type: 'custom', custom: { name: 'patch' } },
    ]),
  ),
  tool_choice: optional(fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'look' } })),
  temperature: optional(fc.constantFrom(0, 0.5, 1)),
  seed: optional(fc.nat()),
  n: optional(fc.integer({ min: 1, max: 3 })),
  stop: optional(fc.array(words, { minLength: 1, maxLength: 4 })),
  reasoning_effort: optional(fc.constantFrom('none', 'low', 'xhigh')),
  top_k: optional(fc.nat(50)),
  user: optional(words),
});

test('what OpenAI is sent for it says the same as what the caller sent', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const asked = decoded(request);
      const { body } = encoded(asked, 'openai');

      const again = decoded({ ...body, model: 'm' });
      assert.deepEqual(comparable(again), comparable(asked));
    }),
  );
});

/** Without what is meant to differ: names of callers and ids that are too long, the limit, what OpenAI lacks. */
function comparable(request: GenerationRequest): unknown {
  const { user: _user, outputTokensMax: _limit, sampling, toolChoice, ...rest } = request;
  const { topK: _topK, ...kept } = sampling;
  const text = JSON.stringify(
    plain({ ...rest, sampling: kept, toolChoice: request.tools.length > 0 ? toolChoice : 0 }),
  );
  return JSON.parse(text.replace(/"id":"(call|toolu)_\w+"/g, '"id":""'));
}

test('every provider gets results behind their calls, ids and roles of its own form, and nothing of undefined', () => {
  fc.assert(
    fc.property(requests, fc.constantFrom(...knownProviders, 'somebody'), (request, provider) => {
      const { body } = encoded(decoded(request), provider);

      const quirks = quirksOf(provider);
      let waiting: string[] = [];
      for (const message of listOf(body.messages)) {
        const role = fieldOf(message, 'role');
        assert.ok(role !== 'developer' || quirks.hasDeveloper);
        if (role === 'tool') {
          const id = textOf(fieldOf(message, 'tool_call_id')) ?? '';
          assert.match(id, quirks.callId === 'nine' ? /^[a-zA-Z0-9]{9}$/ : /^.{1,40}$/);
          assert.equal(waiting.shift(), id);
        } else assert.deepEqual(waiting, []);
        if (role === 'assistant') {
          waiting = listOf(fieldOf(message, 'tool_calls')).map((call) => textOf(fieldOf(call, 'id')) ?? '');
        }
      }
      assert.deepEqual(waiting, []);
      assert.ok(quirks.limitField in body);
    }),
  );
});
