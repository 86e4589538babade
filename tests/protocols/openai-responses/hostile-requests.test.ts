import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { address, askFor, bodyOf } from './fixtures.ts';

const types = fc.constantFrom(
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'web_search_call',
  'image_generation_call',
  'input_text',
  'output_text',
  'input_image',
  'input_file',
  'input_audio',
  'function',
  'custom',
  'namespace',
  'allowed_tools',
  'json_schema',
  'some_day',
);
const names = [
  'role',
  'content',
  'summary',
  'output',
  'call_id',
  'name',
  'namespace',
  'arguments',
  'encrypted_content',
  'text',
  'image_url',
  'file_data',
  'tools',
  'parameters',
  'annotations',
] as const;

/** Objects that look like this dialect's, with anything in their fields. */
const { value } = fc.letrec<{ value: unknown; typed: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom('user', 'assistant', 'system', 'data:image/png;base64,AAAA', ''),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    fc.array(tie('typed'), { maxLength: 4 }),
    tie('typed'),
  ),
  typed: fc
    .tuple(types, fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }))
    .map(([type, fields]) => ({ ...fields, type })),
}));

const fields = fc.dictionary(
  fc.constantFrom('instructions', 'tools', 'tool_choice', 'text', 'reasoning', 'include', 'metadata', 'top_logprobs'),
  value,
  { maxKeys: 4 },
);

test('whatever a body holds, it is read, refused in our words, or translated', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), fields, (input, rest) => {
      const body = bodyOf({ ...rest, model: 'm', input });
      try {
        const facts = openaiResponses.readRequest(body, address);
        JSON.parse(Buffer.from(openaiResponses.spliceRequest(body, facts, askFor()).bytes).toString());
        const request = openaiResponses.decodeRequest(body, address);
        const { body: sent } = openaiResponses.encodeRequest(request, askFor());
        openaiResponses.decodeRequest(Buffer.from(sent), address);
        const about = { request, generation: 'gen-01jd2z8h5k0123456789abcdef', createdAt: 1, wantsUsage: true };
        openaiResponses.encodeReply({ model: undefined, choices: [], usage: undefined }, about);
      } catch (thrown) {
        assert.ok(thrown instanceof Fault, String(thrown));
        assert.equal(thrown.fault, 'request-malformed');
      }
    }),
    { numRuns: 1000 },
  );
});
