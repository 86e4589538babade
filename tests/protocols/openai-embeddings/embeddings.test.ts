import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { openaiEmbeddings } from '#core/protocol/openai-embeddings/openai-embeddings.ts';
import { factsOf, replyOf, usageOf } from '../native-surface/surface.ts';

const request = (input: unknown) => factsOf(openaiEmbeddings, JSON.stringify({ model: 'm', input }));

test('an input has no output, and one reply', () => {
  const { outputLimit, choices, stream, model } = request('one');
  assert.deepEqual([model, outputLimit, choices, stream], ['m', 0, 1, false]);
});

test('a token in a list is one token, whatever its digits', () => {
  for (const [input, tokens] of [
    [[102257, 1, 77], 3],
    [[[4438, 656], [358]], 3],
    [[[1], [], [2, 3, 4]], 4],
  ] as const) {
    const { mediaTokensMax, mediaTokensLikely, mediaBytes } = request(input);
    assert.deepEqual([mediaTokensMax, mediaTokensLikely], [tokens, tokens]);
    assert.ok(mediaBytes <= JSON.stringify(input).length && mediaBytes > tokens);
  }
});

test('texts, and lists of texts, are bounded by their bytes', () => {
  for (const input of ['one', ['one', 'two'], [''], [], 'a'.repeat(100_000)]) {
    const { mediaTokensMax, mediaBytes, inputIsOpen } = request(input);
    assert.deepEqual([mediaTokensMax, mediaBytes, inputIsOpen], [0, 0, false]);
  }
});

test('for all inputs, no token is counted twice and none is left out', () => {
  const tokens = fc.array(fc.nat(200_000), { minLength: 1 });
  const texts = fc.array(fc.string());
  const input = fc.oneof(fc.string(), texts, tokens, fc.array(tokens, { minLength: 1 }));
  fc.assert(
    fc.property(input, fc.boolean(), (value, isSpread) => {
      const body = JSON.stringify({ input: value, model: 'm' }, null, isSpread ? 2 : 0);
      const { mediaTokensMax, mediaBytes } = factsOf(openaiEmbeddings, body);
      const numbers = [value].flat(2).filter((each) => typeof each === 'number').length;
      assert.equal(mediaTokensMax, numbers);
      assert.ok(mediaBytes >= numbers && mediaBytes < Buffer.byteLength(body));
    }),
  );
});

test('pictures cost what pictures cost at most, and what has no size makes the input open', () => {
  const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(5000)}` } };
  const parts = request([
    { content: [{ type: 'text', text: 'one' }, picture] },
    { image: 'https://example.com/a.png' },
  ]);
  const sound = request([{ content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] }]);
  assert.equal(parts.mediaTokensMax, 80_000);
  assert.ok(parts.mediaBytes > 5000);
  assert.deepEqual([parts.inputIsOpen, sound.inputIsOpen], [false, true]);
});

const datum = { object: 'embedding', index: 0, embedding: [0.1, -2e-3] };

test('the usage of a reply is its prompt, or its total where only that is told', () => {
  const cases: readonly (readonly [usage: unknown, input: number | undefined])[] = [
    [{ prompt_tokens: 8, total_tokens: 8 }, 8],
    [{ prompt_tokens: 8, total_tokens: 9, completion_tokens: 1 }, 8],
    [{ total_tokens: 12 }, 12],
    [{ prompt_tokens: null, total_tokens: 12 }, 12],
    [{ prompt_tokens: 0, total_tokens: 0 }, 0],
    [{}, undefined],
    [undefined, undefined],
    [null, undefined],
    [{ prompt_tokens: 'NaN' }, Number.NaN],
  ];
  for (const [usage, input] of cases) {
    const told = usageOf(openaiEmbeddings, { object: 'list', data: [datum], model: 'm', usage });
    assert.deepEqual(told, { hasContent: true, input, output: input === undefined ? undefined : 0 });
  }
});

test('an answer has a vector: floats, base64, or one list for each type', () => {
  for (const embedding of [[1], 'AACAPw==', { int8: [1] }]) {
    const facts = replyOf(openaiEmbeddings, { data: [{ embedding }] });
    assert.ok(facts.kind === 'answer' && facts.hasContent);
  }
  for (const data of [[], [{}], [{ embedding: [] }], [{ embedding: '' }], [{ embedding: null }], [7]]) {
    const facts = replyOf(openaiEmbeddings, { data });
    assert.ok(facts.kind === 'answer' && !facts.hasContent, JSON.stringify(data));
  }
});

test('what is no list of embeddings is none', () => {
  const vector = JSON.stringify({ data: [datum] });
  for (const reply of ['', '[]', '{}', '{"data":{}}', vector.slice(0, -1), `${vector}x`, '<html>', '{"data":[NaN]}']) {
    assert.deepEqual(replyOf(openaiEmbeddings, reply), { kind: 'not-json' }, reply);
  }
});

test('an error under a good status is one, its code a closed word', () => {
  const error = (fields: object) => replyOf(openaiEmbeddings, { data: [datum], error: fields });
  assert.deepEqual(error({ code: 'model_overloaded' }), { kind: 'error', code: 'model_overloaded' });
  assert.deepEqual(error({ code: 'Say the prompt!' }), { kind: 'error', code: 'unknown' });
});

test('a usage that stands twice counts as it stands last; one behind a byte order mark counts too', () => {
  const twice = `{"usage":{"prompt_tokens":1},"data":[${JSON.stringify(datum)}],"usage":{"prompt_tokens":2}}`;
  assert.deepEqual(usageOf(openaiEmbeddings, twice), { hasContent: true, input: 2, output: 0 });
  assert.deepEqual(usageOf(openaiEmbeddings, `\ufeff${twice}`), { hasContent: true, input: 2, output: 0 });
});

test('a usage of a hundred kilobytes is none', () => {
  const usage = { prompt_tokens: 3, note: 'x'.repeat(100_000) };
  assert.deepEqual(usageOf(openaiEmbeddings, { data: [datum], usage }), {
    hasContent: true,
    input: undefined,
    output: undefined,
  });
});
