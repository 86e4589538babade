// Schemas, tools, cache marks and media as Anthropic takes them.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { MediaPart } from '#core/generation/parts.ts';
import type { GenerationRequest, Message, Tool } from '#core/generation/request.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { askOf, at, encode, textPart } from './messages-under-test.ts';
import { assistant, call, result, text, tool, unsaid, user } from './neutral-requests.ts';

test('a schema is closed where it is open, once and for all of its objects, and older models get none', () => {
  const schema = Content.ofJson({
    type: 'object',
    properties: { a: { type: 'object', properties: {} }, type: { anyOf: [{ type: ['object', 'null'] }] } },
    $defs: { d: { properties: {}, additionalProperties: true } },
  });
  const outputFormat = { kind: 'schema' as const, name: text('n'), description: undefined, schema, strict: true };

  const newer = encode({ outputFormat }, askOf('claude-sonnet-4-5'));
  const older = encode({ outputFormat }, askOf('claude-sonnet-4-0'));

  assert.deepEqual(at(newer.sent, 'output_config', 'format'), {
    type: 'json_schema',
    schema: {
      type: 'object',
      properties: {
        a: { type: 'object', properties: {}, additionalProperties: false },
        type: { anyOf: [{ type: ['object', 'null'], additionalProperties: false }] },
      },
      $defs: { d: { properties: {}, additionalProperties: true } },
      additionalProperties: false,
    },
  });
  assert.deepEqual(
    [newer.dropped, at(older.sent, 'output_config'), older.dropped],
    [[], undefined, ['response_format']],
  );
});

test('tools get an object to take, strict ones a closed one, and a free text is put into one', () => {
  const custom: Tool = {
    kind: 'custom',
    name: text('patch'),
    description: text('d'),
    format: Content.ofJson({ type: 'grammar' }),
  };
  const bare: Tool = {
    kind: 'function',
    name: text('bare'),
    description: text(''),
    parameters: undefined,
    strict: undefined,
  };
  const hosted: Tool = { kind: 'hosted', family: 'openai', definition: Content.ofJson({ type: 'web_search' }) };

  const { sent, dropped } = encode({ tools: [tool('a', true), custom, bare, hosted] }, askOf('claude-sonnet-4-5'));

  const freeText = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
  assert.equal(at(sent, 'tools', 0, 'input_schema', 'properties', 'o', 'additionalProperties'), false);
  assert.deepEqual(at(sent, 'tools', 1), { name: 'patch', description: 'd', input_schema: freeText });
  assert.deepEqual(at(sent, 'tools', 2), { name: 'bare', input_schema: { type: 'object', properties: {} } });
  assert.deepEqual([...dropped].sort(), ['custom_tool_format', 'hosted_tool']);
});

const choices: readonly (readonly [GenerationRequest['toolChoice'], boolean | undefined, unknown])[] = [
  [undefined, undefined, undefined],
  [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
  [{ kind: 'auto' }, true, { type: 'auto' }],
  [{ kind: 'none' }, false, { type: 'none' }],
  [{ kind: 'required' }, false, { type: 'any', disable_parallel_tool_use: true }],
  [{ kind: 'tool', name: text('a') }, undefined, { type: 'tool', name: 'a' }],
  [{ kind: 'allowed', mode: 'required', names: [text('b')] }, undefined, { type: 'any' }],
  [{ kind: 'allowed', mode: 'auto', names: [text('b')] }, undefined, undefined],
];

for (const [toolChoice, parallelToolCalls, expected] of choices) {
  test(`a choice of tools (${toolChoice?.kind}, parallel ${parallelToolCalls}) is ${JSON.stringify(expected)}`, () => {
    const { sent, dropped } = encode({ tools: [tool('a'), tool('b')], toolChoice, parallelToolCalls });

    assert.deepEqual([at(sent, 'tool_choice'), dropped], [expected, []]);
    assert.equal(at(sent, 'tools', 'length'), toolChoice?.kind === 'allowed' ? 1 : 2);
  });
}

test('a model that thinks is not forced to call', () => {
  const reasoning = { ...unsaid, effort: 'high' as const };

  const { sent, dropped } = encode(
    { tools: [tool('a')], toolChoice: { kind: 'required' }, reasoning },
    askOf('claude-opus-4-6', 9_000),
  );

  assert.deepEqual([at(sent, 'tool_choice'), dropped], [undefined, ['tool_choice']]);
});

test('ids and names that Anthropic refuses are changed, the same everywhere, and names can be changed back', () => {
  const pattern = /^[a-zA-Z0-9_-]+$/;
  const property = fc.property(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary', minLength: 1 }),
    (id, name) => {
      const messages = [
        user('q'),
        assistant(call(id, '{}', name)),
        { role: 'tool' as const, results: [result(id, 'r')] },
      ];

      const { sent, toolNames } = encode({
        messages,
        tools: [tool(name)],
        toolChoice: { kind: 'tool', name: text(name) },
      });

      const sentId = at(sent, 'messages', 1, 'content', 0, 'id');
      const sentName = String(at(sent, 'tools', 0, 'name'));
      assert.match(String(sentId), pattern);
      assert.match(sentName, /^[a-zA-Z0-9_-]{1,128}$/);
      assert.equal(at(sent, 'messages', 2, 'content', 0, 'tool_use_id'), sentId);
      assert.deepEqual(
        [at(sent, 'messages', 1, 'content', 0, 'name'), at(sent, 'tool_choice', 'name')],
        [sentName, sentName],
      );
      assert.equal(toolNames.get(sentName) ?? sentName, name);
      if (pattern.test(id)) assert.equal(sentId, id);
    },
  );
  fc.assert(property, { numRuns: 1_000 });
});

test('a changed name comes back as the caller knows it', () => {
  const toolNames = new Map([['ns_tool_1', 'ns.tool']]);
  const start =
    '{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"ns_tool_1","input":{}}}';
  const decoder = anthropicMessages.openDecoder({ generation: 'gen-x', toolNames });

  const events = decoder.decode({ start: 0, end: 0, name: null, data: Buffer.from(start) });
  const event = events.find(({ kind }) => kind === 'tool-call-start');
  const reply = anthropicMessages.decodeReply(
    Buffer.from('{"content":[{"type":"tool_use","id":"a","name":"ns_tool_1","input":{}}]}'),
    { generation: 'gen-x', toolNames },
  );

  const part = reply.choices[0]?.parts[0];
  assert.equal(event?.kind === 'tool-call-start' && event.name.revealText('translate'), 'ns.tool');
  assert.equal(part?.kind === 'tool-call' && part.name.revealText('translate'), 'ns.tool');
});

test('of more than four cache marks the first and the last ones stay, and none of an hour follows a shorter one', () => {
  const marked = (words: string, ttl?: '5m' | '1h') => ({ ...textPart(words), cache: { ttl } });
  const messages: readonly Message[] = [
    { role: 'system', parts: [marked('s')] },
    { role: 'user', parts: [marked('1'), marked('2'), marked('3'), marked('4', '1h')] },
  ];

  const four = encode({ messages, tools: [tool('a', undefined, { ttl: '1h' })] });
  const ofAll = encode({ messages, cache: { ttl: undefined } });

  assert.deepEqual(at(four.sent, 'tools', 0, 'cache_control'), { type: 'ephemeral', ttl: '1h' });
  assert.equal(at(four.sent, 'system', 0, 'cache_control'), undefined);
  const marks = [0, 1, 2, 3].map((index) => at(four.sent, 'messages', 0, 'content', index, 'cache_control', 'type'));
  assert.deepEqual(marks, [undefined, 'ephemeral', 'ephemeral', 'ephemeral']);
  assert.equal(at(four.sent, 'messages', 0, 'content', 3, 'cache_control', 'ttl'), undefined);
  assert.equal(ofAll.body.split('"cache_control"').length - 1, 4);
  assert.deepEqual([four.dropped, ofAll.dropped], [['cache_control'], ['cache_control']]);
});

function media(fields: Partial<MediaPart>): MediaPart {
  return {
    kind: 'media',
    medium: 'image',
    source: { kind: 'inline', data: text('iVBORw0KGgo=') },
    mediaType: undefined,
    ...fields,
  };
}

const inline = (data: string) => ({ kind: 'inline' as const, data: text(data) });
const mediaCases: readonly (readonly [MediaPart, unknown, readonly DroppableField[]])[] = [
  [media({}), { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }, []],
  [
    media({ mediaType: 'image/jpg', detail: 'high' }),
    { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'iVBORw0KGgo=' } },
    ['image_detail'],
  ],
  [media({ mediaType: 'image/bmp' }), undefined, ['input_image']],
  [
    media({ source: { kind: 'url', url: text('https://a.example') } }),
    { type: 'image', source: { type: 'url', url: 'https://a.example' } },
    [],
  ],
  [
    media({ source: { kind: 'file', id: text('f'), family: 'anthropic' } }),
    { type: 'image', source: { type: 'file', file_id: 'f' } },
    [],
  ],
  [
    media({ medium: 'document', mediaType: 'application/pdf', source: inline('JVBERi0='), name: text('n') }),
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'n' },
    [],
  ],
  [
    media({ medium: 'document', mediaType: 'text/csv', source: inline('YSxi') }),
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
    [],
  ],
  [media({ medium: 'document', mediaType: 'application/msword', source: inline('YSxi') }), undefined, ['document']],
  [media({ medium: 'audio', mediaType: 'audio/wav' }), undefined, ['input_audio']],
  [media({ medium: 'video', mediaType: 'video/mp4' }), undefined, ['input_video']],
];

for (const [part, expected, losses] of mediaCases) {
  test(`a medium (${part.medium}, ${part.mediaType}, ${part.source.kind}) ${losses.join() || 'goes up'}`, () => {
    const { sent, dropped } = encode({ messages: [{ role: 'user', parts: [textPart('x'), part] }] });

    assert.deepEqual([at(sent, 'messages', 0, 'content', 1), dropped], [expected, losses]);
  });
}

test('a file of another upstream is refused', () => {
  const part = media({ source: { kind: 'file', id: text('f'), family: 'openai' } });

  assert.throws(
    () => encode({ messages: [{ role: 'user', parts: [part] }] }),
    (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
  );
});
