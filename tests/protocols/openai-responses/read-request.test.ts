import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { Fault } from '#core/generation/fault.ts';
import { readRequest, statefulFields } from '#core/protocol/openai-responses/read-request.ts';
import { bodyOf, fixture } from './fixtures.ts';

const read = (value: unknown) => readRequest(bodyOf(value));
const user = { role: 'user', content: 'hi' };

test('a request says what routing and holds need', () => {
  const facts = read({ model: 'm', input: 'hi', stream: true, max_output_tokens: 50, store: false });

  assert.equal(facts.model, 'm');
  assert.equal(facts.stream, true);
  assert.equal(facts.outputLimit, 50);
  assert.equal(facts.choices, 1);
  assert.equal(facts.wantsUsage, true);
  assert.equal(facts.store, false);
  assert.equal(facts.nativeOnly, undefined);
  assert.equal(facts.inputIsOpen, false);
});

test('null counts as absent', () => {
  const nothing = { stream: null, max_output_tokens: null, store: null, previous_response_id: null, background: null };
  const facts = read({ model: 'm', input: [user], ...nothing, tools: null, conversation: null, prompt: null });

  assert.equal(facts.stream, false);
  assert.equal(facts.outputLimit, undefined);
  assert.equal(facts.store, undefined);
  assert.equal(facts.hasTools, false);
  assert.equal(facts.nativeOnly, undefined);
  assert.deepEqual(statefulFields(facts), []);
  assert.equal(facts.spans.has('previous_response_id'), false);
});

test('a request of Codex can be translated, although hosted tools stand among its functions', () => {
  const facts = readRequest(fixture('codex-request.json'));

  assert.equal(facts.nativeOnly, undefined);
  assert.equal(facts.hasTools, true);
  assert.equal(facts.inputIsOpen, true, 'a search of the web brings input');
  assert.equal(facts.mediaBytes, 'data:image/png;base64,AAAA'.length);
});

test('hosted tools alone, or forced, keep a request to this dialect', () => {
  const search = { type: 'web_search' };
  const own = { type: 'function', name: 'f', parameters: {} };
  const ask = (tools: unknown, tool_choice?: unknown) =>
    read({ model: 'm', input: 'x', tools, tool_choice }).nativeOnly;

  assert.equal(ask([search]), 'hosted_tool');
  assert.equal(ask([search, { type: 'local_shell' }]), 'hosted_tool');
  assert.equal(ask([search, own], { type: 'web_search' }), 'hosted_tool');
  assert.equal(ask([search, own], { type: 'allowed_tools', mode: 'required', tools: [search] }), 'hosted_tool');
  assert.equal(ask([search, own], { type: 'allowed_tools', mode: 'auto', tools: [search, own] }), undefined);
  assert.equal(ask([search, own], 'required'), undefined);
  assert.equal(ask([search, own], { type: 'function', name: 'f' }), undefined);
  assert.equal(ask([{ type: 'custom', name: 'c' }]), undefined);
  assert.equal(ask([]), undefined);
});

test('stored state keeps a request to this dialect, and is found by name', () => {
  const withState = { model: 'm', previous_response_id: 'resp_1', conversation: { id: 'conv_1' } };
  const facts = read(withState);

  assert.equal(facts.nativeOnly, 'store');
  assert.equal(facts.inputIsOpen, true);
  assert.deepEqual(statefulFields(facts), ['previous_response_id', 'conversation']);
  const span = facts.spans.get('previous_response_id');
  assert.equal(bodyOf(withState).subarray(span?.start, span?.end).toString(), '"resp_1"');

  assert.equal(read({ model: 'm', prompt: { id: 'pmpt_1' } }).nativeOnly, 'store');
  assert.equal(read({ model: 'm', input: 'x', background: true }).nativeOnly, 'store');
  assert.equal(read({ model: 'm', input: 'x', background: false }).nativeOnly, undefined);
  assert.equal(read({ model: 'm', input: [user, { type: 'item_reference', id: 'msg_1' }] }).nativeOnly, 'store');
});

test('media are measured, and what cannot be seen is open', () => {
  const measured = (content: unknown) => read({ model: 'm', input: [{ role: 'user', content }] });
  const image = measured([{ type: 'input_image', image_url: 'data:image/png;base64,AAAABBBB' }]);
  const audio = measured([{ type: 'input_audio', input_audio: { data: 'AAAABBBB', format: 'wav' } }]);

  assert.equal(image.mediaBytes, 'data:image/png;base64,AAAABBBB'.length);
  assert.equal(image.mediaTokensMax, 40_000);
  assert.equal(image.inputIsOpen, false);
  assert.equal(audio.mediaBytes, 8);
  assert.equal(audio.inputIsOpen, false);
  for (const part of [
    { type: 'input_image', image_url: 'https://example.org/a.png' },
    { type: 'input_image', file_id: 'file_1' },
    { type: 'input_file', file_data: 'data:application/pdf;base64,AAAA' },
    { type: 'input_file', file_url: 'https://example.org/a.pdf' },
    { type: 'some_day' },
  ]) {
    assert.equal(measured([part]).inputIsOpen, true, JSON.stringify(part));
  }
  const escaped = Buffer.from(
    '{"model":"m","input":[{"role":"user","content":[{"t\\u0079pe":"input\\u005fimage","file_id":"f"}]}]}',
  );
  assert.equal(readRequest(escaped).inputIsOpen, true, 'escapes hide nothing');
});

test('a malformed body is refused in our own words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'the body is empty'],
    ['{"model":', 'the body is not valid JSON'],
    ['[1]', 'the body is not a JSON object'],
    ['{"model":"m","model":"n","input":"x"}', 'a field stands twice in the body'],
    ['{"input":"x"}', '"model" is missing'],
    ['{"model":"","input":"x"}', '"model" is missing'],
    ['{"model":"m"}', '"input" is missing'],
    ['{"model":"m","input":null}', '"input" is missing'],
    ['{"model":"m","input":{"secret":1}}', '"input" is neither a text nor a list'],
    ['{"model":"m","input":"x","stream":1}', '"stream" is not true or false'],
    ['{"model":"m","input":"x","tools":{}}', '"tools" is not a list'],
    ['{"model":"m","input":"x","max_output_tokens":0}', '"max_output_tokens" is not a whole number from 1 on'],
    ['{"model":"m","input":"x","max_output_tokens":"9"}', '"max_output_tokens" is not a whole number from 1 on'],
  ];
  for (const [body, reason] of cases) {
    assert.throws(
      () => readRequest(Buffer.from(body)),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed' && thrown.details.reason === reason,
      body,
    );
  }
});
