// Whatever a caller or an upstream sends as JSON, it is read, refused with a fault, or told as an error: nothing throws.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { address, askOf, decodeAbout, generation, replyAbout } from './messages-under-test.ts';

const names = fc.constantFrom(
  ...[
    'type',
    'role',
    'content',
    'text',
    'thinking',
    'signature',
    'data',
    'id',
    'name',
    'input',
    'tool_use_id',
    'source',
  ],
  ...[
    'citations',
    'cache_control',
    'ttl',
    'usage',
    'input_tokens',
    'output_tokens',
    'cache_creation',
    'delta',
    'index',
  ],
  ...['content_block', 'message', 'stop_reason', 'partial_json', 'error', 'input_schema', 'media_type', '__proto__'],
);
const words = fc.constantFrom(
  ...['text', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result', 'image', 'document', 'base64', 'url', 'user'],
  ...['assistant', 'system', 'message_start', 'content_block_start', 'content_block_delta', 'content_block_stop'],
  ...[
    'message_delta',
    'text_delta',
    'input_json_delta',
    'signature_delta',
    'citations_delta',
    'end_turn',
    'error',
    '1h',
  ],
  ...['', ' ', '{', '{"a":1}', 'ZmFpcmxlYWQ6MWdzQWJD', 'compaction', 'search_result'],
);

const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    { weight: 3, arbitrary: words },
    { weight: 1, arbitrary: fc.constantFrom(null, true, 0, -1, 1.5, 1e300, 7) },
    { weight: 3, arbitrary: fc.dictionary(names, tie('value'), { maxKeys: 6 }) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
  ),
}));

const runs = { numRuns: 3_000 };

test('any events of a stream are read, twice over, and what comes of them can be written', () => {
  const property = fc.property(fc.array(values, { maxLength: 6 }), (events) => {
    const stream = anthropicMessages.openStream({ generation, choices: 1 });
    const decoder = anthropicMessages.openDecoder(decodeAbout);
    const encoder = anthropicMessages.openEncoder(replyAbout);

    for (const event of events) {
      const read = { start: 0, end: 0, name: null, data: Buffer.from(JSON.stringify(event)) };
      assert.ok(stream.read(read).outputBytes >= 0);
      for (const neutral of decoder.decode(read)) assert.equal(typeof encoder.encode(neutral), 'string');
    }
    assert.match(encoder.end(), /message_stop/);
  });
  fc.assert(property, runs);
});

test('any whole reply is read, and what is an answer can be written', () => {
  const content = fc.array(fc.dictionary(names, values), { maxLength: 3 });
  const property = fc.property(
    fc.oneof(values, fc.record({ content, usage: values, stop_reason: values })),
    (reply) => {
      const body = Buffer.from(JSON.stringify(reply));

      const facts = anthropicMessages.readReply(body);

      assert.match(anthropicMessages.readErrorCode(body), /^[a-z_]+$/);
      if (facts.kind !== 'answer') return;
      const written = anthropicMessages.encodeReply(anthropicMessages.decodeReply(body, decodeAbout), replyAbout);
      assert.equal(JSON.parse(written).type, 'message');
    },
  );
  fc.assert(property, runs);
});

test('any request is refused with a fault, or goes up spliced and translated', () => {
  const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'bot'), content: values });
  const request = fc.record(
    {
      model: fc.constant('m'),
      messages: fc.array(message, { maxLength: 4 }),
      system: values,
      tools: fc.array(values, { maxLength: 3 }),
      tool_choice: values,
      thinking: values,
      metadata: values,
      output_config: values,
      stop_sequences: values,
      container: values,
    },
    { requiredKeys: ['model', 'messages'] },
  );
  const property = fc.property(request, fc.constantFrom('claude-sonnet-4-5', 'm'), (asked, model) => {
    const body = Buffer.from(JSON.stringify(asked));
    try {
      const facts = anthropicMessages.readRequest(body, address);
      const { bytes } = anthropicMessages.spliceRequest(body, facts, askOf(model));
      assert.equal(JSON.parse(Buffer.from(bytes).toString()).max_tokens, 1_000);
      const neutral = anthropicMessages.decodeRequest(body, address);
      const { body: sent, dropped } = anthropicMessages.encodeRequest(neutral, askOf(model));
      assert.equal(JSON.parse(sent).model, model);
      assert.equal(new Set(dropped).size, dropped.length);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault, String(thrown));
      assert.equal(thrown.fault, 'request-malformed');
    }
  });
  fc.assert(property, runs);
});

test('a citation of a kind that is called like a part of every object is one that nobody knows', () => {
  const citations = [{ type: '__proto__', cited_text: 'rain' }];
  const body = {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'a', citations }],
    stop_reason: 'end_turn',
  };

  const reply = anthropicMessages.decodeReply(Buffer.from(JSON.stringify(body)), decodeAbout);

  assert.deepEqual(JSON.parse(anthropicMessages.encodeReply(reply, replyAbout)).content[0].citations, citations);
});
