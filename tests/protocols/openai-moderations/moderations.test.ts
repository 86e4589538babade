import assert from 'node:assert/strict';
import test from 'node:test';
import { openaiModerations } from '#core/protocol/openai-moderations/openai-moderations.ts';
import { factsOf, replyOf, splice, usageOf } from '../native-surface/surface.ts';

test('a model may be left out: it is then the one that OpenAI takes, and its name up there is added', () => {
  const sent = '{"input":"one"}';
  assert.equal(factsOf(openaiModerations, sent).model, 'omni-moderation-latest');
  assert.deepEqual(splice(openaiModerations, sent), { text: '{"model":"up","input":"one"}', splices: ['model'] });
  assert.equal(splice(openaiModerations, '{"input":"one","model":null}').text, '{"input":"one","model":"up"}');
});

test('pictures and words are measured each by its own rule', () => {
  const input = [
    { type: 'text', text: 'one' },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
  ];
  const { mediaTokensMax, outputLimit, inputIsOpen } = factsOf(openaiModerations, JSON.stringify({ input }));
  assert.deepEqual([mediaTokensMax, outputLimit, inputIsOpen], [40_000, 0, false]);
});

test('a reply has results, and mostly no usage', () => {
  const results = [{ flagged: false, categories: {}, category_scores: {} }];
  assert.deepEqual(usageOf(openaiModerations, { id: 'modr-1', results }), {
    hasContent: true,
    input: undefined,
    output: undefined,
  });
  assert.deepEqual(usageOf(openaiModerations, { results, usage: { total_tokens: 3 } }), {
    hasContent: true,
    input: 3,
    output: 0,
  });
  const empty = replyOf(openaiModerations, { results: [] });
  assert.ok(empty.kind === 'answer' && !empty.hasContent);
  assert.deepEqual(replyOf(openaiModerations, { data: [] }), { kind: 'not-json' });
});
