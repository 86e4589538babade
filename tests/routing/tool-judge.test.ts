// Whether a caller could use the tool calls of an answer, read beside it, whole and streamed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { ToolJudge } from '#gateway/attempt/tool-judge.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = new Map([
  ['weather', Content.ofJson(schema)],
  ['time', undefined],
]);

function judge(known: ReadonlyMap<string, Content | undefined> | undefined): ToolJudge {
  return new ToolJudge({
    protocol: openaiChat,
    about: { generation: 'gen-1', toolNames: new Map() },
    tools: () => known,
  });
}

function whole(calls: readonly (readonly [name: string, input: string])[]): Uint8Array {
  const tool_calls = calls.map(([name, input], index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name, arguments: input },
  }));
  const message = { role: 'assistant', content: null, tool_calls };
  return Buffer.from(
    JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }),
  );
}

const cases = [
  ['usable', [['weather', '{"city":"Oslo"}']]],
  ['usable', [['weather', '']]],
  ['usable', [['time', '{"anything":1}']]],
  ['invalid-json', [['weather', '{"city":"Oslo"']]],
  ['invalid-json', [['weather', '"Oslo"']]],
  ['unknown-name', [['wether', '{}']]],
  ['schema-mismatch', [['weather', '{}']]],
  ['schema-mismatch', [['weather', '{"city":7}']]],
  ['schema-mismatch', [['weather', '{"city":"Oslo","unit":"C"}']]],
  [
    'invalid-json',
    [
      ['weather', '{"city":"Oslo"}'],
      ['weather', '{'],
    ],
  ],
  ['none', []],
] as const;

for (const [verdict, calls] of cases) {
  test(`${JSON.stringify(calls)}: ${verdict}`, () => {
    const ofWhole = judge(tools);
    ofWhole.whole(whole(calls));
    assert.equal(ofWhole.verdict(), verdict);

    const ofStream = judge(tools);
    const splitter = new SseSplitter({ lineBytesMax: 10_000 });
    const say = (delta: unknown, finish: string | null = null) => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      const bytes = Buffer.from(`data: ${JSON.stringify({ id: 'c', model: 'm', choices })}\n\n`);
      for (const event of splitter.push(bytes).events) ofStream.event(event);
    };
    for (const [index, [name, input]] of calls.entries()) {
      say({ tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }] });
      for (const letter of input) say({ tool_calls: [{ index, function: { arguments: letter } }] });
    }
    say({}, 'tool_calls');
    assert.equal(ofStream.verdict(), verdict);
  });
}

test('without the names any is as good, and what is too much says nothing', () => {
  const unnamed = judge(undefined);
  unnamed.whole(whole([['whatever', '{}']]));
  assert.equal(unnamed.verdict(), 'usable');

  const long = judge(tools);
  long.whole(whole([['weather', `{"a":"${'x'.repeat(70_000)}`]]));
  assert.equal(long.verdict(), 'none');

  const broken = judge(tools);
  broken.whole(Buffer.from('<html>'));
  assert.equal(broken.verdict(), 'none');
});
